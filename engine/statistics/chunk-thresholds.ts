import { mean, standardDeviation } from './summary.ts';

/** Outside of which a chunk's figure is an alarm; null where the bound cannot be passed. */
export interface ChunkThresholds {
  lower: number | null;
  upper: number | null;
}

export interface ChunkThresholdOptions {
  /** Standard deviations below and above the mean. Default 3. */
  multiplier?: number;
  /** What the figure cannot pass, so that a bound there says nothing. Default [0, Infinity]. */
  limits?: readonly [number, number];
}

/**
 * NannyML's default thresholds (`StandardDeviationThreshold`): the mean of a figure over chunks of the reference, less and
 * plus three standard deviations (ddof 0); a bound at or beyond the figure's own limits is none.
 * @param figures one a chunk; missing ones (NaN) are left out. @returns both null without a figure.
 */
export function chunkThresholds(figures: Float64Array, options: ChunkThresholdOptions = {}): ChunkThresholds {
  const { multiplier = 3, limits = [0, Number.POSITIVE_INFINITY] } = options;
  const [center, deviation] = [mean(figures), standardDeviation(figures)];
  if (center === null || deviation === null) return { lower: null, upper: null };
  const [lower, upper] = [center - multiplier * deviation, center + multiplier * deviation];
  return { lower: lower <= limits[0] ? null : lower, upper: upper >= limits[1] ? null : upper };
}
