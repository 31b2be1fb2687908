import { join } from 'node:path';
import { GalleyError, reportError } from '../../base/errors.ts';
import { FolderWatches } from '../../base/folder-watches.ts';
import type { WatchedFolder } from '../../contract/deploy-watches.ts';
import type { ErrorKind } from '../../contract/errors.ts';
import { hashFile } from '../../store/blobs.ts';
import { type PredictParts, predictFile } from '../batch/predict-file.ts';
import type { DeploymentTarget } from '../versions.ts';
import { writeErrors } from './error-file.ts';
import { type FolderFile, folderFile, folderFiles, predictionsPath } from './folder-files.ts';
import type { FileRecord, FolderWatch, WatchStore } from './watch-store.ts';

/** Times in milliseconds. */
export interface WatchTimes {
  /** Between looks at whether there is something to do. */
  tick: number;
  /** Between looks at folders of which the system tells no change, as on network drives. */
  poll: number;
  /** A file that kept its size and times for so long has been written to its end. */
  settle: number;
  /** Before another try with a file that failed for a reason outside of it. */
  retry: number;
}

const usualTimes: WatchTimes = { tick: 1000, poll: 5000, settle: 2000, retry: 60_000 };

export interface ScorerParts extends PredictParts {
  store: WatchStore;
  /** False for a project that came from elsewhere and was not trusted: its watches rest. */
  trusted(): boolean;
}

/** How a watch does; the message says why no file can be scored. */
export type LiveWatch = Pick<WatchedFolder, 'state' | 'message'>;

const untrusted = 'The project came from elsewhere; nobody on this machine has trusted it yet.';

/** A file that waits to be scored, as it is since when (monotonic milliseconds). */
interface WaitingFile extends FolderFile {
  since: number;
}

/** Reasons that lie outside the file and may pass by themselves. */
const passing: ReadonlySet<ErrorKind> = new Set(['unavailable', 'precondition', 'conflict', 'not_found']);

/**
 * Scores the files of watched folders, one at a time, those that came first at first. It works while an engine runs;
 * what came meanwhile is found when the next one starts.
 */
export class FolderScorer {
  readonly #parts: ScorerParts;
  readonly #times: WatchTimes;
  readonly #live = new Map<string, LiveWatch>();
  readonly #waiting = new Map<string, ReadonlyMap<string, WaitingFile>>();
  readonly #folders: FolderWatches;
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> | undefined;
  #lastPoll = Number.NEGATIVE_INFINITY;
  #told = true;

  constructor(parts: ScorerParts, times: WatchTimes = usualTimes) {
    this.#parts = parts;
    this.#times = times;
    this.#folders = new FolderWatches(() => this.lookSoon());
  }

