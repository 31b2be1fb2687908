import { textHash } from './text-hash.ts';

/** So many values are kept. */
export const sampleSize = 32;
/** UTF-16 code units that are kept of a text. */
export const longestSample = 64;

export interface SampledText {
  hash: number;
  text: string;
  rows: number;
}

/**
 * A bottom-k sample of the distinct texts of a stream (Cohen, Kaplan 2007): those with the smallest hashes, with their exact
 * counts. A text that is among the k at the end was among them from its first row on, so neither the order of rows nor that of
 * merges matters.
 */
export class UnseenSample {
  readonly #byHash = new Map<number, SampledText>();
  /** The largest hash that is kept, once the sample is full. */
  #largest = Number.POSITIVE_INFINITY;

  add(text: string): void {
    this.addRows(text, 1);
  }

  addRows(text: string, rows: number): void {
    this.put({ hash: textHash(text), text: cut(text), rows });
  }

  /** Adds rows of a text by its hash. Of two texts with one hash the lesser in the order of code units is kept. */
  put({ hash, text, rows }: SampledText): void {
    if (hash > this.#largest) return;
    const known = this.#byHash.get(hash);
    if (known) {
      known.rows += rows;
      if (text < known.text) known.text = text;
      return;
    }
    this.#byHash.set(hash, { hash, text, rows });
    if (this.#byHash.size > sampleSize) this.#byHash.delete(this.#largest);
    if (this.#byHash.size === sampleSize) this.#largest = Math.max(...this.#byHash.keys());
  }

  merge(other: UnseenSample): void {
    for (const sampled of other.#byHash.values()) this.put(sampled);
  }

  /** Ascending by hash. */
  get texts(): SampledText[] {
    return [...this.#byHash.values()].sort((one, other) => one.hash - other.hash);
  }

  /** About how many distinct texts there were: exact below the sample's size, else (k - 1) / the k-th smallest hash's place. */
  get distinct(): number {
    if (this.#byHash.size < sampleSize) return this.#byHash.size;
    return Math.round((sampleSize - 1) / ((this.#largest + 1) / 2 ** 53));
  }
}

/** Never between the halves of a surrogate pair. */
function cut(text: string): string {
  return (text.length <= longestSample ? text : text.slice(0, longestSample)).toWellFormed();
}
