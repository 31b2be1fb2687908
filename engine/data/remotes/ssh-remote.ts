import { statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { posix } from 'node:path';
import type { FileEntryWithStats, Stats } from 'ssh2';
import { tooLarge, unreachable } from './remote-errors.ts';
import { mostTextBytes, type OnBytes, type RemoteStore } from './remote-store.ts';
import type { SshConnection } from './ssh-connection.ts';

/** Bytes of one request, and requests that are under way at a time. */
const chunkBytes = 32 << 10;
const chunksAtOnce = 32;
const batchBytes = chunkBytes * chunksAtOnce;
/** Status codes of SFTP (draft-ietf-secsh-filexfer-02, section 7). */
const noSuchFile = 2;
const folderType = 0o040000;
const typeMask = 0o170000;

type Handle = Buffer;
type Done<Result> = (error: Error | null | undefined, result?: Result) => void;

/** The answer of one request. */
function answered<Result>(work: (done: Done<Result>) => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    work((error, result) => (error ? reject(error) : resolve(result as Result)));
  });
}

/** Pieces of at most one request each that cover the bytes from `start` to `end`. */
function pieces(start: number, end: number): { from: number; length: number }[] {
  const list: { from: number; length: number }[] = [];
  for (let from = start; from < end; from += chunkBytes) list.push({ from, length: Math.min(chunkBytes, end - from) });
  return list;
}

/** A folder of an SSH host, over SFTP; its requests overlap, so that a long way costs little. */
export class SshRemote implements RemoteStore {
  readonly #connection: SshConnection;
  readonly #root: string;
  readonly #address: string;

  constructor(connection: SshConnection, root: string, address: string) {
    this.#connection = connection;
    this.#root = root;
    this.#address = address;
  }

