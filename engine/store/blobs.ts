import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { syncFile, syncFolder } from '../base/durable-files.ts';
import { GalleyError } from '../base/errors.ts';
import { hashFile } from '../base/hash-file.ts';
import type { Database } from './database.ts';

export interface BlobProblem {
  code: 'store.missing_blob' | 'store.damaged_blob';
  message: string;
}

/**
 * Files by their content: `blobs/ab/cdef…` is the file whose sha256 is `abcdef…`. A blob never changes. Its row is
 * written before the file moves in, as not yet in use, and is in use from the transaction that first refers to it, when
 * the file stands on the disk, whole. So a crash leaves rows that are not in use, and `sweep` removes their files;
 * a file that no row names is never touched.
 */
export class BlobStore {
  readonly #folder: string;
  readonly #database: Database;
  readonly #clock: Clock;
  /** Adopted by this process and not yet recorded: about to be referred to. */
  readonly #adopted = new Set<string>();
  /** What readers hold. */
  readonly #held = new Set<readonly string[]>();

  constructor(folder: string, database: Database, clock: Clock) {
    this.#folder = folder;
    this.#database = database;
    this.#clock = clock;
    mkdirSync(folder, { recursive: true });
  }

  /** Where the blob stands, or stood where it is gone. */
  place(hash: string): string {
    const hex = hash.replace(/^sha256:/, '');
    return join(this.#folder, hex.slice(0, 2), hex.slice(2));
  }

  /** Where the blob of `sha256:<hex>` stands. @throws GalleyError `store.missing_blob` */
  path(hash: string): string {
    const path = this.place(hash);
    if (!existsSync(path))
      throw new GalleyError('store.missing_blob', `The stored file ${hash} is gone.`, { details: { hash } });
    return path;
  }

  /** As `path`, undefined where it is gone. */
  find(hash: string): string | undefined {
    const path = this.place(hash);
    return existsSync(path) ? path : undefined;
  }

  read(hash: string): Buffer {
    return readFileSync(this.path(hash));
  }

  /** Moves a file (on the same disk) into the store. Answers `sha256:<hex>`; `record` takes it into use. */
  async adopt(file: string): Promise<{ hash: string; bytes: number }> {
    const hash = `sha256:${await hashFile(file)}`;
    const bytes = statSync(file).size;
    const path = this.place(hash);
    this.#adopted.add(hash);
    this.#announce(hash, bytes);
    if (existsSync(path)) {
      rmSync(file);
    } else {
      this.#makeFolder(dirname(path));
      syncFile(file);
      renameSync(file, path);
      syncFolder(dirname(path));
    }
    return { hash, bytes };
  }

  /** Stores bytes and takes them into use. */
  put(content: string | Uint8Array): { hash: string; bytes: number } {
    const hash = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    const bytes = Buffer.byteLength(content);
    const path = this.place(hash);
    this.#announce(hash, bytes);
    if (!existsSync(path)) {
      this.#makeFolder(dirname(path));
      const temporary = `${path}.tmp`;
      writeFileSync(temporary, content);
      syncFile(temporary);
      renameSync(temporary, path);
      syncFolder(dirname(path));
    }
    this.record({ hash, bytes });
    return { hash, bytes };
  }

  /** Takes adopted files into use; call it in the transaction that first refers to them. */
  record(...blobs: { hash: string; bytes: number }[]): void {
    for (const { hash, bytes } of blobs) {
      this.#announce(hash, bytes);
      this.#database.run('UPDATE blobs SET in_use = 1 WHERE hash = ?', hash);
      this.#adopted.delete(hash);
    }
  }

  /** Takes files out of use, so that the next `sweep` removes them; call it in the transaction that drops their last use. */
  forget(...hashes: string[]): void {
    for (const hash of hashes) this.#database.run('UPDATE blobs SET in_use = 0 WHERE hash = ?', hash);
  }

  /** Takes those of these files out of use that no row of the database refers to; call it in a transaction. */
  release(...hashes: string[]): void {
    this.forget(...hashes.filter((hash) => !this.#isReferred(hash)));
  }

  /** Keeps files from every sweep until the work is done. */
  async hold<Result>(hashes: readonly string[], work: () => Promise<Result>): Promise<Result> {
    this.#held.add(hashes);
    try {
      return await work();
    } finally {
      this.#held.delete(hashes);
    }
  }

  /** Whether a file waits for a sweep. */
  isForgotten(hash: string): boolean {
    return this.#database.get('SELECT 1 FROM blobs WHERE hash = ? AND in_use = 0', hash) !== undefined;
  }

  /** Reads every blob in use and compares it with its name. */
  async verify(): Promise<{ blobs: number; bytes: number; problems: BlobProblem[] }> {
    const rows = this.#database.all<{ hash: string; bytes: number }>(
      'SELECT hash, bytes FROM blobs WHERE in_use = 1 ORDER BY hash',
    );
    const problems: BlobProblem[] = [];
    for (const { hash } of rows) {
      const path = this.place(hash);
      if (!existsSync(path)) problems.push({ code: 'store.missing_blob', message: `The stored file ${hash} is gone.` });
      else if (`sha256:${await hashFile(path)}` !== hash) {
        problems.push({ code: 'store.damaged_blob', message: `The stored file ${hash} has changed.` });
      }
    }
    return { blobs: rows.length, bytes: rows.reduce((sum, row) => sum + row.bytes, 0), problems };
  }

  /**
   * Removes files that are not in use: forgotten ones, and what a crash left; those that are held stay. Answers how many there were.
   * @param isRead true for those that somebody else reads still
   */
  sweep(isRead: (hash: string) => boolean = () => false): number {
    const held = new Set([...this.#held].flat());
    const rows = this.#database
      .all<{ hash: string }>('SELECT hash FROM blobs WHERE in_use = 0')
      .filter(({ hash }) => !this.#adopted.has(hash) && !held.has(hash) && !isRead(hash));
    for (const { hash } of rows) {
      const path = this.place(hash);
      for (const file of [path, `${path}.tmp`]) rmSync(file, { force: true });
      this.#database.run('DELETE FROM blobs WHERE hash = ?', hash);
    }
    return rows.length;
  }

  /** By a foreign key of any table, as a use, in the manifest of a dataset version, or in what a step of a pipeline gave. */
  #isReferred(hash: string): boolean {
    const columns = this.#database.all<{ table: string; column: string }>(
      `SELECT m.name AS "table", f."from" AS "column" FROM sqlite_master m, pragma_foreign_key_list(m.name) f
       WHERE m.type = 'table' AND f."table" = 'blobs'`,
    );
    const places = [
      ...columns.map(({ table, column }) => `SELECT 1 FROM "${table}" WHERE "${column}" = ?`),
      "SELECT 1 FROM uses WHERE used_kind = 'blob' AND used_id = ?",
      'SELECT 1 FROM dataset_versions WHERE instr(manifest, ?) > 0',
      'SELECT 1 FROM pipeline_tasks WHERE instr(output, ?) > 0',
    ];
    return places.some((sql) => this.#database.get(`${sql} LIMIT 1`, hash) !== undefined);
  }

  #announce(hash: string, bytes: number): void {
    this.#database.run(
      'INSERT OR IGNORE INTO blobs (hash, bytes, created_at, in_use) VALUES (?, ?, ?, 0)',
      hash,
      bytes,
      this.#clock.now(),
    );
  }

  /** A folder for blobs whose own name is on the disk too. */
  #makeFolder(folder: string): void {
    if (mkdirSync(folder, { recursive: true }) !== undefined) syncFolder(this.#folder);
  }
}
