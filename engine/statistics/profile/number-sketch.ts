import { BucketSketch, bucketOf } from './bucket-sketch.ts';
import { binFinder, type NumberBins } from './reference-bins.ts';

/** The bins of a column, made ready for counting. */
export interface PreparedNumber {
  kind: 'number';
  bins: NumberBins;
  find: (value: number) => number;
}

export function prepareNumber(bins: NumberBins): PreparedNumber {
  return { kind: 'number', bins, find: binFinder(bins) };
}

/** What is known of many values of a numeric column. Merging gives the same in any order. */
export class NumberSketch {
  readonly kind = 'number';
  readonly prepared: PreparedNumber;
  rows = 0;
  missing = 0;
  /** Rows whose value may not be known. */
  masked = 0;
  positiveInfinite = 0;
  negativeInfinite = 0;
  /** Rows outside of the reference's range. */
  below = 0;
  above = 0;
  /** Of the finite values; null where there are none. */
  minimum: number | null = null;
  maximum: number | null = null;
  /** Rows by bin of the reference: mass points, then intervals. */
  readonly counts: Float64Array;
  /** The finite values. */
  readonly sketch = new BucketSketch();

  constructor(prepared: PreparedNumber) {
    this.prepared = prepared;
    this.counts = new Float64Array(prepared.bins.counts.length);
  }

  /** @param value null or NaN is missing, undefined masked */
  add(value: number | null | undefined): void {
    this.rows++;
    if (value === undefined) this.masked++;
    else if (value === null || Number.isNaN(value)) this.missing++;
    else this.#addPresent(value);
  }

  #addPresent(value: number): void {
    const { bins, find } = this.prepared;
    const bin = find(value);
    this.counts[bin] = (this.counts[bin] as number) + 1;
    if (bins.minimum !== null && value < bins.minimum) this.below++;
    else if (bins.maximum !== null && value > bins.maximum) this.above++;
    if (value === Number.POSITIVE_INFINITY) this.positiveInfinite++;
    else if (value === Number.NEGATIVE_INFINITY) this.negativeInfinite++;
    else {
      if (this.minimum === null || value < this.minimum) this.minimum = value + 0;
      if (this.maximum === null || value > this.maximum) this.maximum = value + 0;
      this.sketch.add(bucketOf(value, bins));
    }
  }

  /** Adds what another sketch of the same bins knows. */
  merge(other: NumberSketch): void {
    this.rows += other.rows;
    this.missing += other.missing;
    this.masked += other.masked;
    this.positiveInfinite += other.positiveInfinite;
    this.negativeInfinite += other.negativeInfinite;
    this.below += other.below;
    this.above += other.above;
    this.minimum = least(this.minimum, other.minimum);
    this.maximum = greatest(this.maximum, other.maximum);
    other.counts.forEach((rows, bin) => {
      this.counts[bin] = (this.counts[bin] as number) + rows;
    });
    this.sketch.merge(other.sketch);
  }
}

function least(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

function greatest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}
