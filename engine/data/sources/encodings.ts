import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { GalleyError } from '../../base/errors.ts';
import type { textEncodings } from '../../contract/import-options.ts';
import type { ChangeLog } from './change-log.ts';
import type { SourceFile } from './source-file.ts';

export type TextEncoding = (typeof textEncodings)[number];

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Windows-1252 from 0x80 to 0x9f; the five that it leaves undefined stand as themselves. */
const windowsCharacters = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const undefinedInWindows = /[\u0081\u008d\u008f\u0090\u009d]/;

/** Text of bytes in Windows-1252. Node's own decoder takes them for Latin-1 in some versions. */
export function decodeWindows(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(/[\u0080-\u009f]/g, (character) => windowsCharacters[character.charCodeAt(0) - 0x80] as string);
}

/** Chunks that end with a line, the last one with the file. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = (bytes.includes(lineFeed) ? bytes.lastIndexOf(lineFeed) : bytes.lastIndexOf(carriageReturn)) + 1;
    yield bytes.subarray(0, end);
    rest = bytes.subarray(end);
  }
  yield rest;
}

/** The lines of a text, however they end. */
function splitLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Writes a file in Windows-1252 as UTF-8 and logs each line that has more than ASCII. */
async function transcodeWindows(source: SourceFile, target: string, log: ChangeLog): Promise<void> {
  let line = 1;
  const note = (bytes: Buffer) => {
    const lines = splitLines(bytes.toString('latin1'));
    for (const [index, text] of lines.entries()) {
      const found = text.match(/[\u0080-\u00ff]/g);
      if (!found) continue;
      const codes = Buffer.from(found.join(''), 'latin1');
      log.add({ line: line + index, kind: 'encoding', before: codes.toString('hex'), after: decodeWindows(codes) });
    }
    line += lines.length - 1;
  };
  await pipeline(
    createReadStream(source.path, { highWaterMark: 1 << 20 }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const bytes of wholeLines(chunks)) {
        note(bytes);
        yield decodeWindows(bytes);
      }
    },
    createWriteStream(target),
  );
}

async function transcodeUnicode(source: SourceFile, encoding: 'utf-16le' | 'utf-16be', target: string): Promise<void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  async function* decoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
    try {
      for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    } catch (cause) {
      throw new GalleyError('data.invalid_encoding', `${source.name} is not valid ${encoding.toUpperCase()}.`, {
        cause,
        details: { file: source.name },
      });
    }
  }
  await pipeline(createReadStream(source.path), decoded, createWriteStream(target));
}

/**
 * Writes a file as UTF-8; answers the bytes written.
 * @throws GalleyError `data.invalid_encoding`
 */
export async function transcode(
  source: SourceFile,
  encoding: Exclude<TextEncoding, 'utf-8'>,
  target: string,
  log: ChangeLog,
): Promise<number> {
  if (encoding === 'windows-1252') await transcodeWindows(source, target, log);
  else await transcodeUnicode(source, encoding, target);
  return (await stat(target)).size;
}

/** What of a file that is not UTF-8 speaks for and against Windows-1252. */
export interface WrongText {
  firstLine: number;
  /** True where most lines that are more than ASCII are UTF-8, or bytes occur that Windows-1252 does not have. */
  isDamaged: boolean;
}

/** Looks through a file that is not UTF-8. */
export async function examineWrongText(path: string): Promise<WrongText> {
  let line = 1;
  let firstLine = 0;
  let wrong = 0;
  let right = 0;
  let isUndefined = false;
  for await (const bytes of wholeLines(createReadStream(path, { highWaterMark: 1 << 20 }))) {
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); from < bytes.length; end = bytes.indexOf(lineFeed, from)) {
      const written = bytes.subarray(from, end < 0 ? bytes.length : end);
      if (!isUtf8(written)) {
        wrong++;
        firstLine ||= line;
        isUndefined ||= undefinedInWindows.test(written.toString('latin1'));
      } else if (/[\u0080-\u00ff]/.test(written.toString('latin1'))) right++;
      if (end < 0) break;
      from = end + 1;
      line++;
    }
  }
  return { firstLine, isDamaged: isUndefined || right > wrong };
}
