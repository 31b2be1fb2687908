import {
  brierLosses,
  type ClassificationInput,
  logLosses,
  meanOrNull,
  predictedClasses,
  scoredClasses,
} from './classification-metrics.ts';
import { confusionMatrix, confusionScores } from './confusion.ts';
import { around, confusionIntervals, type Ends, precisionInterval, rocInterval } from './counted-intervals.ts';
import { wilsonInterval } from './proportions.ts';
import { areaUnderRoc, averagePrecision, type RankingSteps } from './ranking.ts';
import type { RegressionInput } from './regression-metrics.ts';

/** Sum and sum of squares of one number a row. */
type Moments = [sum: number, squares: number];

export interface ClassificationSums {
  task: 'classification';
  classes: readonly string[];
  rows: number;
  /** Classes x classes, actual by predicted. */
  confusion: number[][];
  logLoss: Moments;
  brier: Moments;
  /** Of each scored class the rows of it and of the others by the bin of its probability. */
  scores: { inside: number[]; outside: number[] }[];
}

export interface RegressionSums {
  task: 'regression';
  rows: number;
  absolute: Moments;
  squared: Moments;
  relative: Moments;
  /** Mean of the targets, and squared distances from it. */
  mean: number;
  spread: number;
  /**
   * With distances d from the mean and errors e: Σ d³, Σ d⁴, Σ e² d and Σ e² d², of which the variance of R² is made. Sums of before do not
   * have it.
   */
  joint?: [cubes: number, fourths: number, byDistance: number, bySquare: number];
  /** Rows by the bin of their absolute error; the bin grows by a fiftieth from one to the next. */
  errors: Record<string, number>;
}

/** What rows were worth, such that the sums of two sets of rows add up to those of both together. */
export type PerformanceSums = ClassificationSums | RegressionSums;

/** A figure with its 95 % interval, null where it cannot be said. */
export interface SummedFigure {
  value: number | null;
  low: number | null;
  high: number | null;
}

const scoreBins = 200;
const errorGrowth = Math.log(1.02);

export function classificationSums(input: ClassificationInput): ClassificationSums {
  const { classes, labels, probabilities } = input;
  const scores = scoredClasses(classes).map((scored) => {
    const [inside, outside] = [new Array<number>(scoreBins).fill(0), new Array<number>(scoreBins).fill(0)];
    for (let row = 0; row < labels.length; row++) {
      const probability = probabilities[row * classes.length + scored] as number;
      const bin = Math.min(scoreBins - 1, Math.floor(probability * scoreBins));
      const side = labels[row] === scored ? inside : outside;
      side[bin] = (side[bin] as number) + 1;
    }
    return { inside, outside };
  });
  return {
    task: 'classification',
    classes,
    rows: labels.length,
    confusion: confusionMatrix(labels, predictedClasses(input), classes.length),
    logLoss: momentsOf(logLosses(input)),
    brier: momentsOf(brierLosses(input)),
    scores,
  };
}

export function regressionSums({ targets, predictions }: RegressionInput): RegressionSums {
  const absolute = targets.map((target, row) => Math.abs(target - (predictions[row] as number)));
  const relative = absolute.map((error, row) => error / Math.max(Math.abs(targets[row] as number), Number.EPSILON));
  const mean = targets.length === 0 ? 0 : targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const errors: Record<string, number> = {};
  for (const error of absolute) {
    const bin = error === 0 ? 'none' : String(Math.floor(Math.log(error) / errorGrowth));
    errors[bin] = (errors[bin] ?? 0) + 1;
  }
  return {
    task: 'regression',
    rows: targets.length,
    absolute: momentsOf(absolute),
    squared: momentsOf(absolute.map((error) => error * error)),
    relative: momentsOf(relative),
    mean,
    spread: targets.reduce((sum, target) => sum + (target - mean) ** 2, 0),
    joint: jointOf(targets, absolute, mean),
    errors,
  };
}

function jointOf(targets: Float64Array, absolute: Float64Array, mean: number): NonNullable<RegressionSums['joint']> {
  const joint: NonNullable<RegressionSums['joint']> = [0, 0, 0, 0];
  for (const [row, target] of targets.entries()) {
    const distance = target - mean;
    const squared = (absolute[row] as number) ** 2;
    joint[0] += distance ** 3;
    joint[1] += distance ** 4;
    joint[2] += squared * distance;
    joint[3] += squared * distance ** 2;
  }
  return joint;
}

