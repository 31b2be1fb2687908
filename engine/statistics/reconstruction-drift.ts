import type { DriftColumn } from './drift.ts';
import { fitReconstruction } from './reconstruction.ts';
import { normalQuantile } from './special-functions.ts';
import { mean, variance } from './summary.ts';

const chunks = 10;
/** Standard deviations of the chunks that their mean may be off: NannyML's default. */
const chunkDeviations = 3;

export interface ReconstructionDrift {
  components: number;
  /** Mean reconstruction error of the current rows and of reference rows that the components were not fitted on. */
  error: number;
  reference: number;
  /** Mean of ten chunks of the reference, less and more three of their standard deviations. */
  low: number;
  high: number;
  /** Where the current error would be by sampling alone. */
  samplingLow: number;
  samplingHigh: number;
  drifted: boolean;
  /** Of each current row. */
  errors: Float64Array;
}

/**
 * Whether rows fit the principal components of a reference worse, or better, than its own. It is drift where the mean error
 * is both outside the chunk thresholds and outside of what sampling alone gives. The components are fitted on every other row
 * of the reference, and the rest is compared: on their own rows the error would be too small.
 * @param level share of no-drift comparisons that are inside the sampling limits, as 0.975
 */
export function reconstructionDrift(
  reference: readonly DriftColumn[],
  current: readonly DriftColumn[],
  level: number,
): ReconstructionDrift {
  const fitted = fitReconstruction(everyOther(reference, 0));
  const held = fitted.errors(everyOther(reference, 1));
  const errors = fitted.errors(current);
  const [expected, error] = [mean(held) ?? 0, mean(errors) ?? 0];
  const { low, high } = chunkThresholds(held);
  const deviation = Math.sqrt((variance(held, 1) ?? 0) / held.length + (variance(errors, 1) ?? 0) / errors.length);
  const half = normalQuantile(1 - (1 - level) / 2) * deviation;
  const samplingLow = Math.max(0, expected - half);
  const samplingHigh = expected + half;
  const isBelow = error < low && error < samplingLow;
  const isAbove = error > high && error > samplingHigh;
  return {
    components: fitted.components,
    error,
    reference: expected,
    low,
    high,
    samplingLow,
    samplingHigh,
    drifted: isBelow || isAbove,
    errors,
  };
}

/** NannyML's thresholds: mean of equally large chunks in their order, less and more three standard deviations (ddof 0). */
export function chunkThresholds(errors: Float64Array): { low: number; high: number } {
  const count = Math.min(chunks, errors.length);
  const means = Float64Array.from({ length: count }, (_, chunk) => {
    const [start, end] = [chunk, chunk + 1].map((place) => Math.floor((place * errors.length) / count));
    return mean(errors.subarray(start, end)) ?? 0;
  });
  const [center, spread] = [mean(means) ?? 0, Math.sqrt(variance(means) ?? 0)];
  return { low: Math.max(0, center - chunkDeviations * spread), high: center + chunkDeviations * spread };
}

function everyOther(columns: readonly DriftColumn[], first: 0 | 1): DriftColumn[] {
  const isTaken = (_: unknown, row: number) => row % 2 === first;
  return columns.map((column) =>
    column.kind === 'text'
      ? { ...column, values: column.values.filter(isTaken) }
      : { ...column, values: column.values.filter(isTaken) },
  );
}
