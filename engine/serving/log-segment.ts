import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogHeader } from '../contract/serving.ts';
import { closeName, openName, syncFolder } from './log-folder.ts';
import { frameRoom, segmentMagic, writeFrame } from './log-frame.ts';

/** The open segment of a log. */
export class LogSegment {
  readonly #folder: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  #position = 0;
  /** Bytes of a failed write may lie behind the position. */
  #dirty = false;

  private constructor(folder: string, path: string, handle: FileHandle) {
    this.#folder = folder;
    this.#path = path;
    this.#handle = handle;
  }

  /** Makes the file, with its header durable in it. */
  static async create(folder: string, header: LogHeader, number: number): Promise<LogSegment> {
    const path = join(folder, openName(header.created_at, number));
    const segment = new LogSegment(folder, path, await open(path, 'wx', 0o600));
    try {
      await segment.write([segmentHead(header)]);
      await syncFolder(folder);
      return segment;
    } catch (error) {
      await segment.#handle.close();
      await unlink(path);
      throw error;
    }
  }

  /** Bytes that are durable. */
  get bytes(): number {
    return this.#position;
  }

  /** Writes and syncs; after a failure the next call writes over what the failed one left. */
  async write(buffers: readonly Buffer[]): Promise<void> {
    this.#dirty = true;
    let position = this.#position;
    for (const buffer of buffers) position = await this.#writeWhole(buffer, position);
    await this.#handle.datasync();
    this.#position = position;
    this.#dirty = false;
  }

  /** Ends the segment. @returns its path as a closed one */
  async close(): Promise<string> {
    if (this.#dirty) await this.#handle.truncate(this.#position);
    await this.#handle.close();
    return closeName(this.#folder, this.#path);
  }

  async #writeWhole(buffer: Buffer, position: number): Promise<number> {
    let done = 0;
    while (done < buffer.length) {
      const { bytesWritten } = await this.#handle.write(buffer, done, buffer.length - done, position + done);
      done += bytesWritten;
    }
    return position + done;
  }
}

function segmentHead(header: LogHeader): Buffer {
  const payload = JSON.stringify(header);
  const head = Buffer.alloc(segmentMagic.length + frameRoom(payload));
  segmentMagic.copy(head);
  return head.subarray(0, writeFrame(head, segmentMagic.length, payload));
}
