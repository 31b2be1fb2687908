import { rareHash, type TextBins } from './reference-bins.ts';
import { UnseenSample } from './unseen-sample.ts';

/** The levels of a column, made ready for counting. */
export interface PreparedText {
  kind: 'text';
  bins: TextBins;
  /** Positions in `counts` by level. */
  positions: ReadonlyMap<string, number>;
  /** Null where all that is no level is `other`. */
  rare: ReadonlySet<number> | null;
}

export function prepareText(bins: TextBins): PreparedText {
  return {
    kind: 'text',
    bins,
    positions: new Map(bins.levels.map((level, position) => [level, position])),
    rare: bins.rare && new Set(bins.rare),
  };
}

/** What is known of many values of a text column. Merging gives the same in any order. */
export class TextSketch {
  readonly kind = 'text';
  readonly prepared: PreparedText;
  rows = 0;
  missing = 0;
  /** Rows whose value may not be known. */
  masked = 0;
  /** Rows by level of the reference, then `other` and `unseen`. */
  readonly counts: Float64Array;
  /** Some of the values that the reference does not have. */
  readonly sample = new UnseenSample();

  constructor(prepared: PreparedText) {
    this.prepared = prepared;
    this.counts = new Float64Array(prepared.bins.counts.length);
  }

  /** Rows with values that the reference does not have. */
  get unseen(): number {
    return this.counts[this.counts.length - 1] as number;
  }

  /** @param value null is missing, undefined masked */
  add(value: string | null | undefined): void {
    this.rows++;
    if (value === undefined) this.masked++;
    else if (value === null) this.missing++;
    else this.#addPresent(value);
  }

  #addPresent(value: string): void {
    const position = this.prepared.positions.get(value) ?? this.#positionOfRare(value);
    this.counts[position] = (this.counts[position] as number) + 1;
  }

  #positionOfRare(value: string): number {
    const { rare } = this.prepared;
    const last = this.counts.length - 1;
    if (rare === null || rare.has(rareHash(value))) return last - 1;
    this.sample.add(value);
    return last;
  }

  /** Adds what another sketch of the same levels knows. */
  merge(other: TextSketch): void {
    this.rows += other.rows;
    this.missing += other.missing;
    this.masked += other.masked;
    other.counts.forEach((rows, position) => {
      this.counts[position] = (this.counts[position] as number) + rows;
    });
    this.sample.merge(other.sample);
  }
}
