import {
  brierLosses,
  type ClassificationInput,
  logLosses,
  meanOrNull,
  predictedClasses,
  scoredClasses,
} from './classification-metrics.ts';
import { confusionMatrix, confusionScores } from './confusion.ts';
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
    errors,
  };
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
  return {
    task: 'regression',
    rows,
    absolute: added(one.absolute, other.absolute) as Moments,
    squared: added(one.squared, other.squared) as Moments,
    relative: added(one.relative, other.relative) as Moments,
    mean: one.mean + distance * share,
    spread: one.spread + other.spread + distance * distance * one.rows * share,
    errors,
  };
}

/**
 * The metrics of training. Areas under curves come from 200 bins of the score and medians from bins of 2 %; all others are
 * exact. Intervals are Wilson's of shares of rows, and 1.96 standard errors of means; of other metrics there is none.
 */
export function figuresOfSums(sums: PerformanceSums): Record<string, SummedFigure> {
  return sums.task === 'regression' ? regressionFigures(sums) : classificationFigures(sums);
}

function classificationFigures({ classes, confusion, scores, rows, logLoss, brier }: ClassificationSums) {
  const plain = Object.entries(confusionScores(confusion)).map(([name, value]) => [name, alone(value)] as const);
  const steps = scores.map(stepsOf);
  const [[, alarms = 0] = [], [missed = 0, found = 0] = []] = confusion;
  const hits = confusion.reduce((sum, row, at) => sum + (row[at] as number), 0);
  return {
    ...Object.fromEntries(plain),
    accuracy: share(hits, rows),
    ...(classes.length === 2 && { precision: share(found, found + alarms), recall: share(found, found + missed) }),
    roc_auc: alone(meanOrNull(steps.map(areaUnderRoc))),
    average_precision: alone(meanOrNull(steps.map(averagePrecision))),
    log_loss: meanFigure(logLoss, rows),
    brier: meanFigure(brier, rows),
  };
}

function regressionFigures({ rows, absolute, squared, relative, spread, errors }: RegressionSums) {
  const mse = meanFigure(squared, rows);
  const root = (value: number | null) => (value === null ? null : Math.sqrt(Math.max(0, value)));
  return {
    rmse: { value: root(mse.value), low: root(mse.low), high: root(mse.high) },
    mae: meanFigure(absolute, rows),
    r2: alone(rows < 2 ? null : spread === 0 ? Number(squared[0] === 0) : 1 - squared[0] / spread),
    median_absolute_error: alone(medianOf(errors, rows)),
    mape: meanFigure(relative, rows),
  };
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

function medianOf(errors: Record<string, number>, rows: number): number | null {
  const bins = Object.entries(errors).map(([bin, count]) => ({
    middle: bin === 'none' ? 0 : Math.exp((Number(bin) + 0.5) * errorGrowth),
    count,
  }));
  let seen = 0;
  for (const { middle, count } of bins.sort((one, other) => one.middle - other.middle)) {
    seen += count;
    if (seen >= rows / 2) return middle;
  }
  return null;
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
