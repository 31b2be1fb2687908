import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeFolderDurably, syncFile, syncFolder, writeFileDurably } from '../../base/durable-files.ts';
import { isDiskFull } from '../sources/read-context.ts';
import { tooLarge, unreachable } from './remote-errors.ts';
import { mostTextBytes, type OnBytes, type RemoteStore } from './remote-store.ts';

/** Lets bytes through and counts them. */
function counting(onBytes: OnBytes): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        onBytes(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** A folder of this machine: a second disk, a USB stick, a network drive, a synchronised folder. */
export class FolderRemote implements RemoteStore {
  readonly #root: string;
  readonly #unique: string;

  /** @param unique keeps the temporary files of two writers apart */
  constructor(root: string, unique: string) {
    this.#root = root;
    this.#unique = unique;
  }

  async size(key: string): Promise<number | undefined> {
    return statSync(this.#place(key), { throwIfNoEntry: false })?.size;
  }

  async list(prefix: string): Promise<string[]> {
    const folder = this.#place(prefix);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(this.#root.length + 1)
          .replaceAll('\\', '/'),
      );
  }

  async readText(key: string): Promise<string | undefined> {
    const bytes = await this.size(key);
    if (bytes === undefined) return undefined;
    if (bytes > mostTextBytes) throw tooLarge(key, bytes);
    return readFile(this.#place(key), 'utf8');
  }

  async writeText(key: string, text: string): Promise<void> {
    const path = this.#place(key);
    await this.#onItsDisk(async () => {
      makeFolderDurably(dirname(path));
      writeFileDurably(path, text);
    });
  }

  async upload(key: string, path: string, onBytes: OnBytes): Promise<void> {
    const target = this.#place(key);
    const temporary = `${target}.${this.#unique}.part`;
    try {
      await this.#onItsDisk(async () => {
        makeFolderDurably(dirname(target));
        await pipeline(createReadStream(path), counting(onBytes), createWriteStream(temporary));
        syncFile(temporary);
        renameSync(temporary, target);
        syncFolder(dirname(target));
      });
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  async download(key: string, path: string, onBytes: OnBytes): Promise<void> {
    const start = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    onBytes(start);
    await pipeline(
      createReadStream(this.#place(key), { start }),
      counting(onBytes),
      createWriteStream(path, { flags: 'a' }),
    );
  }

  async close(): Promise<void> {}

  async #onItsDisk(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw isDiskFull(error)
        ? unreachable(this.#root, 'the disk there is full; nothing half was left.', error)
        : error;
    }
  }

  #place(key: string): string {
    return join(this.#root, ...key.split('/'));
  }
}
