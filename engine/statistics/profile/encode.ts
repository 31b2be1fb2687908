import { base64Of } from '../../base/base64.ts';
import type { BucketSketch } from './bucket-sketch.ts';
import type { ColumnSketch } from './column-sketch.ts';
import type { Profile } from './profile.ts';
import type { WindowSketch } from './window-sketch.ts';
import type { ProfileUnit } from './window-time.ts';

/** Counts of a column without its sketch; what is 0 or unknown is left out. */
export interface EncodedCounts {
  missing?: number;
  masked?: number;
  positiveInfinite?: number;
  negativeInfinite?: number;
  below?: number;
  above?: number;
  minimum?: number;
  maximum?: number;
  /** By bin of the reference. */
  counts: number[];
}

export interface EncodedColumn extends EncodedCounts {
  /** Buckets of a numeric column. */
  sketch?: string;
  /** Of a text column: hash, text and rows of values that the reference does not have. */
  sample?: [hash: number, text: string, rows: number][];
}

export interface EncodedWindow {
  unit: ProfileUnit;
  /** UTC epoch milliseconds. */
  start: number;
  rows: number;
  flagged: number;
  first: number;
  last: number;
  /** Buckets of the requests' milliseconds. */
  latency?: string;
  columns: EncodedColumn[];
}

/** A profile as JSON holds it. */
export interface EncodedProfile {
  version: number;
  /** Identity of the reference's bins. */
  reference: string;
  leftOut: number;
  windows: EncodedWindow[];
}

export function encodeProfile(profile: Profile): EncodedProfile {
  const { profile: reference, identity } = profile.reference;
  return {
    version: reference.version,
    reference: identity,
    leftOut: profile.leftOut,
    windows: profile.windows.filter(({ rows }) => rows > 0).map(encodeWindow),
  };
}

/** @param window with rows */
export function encodeWindow({
  unit,
  start,
  rows,
  flagged,
  first,
  last,
  latency,
  columns,
}: WindowSketch): EncodedWindow {
  return {
    unit,
    start,
    rows,
    flagged,
    first: first ?? start,
    last: last ?? start,
    ...(latency.buckets.size > 0 && { latency: encodeBuckets(latency) }),
    columns: columns.map(encodeColumn),
  };
}

export function encodeColumn(column: ColumnSketch): EncodedColumn {
  const encoded: EncodedColumn = { ...encodeCounts(column) };
  if (column.kind === 'number') {
    if (column.sketch.buckets.size > 0) encoded.sketch = encodeBuckets(column.sketch);
    return encoded;
  }
  const sample = column.sample.texts.map(({ hash, text, rows }): [number, string, number] => [hash, text, rows]);
  if (sample.length > 0) encoded.sample = sample;
  return encoded;
}

export function encodeCounts(column: ColumnSketch): EncodedCounts {
  const own =
    column.kind === 'text'
      ? {}
      : {
          positiveInfinite: column.positiveInfinite,
          negativeInfinite: column.negativeInfinite,
          below: column.below,
          above: column.above,
        };
  const counted = Object.entries({ missing: column.missing, masked: column.masked, ...own });
  const range =
    column.kind === 'number' && column.minimum !== null && column.maximum !== null
      ? { minimum: column.minimum, maximum: column.maximum }
      : {};
  return { ...Object.fromEntries(counted.filter(([, rows]) => rows > 0)), ...range, counts: [...column.counts] };
}

/** Buckets ascending as pairs of LEB128 numbers: the distance from the bucket before (the first one zigzag), the rows. */
export function encodeBuckets(sketch: BucketSketch): string {
  const bytes: number[] = [];
  let before: number | null = null;
  for (const [bucket, rows] of sketch.sorted()) {
    pushNumber(bytes, before === null ? (bucket < 0 ? -2 * bucket - 1 : 2 * bucket) : bucket - before);
    pushNumber(bytes, rows);
    before = bucket;
  }
  return base64Of(Uint8Array.from(bytes));
}

/** Seven bits a byte, the least first; also beyond 32 bits. */
function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
