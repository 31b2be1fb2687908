import { isoTime } from '../../base/clock.ts';
import type { ConceptChange } from '../../contract/monitor-performance.ts';
import { adwinChanges } from '../../statistics/adwin.ts';
import { changePoints } from '../../statistics/change-points.ts';
import { risingOrder } from '../../statistics/correlation.ts';
import { pageHinkleyChanges } from '../../statistics/page-hinkley.ts';
import { mean, quantileOfSorted, standardDeviation, variance } from '../../statistics/summary.ts';
import { type Judged, predictedLabels } from '../../train/for-jobs.ts';

/** Labelled rows below which nothing is said. */
const fewestErrors = 100;
/** Skewness that the mean of a batch may have. */
const batchSkewness = 0.7;
const mostBatches = { pageHinkley: 1000, changePoint: 100 };
/** Of Page-Hinkley: the change that is tolerated, in standard deviations of a batch, and the chance of a false alarm over all batches. */
const [delta, falseAlarmRate] = [0.25, 0.001];
/** What a change point must save, in noise variances by ln(batches). */
const penaltyOfPoint = 5;

/**
 * Times at which the errors of the model changed: ADWIN on the errors of rows (0 or 1 of a class, absolute of a number), and
 * Page-Hinkley and change points on means of batches of them, which are near normal however rare an error is. The settings
 * keep the chance that any of the three tells of a change where there is none at 5 % or less, from 200 rows to 20,000.
 * @param eventTimes of the judged rows, UTC epoch milliseconds, in any order
 */
export function conceptChanges(judged: Judged, eventTimes: Float64Array): ConceptChange[] {
  if (eventTimes.length < fewestErrors) return [];
  const order = risingOrder(eventTimes);
  const errors = errorsOf(judged);
  const stream = Float64Array.from(order, (row) => errors[row] as number);
  const values = scaled(stream);
  const time = (position: number) => isoTime(eventTimes[order[position] as number] as number);
  const found = [
    { detector: 'adwin', since: adwinChanges(values).map(({ since }) => since) },
    { detector: 'page_hinkley', since: pageHinkley(batchesOf(values, mostBatches.pageHinkley)) },
    { detector: 'change_point', since: pointsOf(batchesOf(values, mostBatches.changePoint)) },
  ] as const;
  return found
    .flatMap(({ detector, since }) =>
      since.map((position, index) => ({
        detector,
        at: time(position),
        before: mean(stream.subarray(since[index - 1] ?? 0, position)),
        after: mean(stream.subarray(position, since[index + 1] ?? stream.length)),
      })),
    )
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** 1 where the class is wrong, else 0; of a regression how far off the number is. */
function errorsOf(judged: Judged): Float64Array {
  if (judged.task === 'regression') {
    return judged.target.map((actual, row) => Math.abs(actual - (judged.answers.values[row] as number)));
  }
  const labels = predictedLabels(judged);
  return judged.target.map((actual, row) => Number(actual !== labels[row]));
}

/** Between 0 and 1, as ADWIN takes them; of the largest hundredth only that it is large counts. */
function scaled(errors: Float64Array): Float64Array {
  const sorted = errors.slice().sort();
  const most = quantileOfSorted(sorted, 0.99) || sorted.at(-1) || 1;
  return errors.map((error) => Math.min(error, most) / most);
}

interface Batches {
  size: number;
  means: Float64Array;
}

function batchesOf(values: Float64Array, most: number): Batches {
  const size = Math.max(1, Math.ceil((skewness(values) / batchSkewness) ** 2), Math.ceil(values.length / most));
  const means = Float64Array.from({ length: Math.floor(values.length / size) }, (_, batch) =>
    Number(mean(values.subarray(batch * size, (batch + 1) * size))),
  );
  return { size, means };
}

function skewness(values: Float64Array): number {
  const [center, squares] = [mean(values) ?? 0, variance(values) ?? 0];
  if (squares === 0) return 0;
  const cubes = values.reduce((sum, value) => sum + (value - center) ** 3, 0) / values.length;
  return Math.abs(cubes) / squares ** 1.5;
}

/** The threshold is that which a random walk with delta as its downward drift exceeds with that chance. */
function pageHinkley({ size, means }: Batches): number[] {
  const deviation = standardDeviation(means);
  if (!deviation) return [];
  const threshold = Math.log((2 * delta ** 2 * means.length) / falseAlarmRate) / (2 * delta);
  const standard = means.map((value) => value / deviation);
  return pageHinkleyChanges(standard, { delta, threshold, forgetting: 1 }).map(({ since }) => since * size);
}

function pointsOf({ size, means }: Batches): number[] {
  const penalty = penaltyOfPoint * Math.log(Math.max(2, means.length));
  return changePoints(means, { penalty }).map((batch) => batch * size);
}
