import type { Metrics, TaskKind } from '../../contract/values.ts';
import {
  type ClassificationInput,
  type ClassificationMetricName,
  classificationMetric,
  classificationMetrics,
  predictedClasses,
} from '../../statistics/classification-metrics.ts';
import { classificationOfCounts, regressionOfCounts } from '../../statistics/counted-metrics.ts';
import { regressionMetrics } from '../../statistics/regression-metrics.ts';
import type { Answers } from '../model.ts';

/** Answers beside the truth. */
export interface Judged {
  task: TaskKind;
  classes: readonly string[];
  threshold: number;
  answers: Answers;
  /** Numbers, or class indexes. */
  target: Float64Array;
}

/** Metrics by scikit-learn's definitions; null where they are undefined. */
export function metricsOf(judged: Judged): Metrics {
  return judged.task === 'regression'
    ? regressionMetrics({ targets: judged.target, predictions: judged.answers.values })
    : classificationMetrics(classificationInput(judged));
}

/** One of them, without what the others cost. */
export function metricOf(judged: Judged, name: string): number | null {
  return judged.task === 'regression'
    ? (metricsOf(judged)[name] ?? null)
    : classificationMetric(classificationInput(judged), name as ClassificationMetricName);
}

/**
 * The same metrics for rows that count several times or not at all.
 * @param only the one that is wanted; all where absent.
 */
export function metricsOfCounts(judged: Judged, only?: string): (counts: Int32Array) => Metrics {
  return judged.task === 'regression'
    ? regressionOfCounts({ targets: judged.target, predictions: judged.answers.values })
    : classificationOfCounts(classificationInput(judged), only);
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

export function classificationInput({ classes, threshold, answers, target }: Judged): ClassificationInput {
  return { classes, threshold, probabilities: answers.values, labels: Int32Array.from(target) };
}

/** Index of the answered class of each row. */
export function predictedLabels(judged: Judged): Int32Array {
  return predictedClasses(classificationInput(judged));
}
