import { mean, quantileOfSorted } from './summary.ts';

export interface RegressionInput {
  targets: Float64Array;
  /** One per target, in the same order. */
  predictions: Float64Array;
}

export const regressionMetricNames = ['rmse', 'mae', 'r2', 'median_absolute_error', 'mape'] as const;
export type RegressionMetricName = (typeof regressionMetricNames)[number];

/**
 * Metrics of a regression by scikit-learn's definitions: rmse, mae and median_absolute_error in the target's unit, r2 at
 * most 1 (0 for a constant target that is missed, as `force_finite` gives), mape as a share with |target| floored at the
 * machine epsilon. All null without rows; r2 null below two rows.
 * @throws RangeError where lengths differ or a number is NaN.
 */
export function regressionMetrics({
  targets,
  predictions,
}: RegressionInput): Record<RegressionMetricName, number | null> {
  if (targets.length !== predictions.length) {
    throw new RangeError(`regressionMetrics: ${targets.length} targets, ${predictions.length} predictions`);
  }
  const rows = targets.length;
  if (rows === 0) return { rmse: null, mae: null, r2: null, median_absolute_error: null, mape: null };
  const errors = new Float64Array(rows);
  let squares = 0;
  let total = 0;
  let relative = 0;
  for (let row = 0; row < rows; row++) {
    const target = targets[row] as number;
    const error = Math.abs(target - (predictions[row] as number));
    if (Number.isNaN(error)) throw new RangeError(`regressionMetrics: row ${row} has no number`);
    errors[row] = error;
    squares += error * error;
    total += error;
    relative += error / Math.max(Math.abs(target), Number.EPSILON);
  }
  return {
    rmse: Math.sqrt(squares / rows),
    mae: total / rows,
    r2: coefficientOfDetermination(targets, squares),
    median_absolute_error: quantileOfSorted(errors.sort(), 0.5),
    mape: relative / rows,
  };
}

function coefficientOfDetermination(targets: Float64Array, squaredErrors: number): number | null {
  if (targets.length < 2) return null;
  const center = mean(targets) as number;
  let spread = 0;
  for (const target of targets) spread += (target - center) ** 2;
  if (spread === 0) return squaredErrors === 0 ? 1 : 0;
  return 1 - squaredErrors / spread;
}