  /** Begins to look. */
  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#times.tick).unref();
  }

  /** Resolves when the file that is being scored has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#folders.close();
    await this.#pass;
  }

  /** Something may have changed. */
  lookSoon(): void {
    this.#told = true;
  }

  live(watchId: string): LiveWatch {
    if (this.#timer === undefined) return { state: 'stopped', message: null };
    if (!this.#parts.trusted()) return { state: 'stopped', message: untrusted };
    return this.#live.get(watchId) ?? { state: 'watching', message: null };
  }

  #tick(): void {
    const now = this.#parts.context.clock.monotonic();
    const settling = [...this.#live.values()].some(({ state }) => state === 'settling');
    if (this.#pass || (!this.#told && !settling && now - this.#lastPoll < this.#times.poll)) return;
    this.#told = false;
    this.#lastPoll = now;
    this.#pass = this.#look()
      .catch((error) => console.error(error))
      .finally(() => {
        this.#pass = undefined;
      });
  }

  /** Looks at every folder once; scores what has changed and settled. */
  async #look(): Promise<void> {
    const { store, trusted } = this.#parts;
    if (!trusted()) return;
    const watches = store.list();
    this.#folders.follow(watches.map(({ folder }) => folder));
    this.#keepOnly(new Set(watches.map(({ id }) => id)));
    const ready: { watch: FolderWatch; file: WaitingFile }[] = [];
    for (const watch of watches) for (const file of await this.#lookAt(watch)) ready.push({ watch, file });
    ready.sort((one, other) => one.file.since - other.file.since);
    for (const { watch, file } of ready) {
      const current = store.get(watch.id);
      if (this.#timer === undefined) return;
      if (current) await this.#take(current, file);
    }
  }

  #keepOnly(watchIds: ReadonlySet<string>): void {
    for (const known of [this.#live, this.#waiting])
      for (const id of known.keys()) if (!watchIds.has(id)) known.delete(id);
  }

  /** The files of a folder that are to be scored and have settled. */
  async #lookAt(watch: FolderWatch): Promise<WaitingFile[]> {
    try {
      const { version } = await this.#parts.versions.resolve(watch.reference);
      const files = await folderFiles(watch.folder);
      this.#forgetGone(watch, files);
      const waiting = this.#waitingOf(
        watch,
        files.filter((file) => this.#isDue(watch, file, version.id)),
      );
      const ready = waiting.filter(({ since }) => this.#now() - since >= this.#times.settle);
      this.#set(watch, ready.length < waiting.length ? 'settling' : 'watching');
      return ready;
    } catch (error) {
      this.#set(watch, 'failed', reportError(error).message);
      return [];
    }
  }

  /** A file that failed and was taken away has no error any more. */
  #forgetGone(watch: FolderWatch, files: readonly FolderFile[]): void {
    const { store } = this.#parts;
    const there = new Set(files.map(({ file }) => file));
    for (const { file } of store.failures(watch.id).filter((failure) => !there.has(failure.file))) {
      store.forget(watch.id, file);
      writeErrors(watch.folder, file, store.failures(watch.id));
    }
  }

  /** Whether a file is new or changed, or failed with something that may be otherwise now. */
  #isDue(watch: FolderWatch, { file, seen }: FolderFile, versionId: string): boolean {
    const done = this.#parts.store.file(watch.id, file);
    if (done?.seen !== seen) return true;
    if (done.error === null) return false;
    const rested = this.#parts.context.clock.now() - done.at >= this.#times.retry;
    return done.versionId !== versionId || (passing.has(done.error.kind) && rested);
  }

  #waitingOf(watch: FolderWatch, files: readonly FolderFile[]): WaitingFile[] {
    const before = this.#waiting.get(watch.id);
    const waiting = files.map((file) => {
      const known = before?.get(file.file);
      return known?.seen === file.seen ? known : { ...file, since: this.#now() };
    });
    this.#waiting.set(watch.id, new Map(waiting.map((file) => [file.file, file])));
    return waiting;
  }

  async #take(watch: FolderWatch, { file, seen }: FolderFile): Promise<void> {
    const { context, store, versions } = this.#parts;
    // It may have changed while others were scored; then it settles anew.
    if ((await folderFile(watch.folder, file))?.seen !== seen) return;
    const target = await versions.resolve(watch.reference).catch(() => undefined);
    // The next look says that there is no such model.
    if (!target) return;
    this.#set(watch, 'scoring');
    const done = await this.#score(watch, file, target);
    // What the end of the engine stopped goes on in the next one.
    if (!context.jobs.closed) {
      const { id: versionId, version } = target.version;
      store.record(watch.id, { file, seen, versionId, version, at: context.clock.now(), ...done });
      if (store.get(watch.id)) writeErrors(watch.folder, file, store.failures(watch.id));
    }
    this.#set(watch, 'watching');
    this.lookSoon();
  }

  async #score(
    watch: FolderWatch,
    file: string,
    { model, version }: DeploymentTarget,
  ): Promise<Pick<FileRecord, 'hash' | 'rows' | 'error'> & { at?: number }> {
    const path = join(watch.folder, file);
    let hash: string | null = null;
    try {
      hash = await contentHash(path);
      const before = this.#parts.store.file(watch.id, file);
      const same = before?.hash === hash && before.versionId === version.id && before.error === null;
      if (same) return { hash, rows: before.rows, error: null, at: before.at };
      const order = { reference: `${model}@${version.version}`, in: path, out: predictionsPath(watch.folder, file) };
      const job = await predictFile(this.#parts, order);
      const { rows } = await this.#parts.context.jobs.result<{ rows: number }>(job.id);
      return { hash, rows, error: null };
    } catch (error) {
      return { hash, rows: null, error: reportError(error) };
    }
  }

  #now(): number {
    return this.#parts.context.clock.monotonic();
  }

  #set(watch: FolderWatch, state: LiveWatch['state'], message: string | null = null): void {
    const before = this.#live.get(watch.id);
    this.#live.set(watch.id, { state, message });
    if (before?.state !== state || before.message !== message)
      this.#parts.context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: watch.name });
  }
}

/** @throws GalleyError `deploy.unreadable_file` */
async function contentHash(path: string): Promise<string> {
  try {
    return await hashFile(path);
  } catch (cause) {
    const message = `${path} cannot be read: ${(cause as Error).message}`;
    throw new GalleyError('deploy.unreadable_file', message, { details: { path }, cause });
  }
}
