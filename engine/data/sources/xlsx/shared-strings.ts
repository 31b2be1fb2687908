import { GalleyError } from '../../../base/errors.ts';
import type { Archive } from './archive.ts';
import { unescapeText } from './excel-values.ts';
import { visitXml } from './xml.ts';

const chunkBytes = 4 << 20;
/** Texts that a workbook shares are kept in memory, as bytes. */
const mostBytes = 384 << 20;

/** Many texts in few bytes. */
class TextPool {
  readonly #chunks: Buffer[] = [];
  #used = chunkBytes;
  #bytes = 0;
  /** Chunk, place and length of each text. */
  #places = new Uint32Array(3 * 1024);
  #count = 0;
  readonly #fileName: string;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  add(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.#used + length > chunkBytes) {
      const size = Math.max(chunkBytes, length);
      this.#bytes += size;
      if (this.#bytes > mostBytes) {
        throw new GalleyError(
          'data.part_too_large',
          `The texts of ${this.#fileName} take more than ${mostBytes >> 20} MB; save the sheet as CSV and add that.`,
          { details: { file: this.#fileName } },
        );
      }
      this.#chunks.push(Buffer.allocUnsafeSlow(size));
      this.#used = 0;
    }
    const chunk = this.#chunks.at(-1) as Buffer;
    chunk.write(text, this.#used);
    if (3 * this.#count === this.#places.length) {
      const larger = new Uint32Array(2 * this.#places.length);
      larger.set(this.#places);
      this.#places = larger;
    }
    this.#places.set([this.#chunks.length - 1, this.#used, length], 3 * this.#count);
    this.#used += length;
    this.#count++;
  }

  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined;
    const [chunk, from, length] = this.#places.subarray(3 * index, 3 * index + 3) as unknown as [
      number,
      number,
      number,
    ];
    return this.#chunks[chunk]?.toString('utf8', from, from + length);
  }
}

export type SharedTexts = Pick<TextPool, 'get'>;

/** The texts that the cells of a workbook refer to by number; guides to their pronunciation are left out. */
export async function readSharedTexts(archive: Archive, entryName: string | undefined): Promise<SharedTexts> {
  const pool = new TextPool(archive.name);
  if (entryName === undefined || !archive.has(entryName)) return pool;
  let text = '';
  let isText = false;
  let inGuide = false;
  await visitXml(archive, entryName, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') inGuide = true;
      else if (name === 't') isText = !inGuide;
    },
    text(part) {
      if (isText) text += part;
    },
    close(name) {
      if (name === 't') isText = false;
      else if (name === 'rPh') inGuide = false;
      else if (name === 'si') pool.add(unescapeText(text));
    },
  });
  return pool;
}
