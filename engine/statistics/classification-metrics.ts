import { type ConfusionScores, confusionMatrix, confusionScores } from './confusion.ts';
import { areaUnderRoc, averagePrecision, type RankingSteps, rankingSteps } from './ranking.ts';

export interface ClassificationInput {
  /** Class names in the order of the probabilities; with two, the second is the positive one. */
  classes: readonly string[];
  /** Rows x classes, row-major; each row sums to one. */
  probabilities: Float64Array;
  /** True class index per row. */
  labels: Int32Array | readonly number[];
  /** Two classes only: the second is predicted where its probability reaches this. Default 0.5. */
  threshold?: number;
}

export const classificationMetricNames = [
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'f1',
  'roc_auc',
  'average_precision',
  'log_loss',
  'brier',
  'matthews',
] as const;
export type ClassificationMetricName = (typeof classificationMetricNames)[number];

/**
 * Metrics of a classification by scikit-learn's definitions. Two classes: precision, recall, f1, roc_auc and
 * average_precision of the positive class; more: macro means, roc_auc and average_precision one class against the rest.
 * brier is the mean squared error of the positive probability, with more classes summed over the classes (0 to 2).
 * All null without rows; roc_auc null unless every class has rows with and without it, average_precision null unless every
 * class (with two: the positive one) has rows.
 * @throws RangeError where sizes do not fit, a label is no class index or a probability is not in [0, 1].
 */
export function classificationMetrics(input: ClassificationInput): Record<ClassificationMetricName, number | null> {
  checkInput(input);
  if (input.labels.length === 0) {
    return Object.fromEntries(classificationMetricNames.map((name) => [name, null])) as Record<
      ClassificationMetricName,
      null
    >;
  }
  const ranking = rankings(input);
  return {
    ...countScores(input),
    roc_auc: meanOrNull(ranking.map(areaUnderRoc)),
    average_precision: meanOrNull(ranking.map(averagePrecision)),
    log_loss: meanOf(logLosses(input)),
    brier: brierScore(input),
  };
}

/** One of `classificationMetrics`, the same to the last bit, without what the others cost. */
export function classificationMetric(input: ClassificationInput, name: ClassificationMetricName): number | null {
  checkInput(input);
  if (input.labels.length === 0) return null;
  switch (name) {
    case 'roc_auc':
      return meanOrNull(rankings(input).map(areaUnderRoc));
    case 'average_precision':
      return meanOrNull(rankings(input).map(averagePrecision));
    case 'log_loss':
      return meanOf(logLosses(input));
    case 'brier':
      return brierScore(input);
    default:
      return countScores(input)[name];
  }
}

function rankings(input: ClassificationInput): RankingSteps[] {
  return scoredClasses(input.classes).map((scored) => classRanking(input, scored));
}

function countScores(input: ClassificationInput): ConfusionScores {
  return confusionScores(confusionMatrix(input.labels, predictedClasses(input), input.classes.length));
}

/** Class index per row: by threshold with two classes, else the first of the largest probabilities. */
export function predictedClasses({ classes, probabilities, threshold = 0.5 }: ClassificationInput): Int32Array {
  const count = classes.length;
  const predicted = new Int32Array(probabilities.length / count);
  for (let row = 0; row < predicted.length; row++) {
    const start = row * count;
    predicted[row] =
      count === 2 ? Number((probabilities[start + 1] as number) >= threshold) : largest(probabilities, start, count);
  }
  return predicted;
}

/** Probability column of one class and the cumulated counts of that class against the rest. */
export function classRanking({ classes, probabilities, labels }: ClassificationInput, scored: number): RankingSteps {
  const scores = new Float64Array(labels.length);
  for (let row = 0; row < scores.length; row++) scores[row] = probabilities[row * classes.length + scored] as number;
  return rankingSteps(scores, (row) => labels[row] === scored);
}

/** The rows at these positions, in this order and as often as they occur: for bootstrap and slices. */
export function selectClassificationRows(
  input: ClassificationInput,
  positions: ArrayLike<number>,
): ClassificationInput {
  const count = input.classes.length;
  const probabilities = new Float64Array(positions.length * count);
  const labels = new Int32Array(positions.length);
  for (let row = 0; row < positions.length; row++) {
    const position = positions[row] as number;
    labels[row] = input.labels[position] as number;
    for (let index = 0; index < count; index++) {
      probabilities[row * count + index] = input.probabilities[position * count + index] as number;
    }
  }
  return { ...input, probabilities, labels };
}

/** The classes that are ranked against the rest: the second of two, else each. */
export function scoredClasses(classes: readonly string[]): number[] {
  return classes.length === 2 ? [1] : classes.map((_, index) => index);
}

function largest(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) {
    if ((values[start + index] as number) > (values[start + best] as number)) best = index;
  }
  return best;
}

/** Of each row -ln of the true class's probability, kept one machine epsilon away from 0 and 1. */
export function logLosses({ classes, probabilities, labels }: ClassificationInput): Float64Array {
  const losses = new Float64Array(labels.length);
  for (let row = 0; row < losses.length; row++) {
    const probability = probabilities[row * classes.length + (labels[row] as number)] as number;
    losses[row] = -Math.log(Math.min(Math.max(probability, Number.EPSILON), 1 - Number.EPSILON));
  }
  return losses;
}

/** Squared error of each row: of the second class's probability, of more than two classes summed over them. */
export function brierLosses(input: ClassificationInput): Float64Array {
  const losses = new Float64Array(input.labels.length);
  for (const scored of scoredClasses(input.classes)) {
    for (let row = 0; row < losses.length; row++) {
      losses[row] = (losses[row] as number) + squaredError(input, row, scored);
    }
  }
  return losses;
}

/** Summed class by class, as runs of every version were judged, so that they reproduce to the last bit. */
function brierScore(input: ClassificationInput): number {
  let total = 0;
  for (const scored of scoredClasses(input.classes)) {
    for (let row = 0; row < input.labels.length; row++) total += squaredError(input, row, scored);
  }
  return total / input.labels.length;
}

function squaredError({ classes, probabilities, labels }: ClassificationInput, row: number, scored: number): number {
  return ((probabilities[row * classes.length + scored] as number) - Number(labels[row] === scored)) ** 2;
}

function meanOf(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/** null where one is missing. */
export function meanOrNull(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return total / values.length;
}

function checkInput({ classes, probabilities, labels }: ClassificationInput): void {
  if (classes.length < 2)
    throw new RangeError(`classificationMetrics: ${classes.length} classes, at least 2 are needed`);
  if (probabilities.length !== labels.length * classes.length) {
    throw new RangeError(
      `classificationMetrics: ${probabilities.length} probabilities for ${labels.length} rows of ${classes.length} classes`,
    );
  }
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    if (!Number.isInteger(label) || label < 0 || label >= classes.length) {
      throw new RangeError(`classificationMetrics: row ${row} has label ${label}, expected 0 to ${classes.length - 1}`);
    }
  }
  const wrong = probabilities.findIndex((probability) => !(probability >= 0 && probability <= 1));
  if (wrong >= 0) {
    throw new RangeError(
      `classificationMetrics: row ${Math.floor(wrong / classes.length)} has probability ${probabilities[wrong]}`,
    );
  }
}
