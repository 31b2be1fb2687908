import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineContext } from '../../jobs/context.ts';
import { sqlText, throwIfAborted } from '../../store/duck.ts';
import type { RowView } from './row-view.ts';
import { type KeptView, type WriteViewInput, writeView } from './write-view.ts';

/** Views that are kept at a time; the one used longest ago goes first. */
const mostViews = 4;

interface Entry {
  key: string;
  name: string;
  view: Promise<KeptView>;
  isReady: boolean;
  waiting: number;
  stop: AbortController;
}

/** Sorted and filtered views, written out once so that any page of them is read at once. */
export class KeptViews {
  readonly #context: EngineContext;
  readonly #folder: string;
  readonly #entries = new Map<string, Entry>();
  #number = 0;

  constructor(context: EngineContext) {
    this.#context = context;
    this.#folder = join(context.project.path, 'run', 'views');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The view where it is ready already. */
  async ready(view: RowView): Promise<KeptView | undefined> {
    const entry = this.#entries.get(view.key);
    return entry?.isReady ? this.#use(entry).view : undefined;
  }

  /**
   * The view once it is ready; written now where it was not. When nobody waits for it any more, writing it is stopped.
   * @throws GalleyError `call.canceled`
   */
  async make(view: RowView, signal?: AbortSignal): Promise<KeptView> {
    throwIfAborted(signal);
    const entry = this.#use(this.#entries.get(view.key) ?? this.#begin(view));
    const leave = () => {
      entry.waiting--;
      if (entry.waiting > 0 || entry.isReady) return;
      // Who asks from now on gets a view of its own, not the end of this one.
      if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
      entry.stop.abort();
    };
    entry.waiting++;
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await entry.view;
    } finally {
      signal?.removeEventListener('abort', leave);
      if (!signal?.aborted) entry.waiting--;
    }
  }

  #use(entry: Entry): Entry {
    this.#entries.delete(entry.key);
    this.#entries.set(entry.key, entry);
    return entry;
  }

  #begin(view: RowView): Entry {
    mkdirSync(this.#folder, { recursive: true });
    const stop = new AbortController();
    const name = `view_${++this.#number}`;
    const entry: Entry = {
      key: view.key,
      name,
      view: this.#write(name, view, stop.signal),
      isReady: false,
      waiting: 0,
      stop,
    };
    entry.view.then(
      () => {
        entry.isReady = true;
      },
      () => this.#forget(entry),
    );
    this.#entries.set(view.key, entry);
    for (const old of this.#entries.values()) {
      if (this.#entries.size <= mostViews) break;
      if (old.waiting === 0 && old !== entry) this.#forget(old);
    }
    return entry;
  }

  /** What a user wrote in SQL runs in a process of its own, which can be ended at any time. */
  async #write(name: string, view: RowView, signal: AbortSignal): Promise<KeptView> {
    const path = this.#path(name);
    if (view.condition === undefined)
      return this.#context.duck.use((connection) => writeView(connection, view, path, name), signal);
    const input: WriteViewInput = { view, path, name };
    const written = await this.#context.jobs.aside<KeptView>({ kind: 'data.writeView', input, signal });
    await this.#context.duck.use((connection) => connection.run(`ATTACH ${sqlText(path)} AS ${name}`), signal);
    return written;
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.duckdb`);
  }

  #forget(entry: Entry): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    void this.#context.duck
      .use(async (connection) => connection.run(`DETACH DATABASE IF EXISTS ${entry.name}`))
      .catch(() => undefined)
      .finally(() => {
        for (const suffix of ['', '.wal']) rmSync(`${this.#path(entry.name)}${suffix}`, { force: true });
      });
  }
}
