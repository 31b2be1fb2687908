import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { GalleyError } from '../../base/errors.ts';

const lineFeed = 0x0a;

/** Checks that bytes which come in chunks are UTF-8. */
export class Utf8Check {
  #rest: Uint8Array = new Uint8Array(0);

  /** False where the bytes so far are not UTF-8. */
  feed(chunk: Uint8Array, last: boolean): boolean {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = last ? bytes.length : completeLength(bytes);
    this.#rest = Uint8Array.from(bytes.subarray(end));
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

/** The error for a file that is not UTF-8, which names its first wrong line. */
export async function encodingError(path: string, fileName: string): Promise<GalleyError> {
  const line = await firstWrongLine(path);
  return new GalleyError('data.invalid_encoding', `Line ${line} of ${fileName} is not valid UTF-8.`, {
    details: { file: fileName, lines: [line] },
  });
}

async function firstWrongLine(path: string): Promise<number> {
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      if (!isUtf8(bytes.subarray(from, end))) return line;
      from = end + 1;
      line++;
    }
    rest = bytes.subarray(from);
  }
  return line;
}