  async size(key: string): Promise<number | undefined> {
    return (await this.#stat(this.#place(key)))?.size;
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    const folders = [prefix.replace(/\/$/, '')];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const { filename, attrs } of await this.#entries(folder)) {
        const key = posix.join(folder, filename);
        if ((attrs.mode & typeMask) === folderType) folders.push(key);
        else keys.push(key);
      }
    }
    return keys;
  }

  async readText(key: string): Promise<string | undefined> {
    const bytes = await this.size(key);
    if (bytes === undefined) return undefined;
    if (bytes > mostTextBytes) throw tooLarge(key, bytes);
    const handle = await this.#open(this.#place(key), 'r');
    try {
      const parts: Buffer[] = [];
      for (let start = 0; start < bytes; start += batchBytes) {
        parts.push(await this.#read(handle, start, Math.min(bytes, start + batchBytes)));
      }
      return Buffer.concat(parts).toString('utf8');
    } finally {
      await this.#close(handle);
    }
  }

  async writeText(key: string, text: string): Promise<void> {
    const temporary = `${this.#place(key)}.part`;
    await this.#makeFolder(posix.dirname(temporary));
    const bytes = Buffer.from(text);
    const handle = await this.#open(temporary, 'w');
    try {
      for (let start = 0; start < bytes.length; start += batchBytes) {
        await this.#write(handle, bytes.subarray(start, start + batchBytes), start);
      }
    } finally {
      await this.#close(handle);
    }
    await this.#replace(temporary, this.#place(key));
  }

  async upload(key: string, path: string, onBytes: OnBytes): Promise<void> {
    const temporary = `${this.#place(key)}.part`;
    await this.#makeFolder(posix.dirname(temporary));
    const there = (await this.#stat(temporary))?.size ?? 0;
    // The last requests of a broken upload may have left holes.
    const start = Math.max(0, there - batchBytes);
    onBytes(start);
    const local = await open(path, 'r');
    const handle = await this.#open(temporary, start === 0 ? 'w' : 'r+');
    try {
      await this.#send(local, handle, start, onBytes);
    } finally {
      await this.#close(handle);
      await local.close();
    }
    await this.#replace(temporary, this.#place(key));
  }

  async download(key: string, path: string, onBytes: OnBytes): Promise<void> {
    const bytes = (await this.size(key)) ?? 0;
    let start = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    onBytes(start);
    const local = await open(path, 'a');
    const handle = await this.#open(this.#place(key), 'r');
    try {
      while (start < bytes) {
        const batch = await this.#read(handle, start, Math.min(bytes, start + batchBytes));
        await local.write(batch);
        start += batch.length;
        onBytes(batch.length);
      }
    } finally {
      await this.#close(handle);
      await local.close();
    }
  }

  async close(): Promise<void> {
    this.#connection.client.end();
  }

  async #send(local: FileHandle, handle: Handle, start: number, onBytes: OnBytes): Promise<void> {
    const buffer = Buffer.alloc(batchBytes);
    for (let position = start; ; ) {
      const { bytesRead } = await local.read(buffer, 0, batchBytes, position);
      if (bytesRead === 0) return;
      await this.#write(handle, buffer.subarray(0, bytesRead), position);
      position += bytesRead;
      onBytes(bytesRead);
    }
  }

  async #read(handle: Handle, start: number, end: number): Promise<Buffer> {
    const { sftp } = this.#connection;
    const target = Buffer.alloc(end - start);
    const readPiece = async (from: number, length: number): Promise<void> => {
      for (let done = 0; done < length; ) {
        const read = await new Promise<number>((resolve, reject) => {
          sftp.read(handle, target, from - start + done, length - done, from + done, (error, bytesRead) =>
            error ? reject(this.#failure(error)) : resolve(bytesRead),
          );
        });
        if (read === 0) throw unreachable(this.#address, 'a file became shorter while it was read');
        done += read;
      }
    };
    await Promise.all(pieces(start, end).map(({ from, length }) => readPiece(from, length)));
    return target;
  }

  async #write(handle: Handle, bytes: Buffer, position: number): Promise<void> {
    const { sftp } = this.#connection;
    await Promise.all(
      pieces(0, bytes.length).map(({ from, length }) =>
        this.#request((done) => sftp.write(handle, bytes, from, length, position + from, done)),
      ),
    );
  }

  #open(path: string, flags: 'r' | 'r+' | 'w'): Promise<Handle> {
    return this.#request((done) => this.#connection.sftp.open(path, flags, done));
  }

  async #close(handle: Handle): Promise<void> {
    await this.#request((done) => this.#connection.sftp.close(handle, done));
  }

  async #stat(path: string): Promise<Stats | undefined> {
    return this.#unlessMissing<Stats>((done) => this.#connection.sftp.stat(path, done));
  }

  async #entries(folder: string): Promise<FileEntryWithStats[]> {
    const { sftp } = this.#connection;
    return (
      (await this.#unlessMissing((done: Done<FileEntryWithStats[]>) => sftp.readdir(this.#place(folder), done))) ?? []
    );
  }

  async #makeFolder(folder: string): Promise<void> {
    if (await this.#stat(folder)) return;
    if (folder !== posix.dirname(folder)) await this.#makeFolder(posix.dirname(folder));
    try {
      await this.#request((done) => this.#connection.sftp.mkdir(folder, done));
    } catch (error) {
      if (!(await this.#stat(folder))) throw error;
    }
  }

  /** Puts a whole file in the place of another one, in one step where the host has OpenSSH's extension. */
  async #replace(from: string, to: string): Promise<void> {
    const { sftp } = this.#connection;
    try {
      await this.#request((done) => sftp.ext_openssh_rename(from, to, done));
    } catch (error) {
      if (!String((error as Error).message).includes('extended request')) throw error;
      await this.#request((done) => sftp.unlink(to, () => done(undefined, undefined)));
      await this.#request((done) => sftp.rename(from, to, done));
    }
  }

  async #unlessMissing<Result>(work: (done: Done<Result>) => void): Promise<Result | undefined> {
    try {
      return await answered(work);
    } catch (error) {
      if ((error as { code?: number }).code === noSuchFile) return undefined;
      throw this.#failure(error as Error);
    }
  }

  async #request<Result = undefined>(work: (done: Done<Result>) => void): Promise<Result> {
    try {
      return await answered(work);
    } catch (error) {
      throw this.#failure(error as Error);
    }
  }

  #failure(error: Error): Error {
    return unreachable(this.#address, error.message, error);
  }

  #place(key: string): string {
    return posix.join(this.#root, key);
  }
}
