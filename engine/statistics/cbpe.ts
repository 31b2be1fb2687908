import type { Random } from '../base/random.ts';
import {
  type ClassificationInput,
  type ClassificationMetricName,
  classificationMetricNames,
  predictedClasses,
  scoredClasses,
  selectClassificationRows,
} from './classification-metrics.ts';
import { confusionScores } from './confusion.ts';
import { classificationOfCounts } from './counted-metrics.ts';
import { type EstimatedFigure, estimatedFigure, resampledPositions, spreadOfRow } from './estimated-figure.ts';
import { expectedAreas } from './expected-ranking.ts';
import { fitIsotonic, type Isotonic, isotonicValues } from './isotonic.ts';
import { needsCalibration } from './need-of-calibration.ts';

export interface Cbpe {
  /** Whether isotonic calibration is used, by class; with two classes of the second only. */
  calibrated: boolean[];
  /**
   * What the metrics of `classificationMetrics` will be on rows whose labels are not known; null for what cannot be said,
   * as without rows.
   * @param probabilities the model's answers, rows x classes
   */
  estimate(probabilities: Float64Array): Record<ClassificationMetricName, EstimatedFigure | null>;
}

/**
 * Confidence-based performance estimation (NannyML; Białek, Kuberski, Perrakis, Bifet 2024, arXiv 2407.08649). The expected
 * confusion matrix and the expected curves come from calibrated probabilities; what is predicted from the model's own. It
 * holds as long as the answers stay calibrated: a changed relation between inputs and target is not seen.
 *
 * The interval is 1.96 standard errors: the spread of the realised metric on the holdout (bootstrap), brought to the number
 * of rows that is asked for, together with that of the holdout itself, which counts twice where it was calibrated on, too.
 * @param holdout answers and labels of rows the model was not trained on
 */
export function fitCbpe(holdout: ClassificationInput, random: Random): Cbpe {
  const { classes, threshold } = holdout;
  const calibrations = scoredClasses(classes).map((scored) => calibrationOf(holdout, scored, random));
  const spread = spreadOnHoldout(holdout, random);
  const parts = calibrations.some((calibration) => calibration !== null) ? 2 : 1;
  return {
    calibrated: calibrations.map((calibration) => calibration !== null),
    estimate(probabilities) {
      const rows = probabilities.length / classes.length;
      const truth = calibratedProbabilities(probabilities, calibrations, classes.length);
      const values = expectedMetrics({ classes, threshold, probabilities, truth });
      const scale = Math.sqrt(1 / rows + parts / holdout.labels.length);
      return Object.fromEntries(
        classificationMetricNames.map((name) => {
          const error = spread[name] === undefined ? undefined : spread[name] * scale;
          return [name, estimatedFigure(values[name], error, limitsOf(name, classes.length))];
        }),
      ) as Record<ClassificationMetricName, EstimatedFigure | null>;
    },
  };
}

function calibrationOf(holdout: ClassificationInput, scored: number, random: Random): Isotonic | null {
  const { classes, labels, probabilities } = holdout;
  const isPositive = Uint8Array.from(labels, (label) => Number(label === scored));
  const scores = Float64Array.from(isPositive, (_, row) => probabilities[row * classes.length + scored] as number);
  return needsCalibration(scores, isPositive, random) ? fitIsotonic(scores, isPositive) : null;
}

/** Rows x classes, each row summing to one; classes of one row that are all calibrated to 0 are equally likely. */
function calibratedProbabilities(
  probabilities: Float64Array,
  calibrations: readonly (Isotonic | null)[],
  classCount: number,
): Float64Array {
  const truth = probabilities.slice();
  const rows = truth.length / classCount;
  for (const [index, calibration] of calibrations.entries()) {
    if (calibration === null) continue;
    const scored = classCount === 2 ? 1 : index;
    const scores = Float64Array.from({ length: rows }, (_, row) => truth[row * classCount + scored] as number);
    for (const [row, value] of isotonicValues(calibration, scores).entries()) truth[row * classCount + scored] = value;
  }
  for (let start = 0; start < truth.length; start += classCount) {
    if (classCount === 2) truth[start] = 1 - (truth[start + 1] as number);
    else toSumOfOne(truth.subarray(start, start + classCount));
  }
  return truth;
}

function toSumOfOne(values: Float64Array): void {
  let sum = 0;
  for (const value of values) sum += value;
  for (let index = 0; index < values.length; index++) {
    values[index] = sum === 0 ? 1 / values.length : (values[index] as number) / sum;
  }
}

interface Expectation {
  classes: readonly string[];
  threshold?: number;
  /** The model's own. */
  probabilities: Float64Array;
  /** Calibrated: how likely each class is the true one. */
  truth: Float64Array;
}

function expectedMetrics(expectation: Expectation): Record<ClassificationMetricName, number | null> {
  const { classes, probabilities, threshold, truth } = expectation;
  const rows = probabilities.length / classes.length;
  if (rows === 0) {
    return Object.fromEntries(classificationMetricNames.map((name) => [name, null])) as Record<
      ClassificationMetricName,
      null
    >;
  }
  const predicted = predictedClasses({ classes, probabilities, labels: [], threshold });
  const matrix = classes.map(() => new Array<number>(classes.length).fill(0));
  for (let row = 0; row < rows; row++) {
    for (const [actual, counts] of matrix.entries()) {
      const column = predicted[row] as number;
      counts[column] = (counts[column] as number) + (truth[row * classes.length + actual] as number);
    }
  }
  return { ...confusionScores(matrix), ...expectedAreas(expectation), ...expectedLosses(expectation) };
}

function expectedLosses({ classes, probabilities, truth }: Expectation) {
  const rows = probabilities.length / classes.length;
  const squared = classes.length === 2 ? 0.5 : 1;
  let [logs, squares] = [0, 0];
  for (let cell = 0; cell < truth.length; cell++) {
    const [likely, given] = [truth[cell] as number, probabilities[cell] as number];
    logs -= likely * Math.log(Math.min(Math.max(given, Number.EPSILON), 1 - Number.EPSILON));
    squares += squared * (likely * (1 - given) ** 2 + (1 - likely) * given ** 2);
  }
  return { log_loss: logs / rows, brier: squares / rows };
}

function spreadOnHoldout(holdout: ClassificationInput, random: Random): Partial<Record<string, number>> {
  const sample = selectClassificationRows(holdout, resampledPositions(holdout.labels.length));
  return spreadOfRow(sample.labels.length, classificationOfCounts(sample), random);
}

function limitsOf(name: ClassificationMetricName, classCount: number): [number, number] {
  if (name === 'matthews') return [-1, 1];
  if (name === 'log_loss') return [0, Number.POSITIVE_INFINITY];
  return [0, name === 'brier' && classCount > 2 ? 2 : 1];
}
