import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '../base/durable-files.ts';
import { GalleyError, reportError } from '../base/errors.ts';

/**
 * A folder that is filled beside the wanted one, which gets its name once all of it is there. What a kill leaves of it is
 * cleared by the next one that wants the same place.
 */
export class NewFolder {
  readonly path: string;
  readonly #to: string;
  readonly #mark: string;

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
    // A mark tells a folder that is being filled from a user's own.
    if (existsSync(join(this.path, this.#mark))) rmSync(this.path, { recursive: true });
    requireEmpty(this.path);
    try {
      mkdirSync(this.path, { recursive: true });
      writeFileSync(join(this.path, this.#mark), '');
    } catch (cause) {
      if (isDiskFull(cause)) throw this.#diskFull(cause);
      throw new GalleyError('store.not_writable', `The folder ${this.path} cannot be written.`, {
        details: { path: this.path },
        cause,
      });
    }
  }

  /** Gives it its name. */
  finish(): void {
    if (existsSync(this.#to)) rmdirSync(this.#to);
    renameSync(this.path, this.#to);
    syncFolder(dirname(this.#to));
    // Only now: a folder that a crash leaves under its unfinished name is one that the next one may clear.
    rmSync(join(this.#to, this.#mark));
  }

  /** Removes it; what kept it from being finished, as people should see it. */
  failed(error: unknown): unknown {
    rmSync(this.path, { recursive: true, force: true });
    return isDiskFull(error) ? this.#diskFull(error) : error;
  }

  #diskFull(cause: unknown): GalleyError {
    return new GalleyError('store.disk_full', `The disk is full; nothing was written to ${this.#to}.`, { cause });
  }
}

function isDiskFull(error: unknown): boolean {
  return reportError(error).code === 'store.disk_full';
}

function requireEmpty(to: string): void {
  if (!existsSync(to)) return;
  if (statSync(to).isDirectory() && readdirSync(to).length === 0) return;
  throw new GalleyError('project.folder_not_empty', `${to} is there already and is not an empty folder.`, {
    details: { path: to },
  });
}
