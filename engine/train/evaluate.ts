import { seededRandom } from '../base/random.ts';
import type { Metrics, TaskKind } from '../contract/values.ts';
import { bootstrapIntervals } from '../statistics/bootstrap.ts';
import {
  type ClassificationInput,
  classificationMetrics,
  predictedClasses,
} from '../statistics/classification-metrics.ts';
import { confusionMatrix } from '../statistics/confusion.ts';
import { calibrationCurve, precisionRecallCurve, rocCurve } from '../statistics/curves.ts';
import { regressionMetrics } from '../statistics/regression-metrics.ts';
import type { Answers } from './model.ts';

/** Answers beside the truth. */
export interface Judged {
  task: TaskKind;
  classes: readonly string[];
  threshold: number;
  answers: Answers;
  /** Numbers, or class indexes. */
  target: Float64Array;
}

export interface Evaluation {
  metrics: Metrics;
  /** 95 % bootstrap interval [low, high] of each metric that has one. */
  intervals: Record<string, [number, number]>;
  /** Figures for the pictures of a run. */
  curves: Record<string, unknown>;
}

/** Metrics by scikit-learn's definitions; null where they are undefined. */
export function metricsOf(judged: Judged): Metrics {
  return judged.task === 'regression'
    ? regressionMetrics({ targets: judged.target, predictions: judged.answers.values })
    : classificationMetrics(classificationInput(judged));
}

/** @param seed of the bootstrap. */
export function evaluate(judged: Judged, seed: number): Evaluation {
  const metricsOfRows = (positions: Int32Array) => metricsOf(selectJudged(judged, positions));
  const options = { random: seededRandom(seed), repeats: bootstrapRepeats(judged.target.length) };
  const intervals = Object.entries(bootstrapIntervals(judged.target.length, metricsOfRows, options)).flatMap(
    ([name, interval]) => (interval === null ? [] : [[name, [interval.low, interval.high]] as const]),
  );
  return {
    metrics: metricsOf(judged),
    intervals: Object.fromEntries(intervals) as Record<string, [number, number]>,
    curves: judged.task === 'regression' ? regressionCurves(judged) : classificationCurves(judged),
  };
}

/** A thousand resamples where they are cheap, fewer where the holdout is large and its intervals narrow anyway. */
function bootstrapRepeats(rows: number): number {
  return Math.round(Math.min(1000, Math.max(100, 1_000_000 / rows)));
}

/** The judged rows at these positions. */
export function selectJudged(judged: Judged, positions: ArrayLike<number>): Judged {
  const width = judged.answers.values.length / judged.target.length;
  const values = new Float64Array(positions.length * width);
  const target = new Float64Array(positions.length);
  for (let row = 0; row < positions.length; row++) {
    const position = positions[row] as number;
    target[row] = judged.target[position] as number;
    for (let column = 0; column < width; column++) {
      values[row * width + column] = judged.answers.values[position * width + column] as number;
    }
  }
  return { ...judged, answers: { values }, target };
}

function classificationInput({ classes, threshold, answers, target }: Judged): ClassificationInput {
  return { classes, threshold, probabilities: answers.values, labels: Int32Array.from(target) };
}

function classificationCurves(judged: Judged): Record<string, unknown> {
  const input = classificationInput(judged);
  const matrix = confusionMatrix(input.labels, predictedClasses(input), judged.classes.length);
  const confusion = { classes: [...judged.classes], matrix };
  if (judged.task === 'multiclass') return { confusion };
  return {
    confusion,
    roc: rocCurve(input),
    precisionRecall: precisionRecallCurve(input),
    calibration: calibrationCurve(input),
  };
}

const shownPairs = 500;

/** Actual and predicted of at most 500 rows, evenly taken. */
function regressionCurves({ target, answers }: Judged): Record<string, unknown> {
  const count = Math.min(shownPairs, target.length);
  const pairs = Array.from({ length: count }, (_, index) => {
    const row = Math.floor((index * target.length) / count);
    return { actual: target[row] as number, predicted: answers.values[row] as number };
  });
  return { pairs };
}
