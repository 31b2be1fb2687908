/** Relative accuracy of a value's distance from the centre. */
export const relativeAccuracy = 0.02;
/** Distances below this part of the scale are one bucket. */
export const smallestDistance = 1e-3;
/** Distances above this many scales are one bucket. */
const largestDistance = 1e9;

const gamma = (1 + relativeAccuracy) / (1 - relativeAccuracy);
const logGamma = Math.log(gamma);
/** Buckets are numbered from -largestBucket to largestBucket. */
export const largestBucket = Math.ceil(Math.log(largestDistance / smallestDistance) / logGamma);

/** What distances are measured from, and by. */
export interface BucketScale {
  centre: number;
  /** Above 0. */
  scale: number;
}

/**
 * DDSketch (Masson, Rim, Lee 2019) of the signed distances of values from a centre: exact counts in buckets whose bounds grow
 * by a fixed factor, so that merging is adding. A value is known to within 2 % of its distance from the centre, plus a
 * thousandth of the scale, as long as it lies within 10^9 scales.
 */
export class BucketSketch {
  /** Rows by bucket. */
  readonly buckets = new Map<number, number>();

  add(bucket: number, rows = 1): void {
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + rows);
  }

  merge(other: BucketSketch): void {
    for (const [bucket, rows] of other.buckets) this.add(bucket, rows);
  }

  /** Buckets with rows, ascending. */
  sorted(): [bucket: number, rows: number][] {
    const buckets = Int32Array.from(this.buckets.keys()).sort();
    return Array.from(buckets, (bucket) => [bucket, this.buckets.get(bucket) as number]);
  }
}

/** The bucket of a finite value. */
export function bucketOf(value: number, { centre, scale }: BucketScale): number {
  const distance = (value - centre) / scale;
  const size = distance < 0 ? -distance : distance;
  if (size <= smallestDistance) return 0;
  const bucket = Math.min(Math.ceil(Math.log(size / smallestDistance) / logGamma), largestBucket);
  const counted = Math.max(bucket, 1);
  return distance < 0 ? -counted : counted;
}

/** The value that stands for all in a bucket. */
export function bucketValue(bucket: number, { centre, scale }: BucketScale): number {
  if (bucket === 0) return centre;
  const size = (smallestDistance * 2 * gamma ** Math.abs(bucket)) / (gamma + 1);
  return centre + Math.sign(bucket) * size * scale;
}

/** Lower and upper bound of a bucket's values. */
export function bucketBounds(bucket: number, { centre, scale }: BucketScale): [low: number, high: number] {
  const inner = bucket === 0 ? -smallestDistance : smallestDistance * gamma ** (Math.abs(bucket) - 1);
  const outer = smallestDistance * gamma ** Math.abs(bucket);
  return bucket < 0
    ? [centre - outer * scale, centre - inner * scale]
    : [centre + inner * scale, centre + outer * scale];
}
