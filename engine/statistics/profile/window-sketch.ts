import { BucketSketch, bucketOf } from './bucket-sketch.ts';
import {
  addValue,
  type ColumnSketch,
  emptySketch,
  maskedSketch,
  mergeSketch,
  type ProfileValue,
} from './column-sketch.ts';
import type { PreparedReference } from './reference-profile.ts';
import type { ProfileUnit } from './window-time.ts';

/** Latencies in milliseconds are measured from 0. */
export const latencyScale = { centre: 0, scale: 1 };

/** What is known of the rows of a span of event time. */
export class WindowSketch {
  readonly reference: PreparedReference;
  readonly unit: ProfileUnit;
  /** UTC epoch milliseconds. */
  readonly start: number;
  rows = 0;
  /** Rows with a remark, other than that a value is masked. */
  flagged = 0;
  /** Event times, UTC epoch milliseconds; null where there are no rows. */
  first: number | null = null;
  last: number | null = null;
  /** Milliseconds of the requests whose first row lies here. */
  readonly latency = new BucketSketch();
  /** In the order of the reference. */
  readonly columns: ColumnSketch[];

  constructor(reference: PreparedReference, unit: ProfileUnit, start: number) {
    this.reference = reference;
    this.unit = unit;
    this.start = start;
    this.columns = reference.columns.map(emptySketch);
  }

  get requests(): number {
    let requests = 0;
    for (const count of this.latency.buckets.values()) requests += count;
    return requests;
  }

  /** @param values in the order of the reference's columns */
  add(eventTime: number, values: readonly ProfileValue[], isFlagged: boolean): void {
    this.#cover(eventTime);
    this.rows++;
    if (isFlagged) this.flagged++;
    for (let index = 0; index < this.columns.length; index++) {
      addValue(this.columns[index] as ColumnSketch, values[index]);
    }
  }

  /** @param milliseconds finite */
  addRequest(milliseconds: number): void {
    this.latency.add(bucketOf(Math.max(milliseconds, 0), latencyScale));
  }

  /** Adds what a window of the same or a finer unit with equal bins knows. @throws RangeError where the bins differ */
  merge(other: WindowSketch): void {
    if (other.reference.identity !== this.reference.identity) throw new RangeError('two windows have different bins');
    this.rows += other.rows;
    this.flagged += other.flagged;
    if (other.first !== null) this.#cover(other.first);
    if (other.last !== null) this.#cover(other.last);
    this.latency.merge(other.latency);
    for (const [index, column] of other.columns.entries()) mergeSketch(this.columns[index] as ColumnSketch, column);
  }

  /** Forgets the values of columns. @param positions in the order of the reference */
  mask(positions: readonly number[]): void {
    for (const position of positions) this.columns[position] = maskedSketch(this.columns[position] as ColumnSketch);
  }

  #cover(eventTime: number): void {
    if (this.first === null || eventTime < this.first) this.first = eventTime;
    if (this.last === null || eventTime > this.last) this.last = eventTime;
  }
}
