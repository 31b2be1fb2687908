import { isUtf8 } from 'node:buffer';
import { readHead } from './source-file.ts';

/** As much of a file as its dialect is guessed from. */
export const headBytes = 1 << 20;

/** Checks that bytes which come in chunks are UTF-8. */
export class Utf8Check {
  #rest: Uint8Array = new Uint8Array(0);

  /** False where the bytes so far are not UTF-8. */
  feed(chunk: Uint8Array, last: boolean): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = last ? bytes.length : completeLength(bytes);
    this.#rest = bytes.slice(end);
    return isUtf8(bytes.subarray(0, end));
  }
}

/** Length without a character that the end of the bytes cuts off. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const value = bytes[bytes.length - back] as number;
    if (value < 0x80) return bytes.length;
    if (value >= 0xc0) {
      const needed = value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** Whether the beginning of a file is UTF-8. */
export function isUtf8Head(path: string): boolean {
  const head = readHead(path, headBytes);
  return isUtf8(head.subarray(0, completeLength(head)));
}
