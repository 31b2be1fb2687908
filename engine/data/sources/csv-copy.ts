import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const space = 0x20;
const tab = 0x09;

/**
 * Writes a CSV file's data records as DuckDB's strict reader wants them: line feeds between records, and no space
 * between a delimiter and an opening quote, no line of spaces. What is inside quotes stays as it is.
 * @param from first byte that is copied: the header is left out
 */
export async function plainCopy(path: string, target: string, delimiter: string, from: number): Promise<void> {
  const delimiterByte = delimiter.charCodeAt(0);
  let place: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  let spaces: number[] = [];
  let afterReturn = false;
  let firstCell = true;

  const copyChunk = (chunk: Buffer): Buffer => {
    const output: number[] = [];
    const endCell = (byte: number) => {
      output.push(...spaces, byte);
      spaces = [];
      place = 'start';
    };
    for (const byte of chunk) {
      const completesReturn = afterReturn && byte === lineFeed;
      afterReturn = false;
      if (completesReturn || (place === 'closed' && byte === space)) continue;
      if (place === 'quoted') {
        if (byte === quote) place = 'closed';
        output.push(byte);
      } else if (byte === lineFeed || byte === carriageReturn) {
        afterReturn = byte === carriageReturn;
        if (place === 'start' && firstCell) spaces = [];
        endCell(lineFeed);
        firstCell = true;
      } else if (byte === delimiterByte) {
        endCell(byte);
        firstCell = false;
      } else if (byte === quote && place !== 'plain') {
        place = 'quoted';
        spaces = [];
        output.push(byte);
      } else if (place === 'start' && (byte === space || byte === tab)) {
        spaces.push(byte);
      } else {
        place = 'plain';
        output.push(...spaces, byte);
        spaces = [];
      }
    }
    return Buffer.from(output);
  };

  await pipeline(
    createReadStream(path, { start: from }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) yield copyChunk(chunk);
      yield Buffer.from(spaces);
    },
    createWriteStream(target),
  );
}
