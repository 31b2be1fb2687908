import {
  brierLosses,
  type ClassificationInput,
  type ClassificationMetricName,
  logLosses,
  meanOrNull,
  predictedClasses,
  scoredClasses,
} from './classification-metrics.ts';
import { confusionScores } from './confusion.ts';
import { risingOrder } from './correlation.ts';
import type { RegressionInput, RegressionMetricName } from './regression-metrics.ts';

/*
 * The metrics of classification-metrics.ts and regression-metrics.ts with whole-number weights, for resamples: what can be
 * prepared once (losses of rows, their order by score) is, and a resample costs one pass over the rows.
 */

/** Rows by falling score, with the place at which each run of equal scores ends. */
interface CountedRanking {
  order: Int32Array;
  /** By place in the order. */
  isPositive: Uint8Array;
  endsTie: Uint8Array;
}

const rankingMetrics: readonly string[] = ['roc_auc', 'average_precision'];

/**
 * @param only the one metric that is wanted; all where absent.
 * @returns the metrics of `classificationMetrics` where each row counts so many times; all null without rows.
 */
export function classificationOfCounts(
  input: ClassificationInput,
  only?: string,
): (counts: Int32Array) => Partial<Record<ClassificationMetricName, number | null>> {
  const isRanking = only !== undefined && rankingMetrics.includes(only);
  const ranked = only === undefined || isRanking ? scoredClasses(input.classes) : [];
  const rankings = ranked.map((scored) => countedRanking(input, scored));
  const scores = isRanking ? undefined : scoresOfCounts(input);
  return (counts) => {
    const areas = rankings.map((ranking) => areasOfCounts(ranking, counts));
    return {
      ...scores?.(counts),
      ...(areas.length > 0 && {
        roc_auc: meanOrNull(areas.map(({ roc }) => roc)),
        average_precision: meanOrNull(areas.map(({ precision }) => precision)),
      }),
    };
  };
}

/** Those metrics that need no order of the rows. */
function scoresOfCounts(input: ClassificationInput) {
  const { labels } = input;
  const classCount = input.classes.length;
  const cellOfRow = predictedClasses(input).map((predicted, row) => (labels[row] as number) * classCount + predicted);
  const [logs, squares] = [logLosses(input), brierLosses(input)];
  const cells = new Float64Array(classCount ** 2);
  return (counts: Int32Array) => {
    cells.fill(0);
    let [rows, logLoss, squared] = [0, 0, 0];
    for (let row = 0; row < counts.length; row++) {
      const count = counts[row] as number;
      if (count === 0) continue;
      const cell = cellOfRow[row] as number;
      cells[cell] = (cells[cell] as number) + count;
      rows += count;
      logLoss += count * (logs[row] as number);
      squared += count * (squares[row] as number);
    }
    if (rows === 0) return { ...noScores, log_loss: null, brier: null };
    const matrix = Array.from({ length: classCount }, (_, index) => [
      ...cells.subarray(index * classCount, (index + 1) * classCount),
    ]);
    return { ...confusionScores(matrix), log_loss: logLoss / rows, brier: squared / rows };
  };
}

const noScores = { accuracy: null, balanced_accuracy: null, precision: null, recall: null, f1: null, matthews: null };

function countedRanking({ classes, probabilities, labels }: ClassificationInput, scored: number): CountedRanking {
  const rows = labels.length;
  const score = (row: number) => probabilities[row * classes.length + scored] as number;
  const order = risingOrder(Float64Array.from({ length: rows }, (_, row) => score(row))).reverse();
  const isPositive = Uint8Array.from(order, (row) => Number(labels[row] === scored));
  const endsTie = Uint8Array.from(order, (row, place) =>
    Number(place === rows - 1 || score(row) !== score(order[place + 1] as number)),
  );
  return { order, isPositive, endsTie };
}

/** Area under the ROC curve and average precision, as in ranking.ts. */
function areasOfCounts({ order, isPositive, endsTie }: CountedRanking, counts: Int32Array) {
  let [hits, alarms, lastHits, lastAlarms, doubledArea, precision] = [0, 0, 0, 0, 0, 0];
  for (let place = 0; place < order.length; place++) {
    const count = counts[order[place] as number] as number;
    if (isPositive[place] === 1) hits += count;
    else alarms += count;
    if (endsTie[place] === 0) continue;
    doubledArea += (alarms - lastAlarms) * (hits + lastHits);
    if (hits > lastHits) precision += ((hits - lastHits) * hits) / (hits + alarms);
    lastHits = hits;
    lastAlarms = alarms;
  }
  return {
    roc: hits === 0 || alarms === 0 ? null : doubledArea / (2 * hits * alarms),
    precision: hits === 0 ? null : precision / hits,
  };
}

/** @returns the metrics of `regressionMetrics` where each row counts so many times; all null without rows. */
export function regressionOfCounts({
  targets,
  predictions,
}: RegressionInput): (counts: Int32Array) => Record<RegressionMetricName, number | null> {
  const errors = targets.map((target, row) => Math.abs(target - (predictions[row] as number)));
  const relative = errors.map((error, row) => error / Math.max(Math.abs(targets[row] as number), Number.EPSILON));
  const order = risingOrder(errors);
  let center = 0;
  for (const target of targets) center += target / targets.length;
  return (counts) => {
    let [rows, total, squares, relatives, deviation, spread] = [0, 0, 0, 0, 0, 0];
    for (let row = 0; row < counts.length; row++) {
      const count = counts[row] as number;
      if (count === 0) continue;
      const error = errors[row] as number;
      const fromCenter = (targets[row] as number) - center;
      rows += count;
      total += count * error;
      squares += count * error * error;
      relatives += count * (relative[row] as number);
      deviation += count * fromCenter;
      spread += count * fromCenter * fromCenter;
    }
    if (rows === 0) return { rmse: null, mae: null, r2: null, median_absolute_error: null, mape: null };
    return {
      rmse: Math.sqrt(squares / rows),
      mae: total / rows,
      r2: rows < 2 ? null : determination(squares, spread, (deviation * deviation) / rows),
      median_absolute_error: medianOfCounts(errors, order, counts, rows),
      mape: relatives / rows,
    };
  };
}

/** Share of the squares that rounding may leave where the targets do not differ. */
const negligible = 1e-12;

function determination(squaredErrors: number, squares: number, ofMean: number): number {
  const spread = squares - ofMean;
  if (spread > negligible * squares) return 1 - squaredErrors / spread;
  return squaredErrors === 0 ? 1 : 0;
}

function medianOfCounts(values: Float64Array, order: Int32Array, counts: Int32Array, rows: number): number {
  const [lower, upper] = [Math.floor((rows - 1) / 2), Math.floor(rows / 2)];
  let [seen, low] = [0, Number.NaN];
  for (const row of order) {
    seen += counts[row] as number;
    if (Number.isNaN(low) && seen > lower) low = values[row] as number;
    if (seen > upper) return (low + (values[row] as number)) / 2;
  }
  return Number.NaN;
}

/** Mean of values of rows where each row counts so many times. */
export function meanOfCounts(values: Float64Array, counts: Int32Array): number | null {
  let [rows, total] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const count = counts[row] as number;
    rows += count;
    total += count * (values[row] as number);
  }
  return rows === 0 ? null : total / rows;
}
