import { frameRoom, writeFrame } from './log-frame.ts';

const chunkBytes = 256 * 1024;

/** Frames that wait to be written together. */
export interface FrameGroup {
  buffers: Buffer[];
  rows: number;
  bytes: number;
  /** Monotonic milliseconds of the first frame. */
  since: number;
}

/** Gathers frames in memory, in few large buffers rather than one a record. */
export class PendingFrames {
  #chunks: { buffer: Buffer; used: number }[] = [];
  #rows = 0;
  #bytes = 0;
  #since = 0;

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Monotonic milliseconds of the oldest frame, null where there is none. */
  get since(): number | null {
    return this.#rows === 0 ? null : this.#since;
  }

  append(payload: string, now: number): void {
    if (this.#rows === 0) this.#since = now;
    const chunk = this.#chunkFor(frameRoom(payload));
    const end = writeFrame(chunk.buffer, chunk.used, payload);
    this.#bytes += end - chunk.used;
    chunk.used = end;
    this.#rows++;
  }

  /** Hands all frames over, or null where there is none. */
  take(): FrameGroup | null {
    if (this.#rows === 0) return null;
    const buffers = this.#chunks.map(({ buffer, used }) => buffer.subarray(0, used));
    const group = { buffers, rows: this.#rows, bytes: this.#bytes, since: this.#since };
    this.#chunks = [];
    this.#rows = 0;
    this.#bytes = 0;
    return group;
  }

  #chunkFor(room: number) {
    const last = this.#chunks.at(-1);
    if (last && last.buffer.length - last.used >= room) return last;
    const chunk = { buffer: Buffer.allocUnsafe(Math.max(chunkBytes, room)), used: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }
}
