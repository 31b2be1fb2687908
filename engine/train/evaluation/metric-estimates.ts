import { seededRandom } from '../../base/random.ts';
import type { Estimate, MetricEstimate } from '../../contract/train-estimates.ts';
import { bootstrapRepeats, countedBootstrap, type Interval, type MetricOfCounts } from '../../statistics/bootstrap.ts';
import { brierLosses, scoredClasses } from '../../statistics/classification-metrics.ts';
import { meanOfCounts } from '../../statistics/counted-metrics.ts';
import { lowerIsBetter } from '../metrics.ts';
import { classificationInput, type Judged, metricsOf, metricsOfCounts } from './judged.ts';
import { type EvaluationControl, type EvaluationSubject, judgedOf } from './subject.ts';

/** What the headline tells: errors of model and baseline, and the share of the error that is gone. */
export interface Gain {
  metric: 'rmse' | 'brier';
  value: number;
  baseline: number;
  gain: Estimate;
}

export interface MetricEstimates {
  metrics: MetricEstimate[];
  gain: Gain;
}

/** All metrics with bootstrap intervals, beside those of the baseline, and the gain over it on the same resamples. */
export function estimateMetrics(subject: EvaluationSubject, { throwIfCanceled }: EvaluationControl): MetricEstimates {
  const judged = judgedOf(subject);
  const ofBaseline = baselineJudged(subject, judged);
  const rows = judged.target.length;
  const metric = judged.task === 'regression' ? 'rmse' : 'brier';
  const passes = judged.task === 'regression' ? 1 : scoredClasses(judged.classes).length;
  const [metricsOfResample, baselineOfResample] = [metricsOfCounts(judged), errorOfCounts(ofBaseline)];
  const intervals = countedBootstrap(
    rows,
    (counts) => {
      throwIfCanceled();
      const metrics = metricsOfResample(counts);
      return { ...metrics, gain: gainOver(baselineOfResample(counts), metrics[metric]) };
    },
    { random: seededRandom(subject.seed), repeats: bootstrapRepeats(rows, passes) },
  );
  const [own, baseline] = [metricsOf(judged), metricsOf(ofBaseline)];
  const metrics = Object.entries(own).map(([name, value]) => ({
    name,
    ...estimate(value, intervals[name]),
    baseline: baseline[name] ?? null,
    lowerIsBetter: lowerIsBetter(name),
  }));
  const errors = { value: own[metric] ?? 0, baseline: baseline[metric] ?? 0 };
  const gain = estimate(gainOver(errors.baseline, errors.value), intervals.gain);
  return { metrics, gain: { metric, ...errors, gain } };
}

export function estimate(value: number | null, interval: Interval | null | undefined): Estimate {
  return { value, low: interval?.low ?? null, high: interval?.high ?? null };
}

function baselineJudged({ training }: EvaluationSubject, judged: Judged): Judged {
  const width = training.baseline.length;
  const values = new Float64Array(judged.target.length * width);
  for (let row = 0; row < judged.target.length; row++) values.set(training.baseline, row * width);
  return { ...judged, answers: { values } };
}

/** Squared error of each row: of the number, or of the probabilities (Brier). */
function squaredErrors(judged: Judged): Float64Array {
  if (judged.task !== 'regression') return brierLosses(classificationInput(judged));
  return judged.target.map((target, row) => (target - (judged.answers.values[row] as number)) ** 2);
}

/** Root mean squared error of numbers, Brier score of probabilities, where each row counts so many times. */
function errorOfCounts(judged: Judged): MetricOfCounts {
  const errors = squaredErrors(judged);
  return (counts) => {
    const mean = meanOfCounts(errors, counts);
    return mean === null || judged.task !== 'regression' ? mean : Math.sqrt(mean);
  };
}

/** Share of the baseline's error that is gone. */
function gainOver(baseline: number | null, value: number | null | undefined): number | null {
  return typeof value !== 'number' || baseline === null || baseline === 0 ? null : 1 - value / baseline;
}
