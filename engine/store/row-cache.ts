import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { syncFile, syncFolder } from '../base/durable-files.ts';
import { hashFile } from '../base/hash-file.ts';

/** A Parquet file and how many rows it has. */
export interface RowFile {
  path: string;
  rows: number;
}

interface Entry {
  format: 1;
  files: { name: string; rows: number; bytes: number; sha256: string }[];
}

export interface RowCacheOptions {
  /** `cache/` of the project. */
  folder: string;
  clock: Clock;
  /** True while work that has not ended was given files of this key. */
  inUse(key: string): boolean;
  /** Beyond this the files that were not read for the longest time are removed. */
  limitBytes?: number;
}

const defaultLimitBytes = 4 * 2 ** 30;
/** What was read a moment ago is likely to be open still. */
const restMilliseconds = 10 * 60_000;
const entryName = 'entry.json';
const keyPattern = /^[0-9a-f]{64}$/;

/**
 * Rows that can be made again, as Parquet files, by key: a folder `cache/<key>/` each. Removing any of it at any time
 * costs time only. What an earlier engine left is used only after its bytes were compared with what was written.
 */
export class RowCache {
  readonly #options: Required<RowCacheOptions>;
  /** Made or compared by this engine. */
  readonly #trusted = new Set<string>();
  readonly #lastRead = new Map<string, number>();
  readonly #making = new Map<string, Promise<RowFile[]>>();
  #count = 0;

  constructor(options: RowCacheOptions) {
    this.#options = { limitBytes: defaultLimitBytes, ...options };
    mkdirSync(options.folder, { recursive: true });
    for (const name of readdirSync(options.folder)) {
      if (!keyPattern.test(name)) rmSync(join(options.folder, name), { recursive: true, force: true });
    }
  }

  /** The files of a key where they are at hand and known to be good. */
  ready(key: string): RowFile[] | undefined {
    const files = this.#trusted.has(key) ? this.#look(key) : undefined;
    if (files) this.#touch(key);
    return files;
  }

  /**
   * The files of a key; where there are none, `make` writes them into a folder that it is given, once for all who ask
   * meanwhile.
   */
  async files(key: string, make: (folder: string) => Promise<RowFile[]>): Promise<RowFile[]> {
    const ready = this.ready(key);
    if (ready) return ready;
    const known = this.#making.get(key);
    if (known) return known;
    const making = this.#compareOrMake(key, make).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  /** Takes files over (by renaming, from the same disk) that hold the rows of a key. */
  async put(key: string, files: readonly RowFile[]): Promise<void> {
    if (this.ready(key) || this.#making.has(key)) return;
    await this.files(key, async () => [...files]);
  }

  bytes(): number {
    return this.#keys().reduce((sum, key) => sum + this.#bytesOf(key), 0);
  }

  /** Removes everything that nobody reads, or only looks what that is; answers its bytes. */
  clear(dryRun = false): number {
    return this.#shrinkTo(0, dryRun);
  }

  async #compareOrMake(key: string, make: (folder: string) => Promise<RowFile[]>): Promise<RowFile[]> {
    const kept = await this.#compared(key);
    if (kept) return kept;
    this.#remove(key);
    const temporary = join(this.#options.folder, `making-${process.pid}-${++this.#count}`);
    mkdirSync(temporary, { recursive: true });
    try {
      await this.#fill(temporary, await make(temporary));
      renameSync(temporary, this.#place(key));
      syncFolder(this.#options.folder);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
    this.#trusted.add(key);
    this.#touch(key);
    this.#shrinkTo(this.#options.limitBytes);
    return this.#look(key) as RowFile[];
  }

  async #fill(folder: string, files: readonly RowFile[]): Promise<void> {
    const entry: Entry = { format: 1, files: [] };
    for (const [index, { path, rows }] of files.entries()) {
      // The number of rows in the name: other files of the same key never have the same path and other rows.
      const name = `${String(index).padStart(5, '0')}-${rows}.parquet`;
      const place = join(folder, name);
      if (path !== place) renameSync(path, place);
      syncFile(place);
      entry.files.push({ name, rows, bytes: statSync(place).size, sha256: await hashFile(place) });
    }
    writeFileSync(join(folder, entryName), JSON.stringify(entry));
    syncFile(join(folder, entryName));
    syncFolder(folder);
  }

  #entry(key: string): Entry | undefined {
    try {
      const entry = JSON.parse(readFileSync(join(this.#place(key), entryName), 'utf8')) as Entry;
      return entry.format === 1 && Array.isArray(entry.files) ? entry : undefined;
    } catch {
      return undefined;
    }
  }

  /** The files of a key where all of them stand there in their size. */
  #look(key: string): RowFile[] | undefined {
    const entry = this.#entry(key);
    const whole = entry?.files.every(({ name, bytes }) => {
      const path = join(this.#place(key), name);
      return existsSync(path) && statSync(path).size === bytes;
    });
    return whole ? entry?.files.map(({ name, rows }) => ({ path: join(this.#place(key), name), rows })) : undefined;
  }

  async #compared(key: string): Promise<RowFile[] | undefined> {
    const files = this.#look(key);
    if (!files) return undefined;
    for (const { name, sha256 } of this.#entry(key)?.files ?? []) {
      if ((await hashFile(join(this.#place(key), name))) !== sha256) return undefined;
    }
    this.#trusted.add(key);
    this.#touch(key);
    return files;
  }

  #touch(key: string): void {
    const now = this.#options.clock.now();
    this.#lastRead.set(key, this.#options.clock.monotonic());
    try {
      utimesSync(join(this.#place(key), entryName), now / 1000, now / 1000);
    } catch {
      // a folder that cannot be written to is read all the same
    }
  }

  #rests(key: string): boolean {
    const read = this.#lastRead.get(key);
    const isRecent = read !== undefined && this.#options.clock.monotonic() - read < restMilliseconds;
    return !isRecent && !this.#making.has(key) && !this.#options.inUse(key);
  }

  #shrinkTo(limit: number, dryRun = false): number {
    const found = this.#keys().map((key) => {
      const entry = join(this.#place(key), entryName);
      return { key, bytes: this.#bytesOf(key), readAt: existsSync(entry) ? statSync(entry).mtimeMs : 0 };
    });
    let bytes = found.reduce((sum, entry) => sum + entry.bytes, 0);
    let freed = 0;
    for (const entry of found.sort((left, right) => left.readAt - right.readAt)) {
      if (bytes <= limit) break;
      if (!this.#rests(entry.key)) continue;
      if (!dryRun) this.#remove(entry.key);
      bytes -= entry.bytes;
      freed += entry.bytes;
    }
    return freed;
  }

  #remove(key: string): void {
    this.#trusted.delete(key);
    rmSync(this.#place(key), { recursive: true, force: true });
  }

  #keys(): string[] {
    return existsSync(this.#options.folder)
      ? readdirSync(this.#options.folder).filter((name) => keyPattern.test(name))
      : [];
  }

  #bytesOf(key: string): number {
    const folder = this.#place(key);
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  }

  #place(key: string): string {
    return join(this.#options.folder, key);
  }
}