/** The same around another mean, which lies `shift` below the own one. */
function shifted({ rows, spread, squared, joint }: RegressionSums, shift: number): RegressionSums['joint'] {
  if (!joint) return undefined;
  const [cubes, fourths, byDistance, bySquare] = joint;
  return [
    cubes + 3 * shift * spread + rows * shift ** 3,
    fourths + 4 * shift * cubes + 6 * shift ** 2 * spread + rows * shift ** 4,
    byDistance + shift * squared[0],
    bySquare + 2 * shift * byDistance + shift ** 2 * squared[0],
  ];
}

/** Whether two sums are of the same task and classes. */
function addable(one: PerformanceSums, other: PerformanceSums): boolean {
  if (one.task !== 'classification' || other.task !== 'classification') return one.task === other.task;
  return one.classes.length === other.classes.length && one.classes.every((name, at) => name === other.classes[at]);
}

/** @throws RangeError where they are not `addable` */
export function addSums(one: PerformanceSums, other: PerformanceSums): PerformanceSums {
  if (!addable(one, other)) throw new RangeError('addSums: the sums are of different tasks or classes');
  if (one.task === 'regression') return addRegression(one, other as RegressionSums);
  return addClassification(one, other as ClassificationSums);
}

function addClassification(one: ClassificationSums, other: ClassificationSums): ClassificationSums {
  return {
    ...one,
    rows: one.rows + other.rows,
    confusion: one.confusion.map((row, at) => added(row, other.confusion[at] ?? [])),
    logLoss: added(one.logLoss, other.logLoss) as Moments,
    brier: added(one.brier, other.brier) as Moments,
    scores: one.scores.map(({ inside, outside }, at) => ({
      inside: added(inside, other.scores[at]?.inside ?? []),
      outside: added(outside, other.scores[at]?.outside ?? []),
    })),
  };
}

/** Means and spreads are joined as Chan, Golub and LeVeque (1983) do. */
function addRegression(one: RegressionSums, other: RegressionSums): RegressionSums {
  const rows = one.rows + other.rows;
  const distance = other.mean - one.mean;
  const share = rows === 0 ? 0 : other.rows / rows;
  const errors = { ...one.errors };
  for (const [bin, count] of Object.entries(other.errors)) errors[bin] = (errors[bin] ?? 0) + count;
  const mean = one.mean + distance * share;
  const [first, second] = [shifted(one, one.mean - mean), shifted(other, other.mean - mean)];
  return {
    task: 'regression',
    rows,
    absolute: added(one.absolute, other.absolute) as Moments,
    squared: added(one.squared, other.squared) as Moments,
    relative: added(one.relative, other.relative) as Moments,
    mean,
    spread: one.spread + other.spread + distance * distance * one.rows * share,
    ...(first && second && { joint: added(first, second) as NonNullable<RegressionSums['joint']> }),
    errors,
  };
}

/**
 * The metrics of training. Areas under curves come from 200 bins of the score and medians from bins of 2 %; all others are
 * exact. Intervals are Wilson's of shares of rows, 1.96 standard errors of means and, by the delta method, of what follows from the
 * confusion matrix, of the areas of two classes and of R²; of the median error they are order statistics. Areas of more classes have none: how
 * the probabilities of one class go with those of another is not kept.
 */
export function figuresOfSums(sums: PerformanceSums): Record<string, SummedFigure> {
  return sums.task === 'regression' ? regressionFigures(sums) : classificationFigures(sums);
}

function classificationFigures({ classes, confusion, scores, rows, logLoss, brier }: ClassificationSums) {
  const ends = confusionIntervals(confusion);
  const plain = Object.entries(confusionScores(confusion)).map(
    ([name, value]) => [name, { value, ...ends[name as keyof typeof ends] }] as const,
  );
  const steps = scores.map(stepsOf);
  const [[, alarms = 0] = [], [missed = 0, found = 0] = []] = confusion;
  const hits = confusion.reduce((sum, row, at) => sum + (row[at] as number), 0);
  return {
    ...Object.fromEntries(plain),
    accuracy: share(hits, rows),
    ...(classes.length === 2 && { precision: share(found, found + alarms), recall: share(found, found + missed) }),
    roc_auc: areaFigure(steps, areaUnderRoc, rocInterval),
    average_precision: areaFigure(steps, averagePrecision, precisionInterval),
    log_loss: meanFigure(logLoss, rows),
    brier: meanFigure(brier, rows),
  };
}

