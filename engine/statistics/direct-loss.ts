import type { Random } from '../base/random.ts';
import { regressionOfCounts } from './counted-metrics.ts';
import { type EstimatedFigure, estimatedFigure, resampledPositions, spreadOfRow } from './estimated-figure.ts';
import type { RegressionInput } from './regression-metrics.ts';
import { variance } from './summary.ts';

/** Fits one number a row of the holdout to what is known of the row, and answers it for other rows. */
export type RegressionOf<Rows> = (target: Float64Array) => (rows: Rows) => Float64Array;

export const directLossMetricNames = ['mae', 'rmse', 'mape', 'r2'] as const;
export type DirectLossMetricName = (typeof directLossMetricNames)[number];

export interface DirectLoss<Rows> {
  /**
   * What metrics of `regressionMetrics` will be on rows whose targets are not known; null for what cannot be said, as without
   * rows. `r2` takes the errors to be unrelated to the predictions.
   * @param predictions of the same rows
   */
  estimate(rows: Rows, predictions: Float64Array): Record<DirectLossMetricName, EstimatedFigure | null>;
}

/**
 * Direct loss estimation (NannyML): a second model learns from the holdout how large the first one's error is on a row, given
 * its columns and the prediction; the mean of what it says of new rows is their estimated error. It sees that rows are of a
 * kind on which errors are larger, not that the relation between inputs and target changed.
 *
 * The interval is 1.96 standard errors: the spread of the realised metric on the holdout (bootstrap), brought to the number
 * of rows that is asked for, together with that of the holdout itself.
 * @param holdout rows the model was not trained on
 * @param regress called for the absolute, the squared and the relative error
 */
export function fitDirectLoss<Rows>(
  holdout: RegressionInput,
  regress: RegressionOf<Rows>,
  random: Random,
): DirectLoss<Rows> {
  const { targets, predictions } = holdout;
  const absolute = targets.map((target, row) => Math.abs(target - (predictions[row] as number)));
  const squared = regress(absolute.map((error) => error * error));
  const relative = regress(
    absolute.map((error, row) => error / Math.max(Math.abs(targets[row] as number), Number.EPSILON)),
  );
  const plain = regress(absolute);
  const spread = spreadOnHoldout(holdout, random);
  return {
    estimate(rows, answers) {
      const scale = Math.sqrt(1 / answers.length + 1 / targets.length);
      const [mae, mse, mape] = [plain, squared, relative].map((model) => meanNotNegative(model(rows)));
      const values = { mae, rmse: rootOf(mse), mape, r2: explainedShare(answers, mse ?? null) };
      return Object.fromEntries(
        directLossMetricNames.map((name) => {
          const error = spread[name] === undefined ? undefined : spread[name] * scale;
          const limits: [number, number] =
            name === 'r2' ? [Number.NEGATIVE_INFINITY, 1] : [0, Number.POSITIVE_INFINITY];
          return [name, estimatedFigure(values[name], error, limits)];
        }),
      ) as Record<DirectLossMetricName, EstimatedFigure | null>;
    },
  };
}

function spreadOnHoldout({ targets, predictions }: RegressionInput, random: Random) {
  const positions = resampledPositions(targets.length);
  const sample = {
    targets: Float64Array.from(positions, (row) => targets[row] as number),
    predictions: Float64Array.from(positions, (row) => predictions[row] as number),
  };
  return spreadOfRow(positions.length, regressionOfCounts(sample), random);
}

function meanNotNegative(errors: Float64Array): number | null {
  if (errors.length === 0) return null;
  let sum = 0;
  for (const error of errors) sum += Math.max(0, error);
  return sum / errors.length;
}

function rootOf(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.sqrt(value);
}

/** With errors unrelated to the predictions the targets vary by the predictions' variance and the squared error. */
function explainedShare(predictions: Float64Array, squaredError: number | null): number | null {
  const explained = variance(predictions);
  if (squaredError === null || explained === null || explained + squaredError === 0) return null;
  return explained / (explained + squaredError);
}
