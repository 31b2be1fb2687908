import {
  type BucketScale,
  type BucketSketch,
  bucketBounds,
  bucketOf,
  bucketValue,
  relativeAccuracy,
  smallestDistance,
} from './bucket-sketch.ts';
import type { NumberSketch } from './number-sketch.ts';

/** An estimate from sketches, and by how much the exact figure of the same rows can differ from it. */
export interface Estimate {
  value: number;
  error: number;
}

/**
 * Quantile of the finite values: the value of rank floor(share * (rows - 1)) (type 1 but for the rounding).
 * @param share in [0, 1] @returns null where there are none
 */
export function quantileOfSketch(sketch: NumberSketch, share: number): Estimate | null {
  const { minimum, maximum, prepared } = sketch;
  const rows = finiteRows(sketch);
  if (rows === 0 || minimum === null || maximum === null) return null;
  if (share === 0) return { value: minimum, error: 0 };
  if (share === 1) return { value: maximum, error: 0 };
  const rank = Math.floor(share * (rows - 1));
  let seen = 0;
  for (const [bucket, count] of sketch.sketch.sorted()) {
    seen += count;
    if (seen > rank) return clipped(bucketValue(bucket, prepared.bins), minimum, maximum, prepared.bins);
  }
  return { value: maximum, error: 0 };
}

function clipped(value: number, minimum: number, maximum: number, { centre, scale }: NumberSketch['prepared']['bins']) {
  const within = Math.min(Math.max(value, minimum), maximum);
  // Of the value itself, which is at most 1 / (1 - accuracy) times as far from the centre as the bucket's.
  const distance = Math.abs(value - centre) / (1 - relativeAccuracy);
  return { value: within, error: relativeAccuracy * distance + smallestDistance * scale };
}

/** Mean of the finite values; null where there are none. */
export function meanOfSketch(sketch: NumberSketch): Estimate | null {
  const rows = finiteRows(sketch);
  if (rows === 0) return null;
  const { centre } = sketch.prepared.bins;
  let sum = 0;
  for (const [bucket, count] of sketch.sketch.sorted()) {
    sum += ((bucketValue(bucket, sketch.prepared.bins) - centre) * count) / rows;
  }
  return { value: centre + sum, error: meanError(sketch) };
}

/** How far, on average, the values of a sketch can be from those that stand for them. */
function meanError(sketch: NumberSketch): number {
  const rows = finiteRows(sketch);
  const { bins } = sketch.prepared;
  let error = 0;
  for (const [bucket, count] of sketch.sketch.sorted()) {
    const [low, high] = boundsWithin(bucket, sketch);
    const value = bucketValue(bucket, bins);
    error += (Math.max(value - low, high - value, 0) * count) / rows;
  }
  return error;
}

/** Bounds of a bucket, narrowed by the smallest and the largest value. */
function boundsWithin(bucket: number, { minimum, maximum, prepared: { bins } }: NumberSketch): [number, number] {
  const [low, high] = bucketBounds(bucket, bins);
  const isLowest = minimum !== null && bucketOf(minimum, bins) === bucket;
  const isHighest = maximum !== null && bucketOf(maximum, bins) === bucket;
  return [isLowest ? minimum : low, isHighest ? maximum : high];
}

/**
 * Kolmogorov-Smirnov statistic of two sketches of the same bins: the largest difference of the distribution functions at the
 * bounds of buckets, where both are exact. Within a bucket it can be greater by what that bucket holds of either side; for
 * values that are few and far apart, as in whole numbers, it seldom is.
 * @returns null where a side has no values
 */
export function kolmogorovSmirnovOfSketches(reference: NumberSketch, current: NumberSketch): Estimate | null {
  const [rows, otherRows] = [presentRows(reference), presentRows(current)];
  if (finiteRows(reference) === 0 || finiteRows(current) === 0) return null;
  let [share, otherShare] = [reference.negativeInfinite / rows, current.negativeInfinite / otherRows];
  let value = Math.abs(share - otherShare);
  let possible = value;
  for (const [first, second] of alignedBuckets(reference, current)) {
    const [step, otherStep] = [first / rows, second / otherRows];
    const difference = share - otherShare;
    // At most all of one side's bucket comes before any of the other's.
    possible = Math.max(possible, difference + step, otherStep - difference);
    share += step;
    otherShare += otherStep;
    value = Math.max(value, Math.abs(share - otherShare));
  }
  return { value, error: Math.max(0, possible - value) };
}

/** Values, infinite ones with them. */
export function presentRows({ rows, missing, masked }: NumberSketch): number {
  return rows - missing - masked;
}

/** 0 where only the counts of bins are known. */
function finiteRows(sketch: NumberSketch): number {
  if (sketch.sketch.buckets.size === 0) return 0;
  return presentRows(sketch) - sketch.positiveInfinite - sketch.negativeInfinite;
}

/** Rows of both sides by bucket, ascending. */
function alignedBuckets(reference: NumberSketch, current: NumberSketch): [number, number][] {
  return sortedBuckets(reference, current).map((bucket) => [
    reference.sketch.buckets.get(bucket) ?? 0,
    current.sketch.buckets.get(bucket) ?? 0,
  ]);
}

function sortedBuckets(reference: NumberSketch, current: NumberSketch): number[] {
  const buckets = new Set([...reference.sketch.buckets.keys(), ...current.sketch.buckets.keys()]);
  return [...buckets].sort((one, other) => one - other);
}

/**
 * Wasserstein distance (of order 1) of the finite values, each at the place of its bucket.
 * @returns null where a side has none
 */
export function wassersteinOfSketches(reference: NumberSketch, current: NumberSketch): Estimate | null {
  const [rows, otherRows] = [finiteRows(reference), finiteRows(current)];
  if (rows === 0 || otherRows === 0) return null;
  const { bins } = reference.prepared;
  let [value, difference] = [0, 0];
  let before: number | null = null;
  for (const bucket of sortedBuckets(reference, current)) {
    const place = bucketValue(bucket, bins);
    if (before !== null) value += Math.abs(difference) * (place - before);
    difference += (reference.sketch.buckets.get(bucket) ?? 0) / rows;
    difference -= (current.sketch.buckets.get(bucket) ?? 0) / otherRows;
    before = place;
  }
  // The distance obeys the triangle inequality: each side is at most so far from its sketch.
  return { value, error: meanError(reference) + meanError(current) };
}

/** Standard deviation of the finite values about their mean (population); null where there are none. */
export function deviationOfSketch(sketch: NumberSketch): number | null {
  const mean = meanOfSketch(sketch);
  if (mean === null) return null;
  const rows = finiteRows(sketch);
  let squares = 0;
  for (const [bucket, count] of sketch.sketch.sorted()) {
    squares += ((bucketValue(bucket, sketch.prepared.bins) - mean.value) ** 2 * count) / rows;
  }
  return Math.sqrt(squares);
}

/** Quantile of values of which nothing but buckets is known; null where there are none. @param share in [0, 1] */
export function quantileOfBuckets(sketch: BucketSketch, scale: BucketScale, share: number): number | null {
  const sorted = sketch.sorted();
  const rows = sorted.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.floor(share * (rows - 1));
  let seen = 0;
  for (const [bucket, count] of sorted) {
    seen += count;
    if (seen > rank) return bucketValue(bucket, scale);
  }
  return null;
}