/** Of one curve with its interval, of several their mean. */
function areaFigure(
  steps: readonly RankingSteps[],
  areaOf: (steps: RankingSteps) => number | null,
  interval: (steps: RankingSteps, area: number) => Ends,
): SummedFigure {
  const [only, ...others] = steps;
  const value = meanOrNull(steps.map(areaOf));
  return value === null || !only || others.length > 0 ? alone(value) : { value, ...interval(only, value) };
}

function regressionFigures(sums: RegressionSums) {
  const { rows, absolute, squared, relative, errors } = sums;
  const mse = meanFigure(squared, rows);
  const root = (value: number | null) => (value === null ? null : Math.sqrt(Math.max(0, value)));
  return {
    rmse: { value: root(mse.value), low: root(mse.low), high: root(mse.high) },
    mae: meanFigure(absolute, rows),
    r2: determination(sums),
    median_absolute_error: medianFigure(errors, rows),
    mape: meanFigure(relative, rows),
  };
}

/**
 * R² with its interval by the delta method: with A and B the means of e² and d² a row changes it by A d² / B² - e² / B. The mean that distances
 * are measured from is of no first-order effect.
 */
function determination({ rows, squared, spread, joint }: RegressionSums): SummedFigure {
  if (rows < 2) return alone(null);
  if (spread === 0) return alone(Number(squared[0] === 0));
  const value = 1 - squared[0] / spread;
  if (!joint) return alone(value);
  const [, fourths, , bySquare] = joint;
  const ratio = squared[0] / spread;
  const variance = (squared[1] - 2 * ratio * bySquare + ratio * ratio * fourths) / spread ** 2;
  return { value, ...around(value, variance, [Number.NEGATIVE_INFINITY, 1]) };
}

function alone(value: number | null): SummedFigure {
  return { value, low: null, high: null };
}

/** As scikit-learn 0 where there is nothing to divide by. */
function share(hits: number, rows: number): SummedFigure {
  const interval = wilsonInterval(hits, rows);
  return { value: interval?.share ?? 0, low: interval?.low ?? null, high: interval?.high ?? null };
}

const errorsIn95 = 1.959963984540054;

function meanFigure([sum, squares]: Moments, rows: number): SummedFigure {
  const value = sum / rows;
  const half = errorsIn95 * Math.sqrt(Math.max(0, squares / rows - value * value) / rows);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** From the highest bin that has a row down. */
function stepsOf({ inside, outside }: ClassificationSums['scores'][number]): RankingSteps {
  const [scores, truePositives, falsePositives]: [number[], number[], number[]] = [[], [], []];
  let [positives, negatives] = [0, 0];
  for (let bin = scoreBins - 1; bin >= 0; bin--) {
    if (inside[bin] === 0 && outside[bin] === 0) continue;
    positives += inside[bin] as number;
    negatives += outside[bin] as number;
    scores.push(bin / scoreBins);
    truePositives.push(positives);
    falsePositives.push(negatives);
  }
  const [at, found, alarms] = [scores, truePositives, falsePositives].map((values) => Float64Array.from(values));
  return {
    scores: at as Float64Array,
    truePositives: found as Float64Array,
    falsePositives: alarms as Float64Array,
    positives,
    negatives,
  };
}

/** The ranks that the median lies between with a chance of 95 % are those of a binomial count (David and Nagaraja, Order Statistics, 2003, 7.1). */
function medianFigure(errors: Record<string, number>, rows: number): SummedFigure {
  const bins = Object.entries(errors).map(([bin, count]) => ({ bin, count, middle: placeIn(bin, 0.5) }));
  bins.sort((one, other) => one.middle - other.middle);
  const binAt = (rank: number) => {
    let seen = 0;
    return bins.find(({ count }) => {
      seen += count;
      return seen >= rank;
    })?.bin;
  };
  const half = (errorsIn95 * Math.sqrt(rows)) / 2;
  const [median, low, high] = [rows / 2, rows / 2 - half, rows / 2 + half + 1].map(binAt);
  return {
    value: median === undefined ? null : placeIn(median, 0.5),
    low: rows / 2 - half < 1 || low === undefined ? null : placeIn(low, 0),
    high: high === undefined ? null : placeIn(high, 1),
  };
}

/** An error in a bin. @param share of the bin that lies below it */
function placeIn(bin: string, share: number): number {
  return bin === 'none' ? 0 : Math.exp((Number(bin) + share) * errorGrowth);
}

function momentsOf(values: Float64Array): Moments {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return [sum, squares];
}

function added(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, at) => value + (other[at] ?? 0));
}
