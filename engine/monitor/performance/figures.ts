import { seededRandom } from '../../base/random.ts';
import type { Estimate } from '../../contract/train-estimates.ts';
import { countedBootstrap, type Interval } from '../../statistics/bootstrap.ts';
import { thinnedPositions } from '../../statistics/drift-columns.ts';
import { wilsonInterval } from '../../statistics/proportions.ts';
import {
  type Judged,
  lowerIsBetter,
  metricOf,
  metricsOf,
  metricsOfCounts,
  predictedLabels,
  selectJudged,
} from '../../train/for-jobs.ts';

/** Metrics by their names, each with its 95 % interval. */
export type Figures = Record<string, Estimate>;

/** What an interval may cost. */
export interface Effort {
  /** Rows that are resampled. */
  rows: number;
  /** Resamples. */
  repeats: number;
}

/** Of a whole range, and of one window or slice of which there may be hundreds. */
export const wholeEffort: Effort = { rows: 20_000, repeats: 300 };
export const windowEffort: Effort = { rows: 5000, repeats: 200 };

const seed = 0;

/**
 * The metrics of training with 95 % intervals: Wilson's of the shares of rows (accuracy; with two classes precision and
 * recall), of the others seeded percentile bootstraps (Efron 1979). Of more rows than the effort allows a part that is
 * spread evenly is resampled, and its interval narrowed by the root of its share (Bickel, Götze and van Zwet 1997).
 * @param only one metric; all where it is absent
 */
export function figuresOf(judged: Judged, effort: Effort, only?: string): Figures {
  const rows = judged.target.length;
  const values = only === undefined ? metricsOf(judged) : { [only]: metricOf(judged, only) };
  const sample = rows <= effort.rows ? judged : selectJudged(judged, thinnedPositions(rows, effort.rows));
  const resampled = countedBootstrap(sample.target.length, metricsOfCounts(sample, only), {
    random: seededRandom(seed),
    repeats: effort.repeats,
  });
  const ofSample = sample === judged ? values : metricsOf(sample);
  const shares = shareIntervals(judged);
  const scale = Math.sqrt(sample.target.length / rows);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const interval = shares[name] ?? narrowed(name, value, ofSample[name], resampled[name], scale);
      return [name, { value, low: value === null ? null : (interval?.low ?? null), high: interval?.high ?? null }];
    }),
  );
}

function narrowed(
  name: string,
  value: number | null,
  ofSample: number | null | undefined,
  interval: Interval | null | undefined,
  scale: number,
): { low: number; high: number } | null {
  if (value === null || typeof ofSample !== 'number' || !interval) return null;
  if (scale === 1) return interval;
  const bound = (end: number) => {
    const moved = value + (end - ofSample) * scale;
    return lowerIsBetter(name) ? Math.max(0, moved) : Math.min(1, moved);
  };
  return { low: bound(interval.low), high: bound(interval.high) };
}

/** Of the metrics that are shares of rows. */
function shareIntervals(judged: Judged): Record<string, { low: number; high: number } | null> {
  if (judged.task === 'regression') return {};
  const predicted = predictedLabels(judged);
  let [hits, found, answered, positives] = [0, 0, 0, 0];
  for (let row = 0; row < predicted.length; row++) {
    const [answer, truth] = [predicted[row], judged.target[row]];
    hits += Number(answer === truth);
    answered += Number(answer === 1);
    positives += Number(truth === 1);
    found += Number(answer === 1 && truth === 1);
  }
  const accuracy = wilsonInterval(hits, predicted.length);
  if (judged.classes.length !== 2) return { accuracy };
  return { accuracy, precision: wilsonInterval(found, answered), recall: wilsonInterval(found, positives) };
}
