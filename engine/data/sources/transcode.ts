import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { GalleyError } from '../../base/errors.ts';
import type { SourceFile } from './source-file.ts';

const encodings = { utf16le: 'utf-16le', utf16be: 'utf-16be' } as const;

/** Writes a UTF-16 file as UTF-8; answers the bytes written. @throws GalleyError `data.invalid_encoding` */
export async function transcode(source: SourceFile, target: string): Promise<number> {
  const decoder = new TextDecoder(encodings[source.kind as keyof typeof encodings], { fatal: true });
  async function* decoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
    try {
      for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    } catch (cause) {
      throw new GalleyError('data.invalid_encoding', `${source.name} begins as UTF-16 but is not valid UTF-16.`, {
        cause,
      });
    }
  }
  await pipeline(createReadStream(source.path), decoded, createWriteStream(target));
  return (await stat(target)).size;
}
