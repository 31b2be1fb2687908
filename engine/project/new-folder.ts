import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { syncFolder } from '../base/durable-files.ts';
import { GalleyError, reportError } from '../base/errors.ts';

/**
 * A folder that is filled beside the wanted one, which gets its name once all of it is there. What a kill leaves of it is
 * cleared by the next one that wants the same place; one that is being filled is left alone.
 */
export class NewFolder {
  readonly path: string;
  readonly #to: string;
  readonly #mark: string;
  /** Locks the mark, by which the operating system knows whether the folder is being filled. */
  readonly #lock: SqliteDatabase.Database;

  /**
   * @param to a folder that is not there yet, or is empty
   * @param what `restoring`: part of the unfinished folder's name
   * @throws GalleyError `project.folder_not_empty`, `store.not_writable`, `store.disk_full`
   */
  constructor(to: string, what: string) {
    this.#to = to;
    this.path = `${to}.${what}`;
    this.#mark = `.galley-${what}`;
    requireEmpty(to);
    // A mark tells a folder of ours from a user's own.
    if (!existsSync(join(this.path, this.#mark))) requireEmpty(this.path);
    try {
      mkdirSync(this.path, { recursive: true });
      this.#lock = locked(join(this.path, this.#mark));
      this.#clear();
    } catch (cause) {
      if (isBusy(cause)) throw notEmpty(`${to} is being filled by another.`, to);
      if (existsSync(this.path)) rmSync(this.path, { recursive: true });
      if (isDiskFull(cause)) throw this.#diskFull(cause);
      throw new GalleyError('store.not_writable', `The folder ${this.path} cannot be written.`, {
        details: { path: this.path },
        cause,
      });
    }
  }

  /** Gives it its name. */
  finish(): void {
    requireEmpty(this.#to);
    if (existsSync(this.#to)) rmdirSync(this.#to);
    // Windows gives no folder another name while a file in it is open.
    this.#lock.close();
    renameSync(this.path, this.#to);
    syncFolder(dirname(this.#to));
    // Only now: a folder that a crash leaves under its unfinished name is one that the next one may clear.
    rmSync(join(this.#to, this.#mark));
  }

  /** Removes it; what kept it from being finished, as people should see it. */
  failed(error: unknown): unknown {
    this.#lock.close();
    rmSync(this.path, { recursive: true, force: true });
    return isDiskFull(error) ? this.#diskFull(error) : error;
  }

  #clear(): void {
    for (const name of readdirSync(this.path))
      if (name !== this.#mark) rmSync(join(this.path, name), { recursive: true, force: true });
  }

  #diskFull(cause: unknown): GalleyError {
    return new GalleyError('store.disk_full', `The disk is full; nothing was written to ${this.#to}.`, { cause });
  }
}

/** @throws SqliteError `SQLITE_BUSY` where another holds it */
function locked(path: string): SqliteDatabase.Database {
  const lock = new SqliteDatabase(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'SQLITE_BUSY';
}

function isDiskFull(error: unknown): boolean {
  return reportError(error).code === 'store.disk_full';
}

function requireEmpty(to: string): void {
  if (!existsSync(to)) return;
  if (statSync(to).isDirectory() && readdirSync(to).length === 0) return;
  throw notEmpty(`${to} is there already and is not an empty folder.`, to);
}

function notEmpty(message: string, path: string): GalleyError {
  return new GalleyError('project.folder_not_empty', message, { details: { path } });
}
