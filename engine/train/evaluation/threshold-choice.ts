import { figure, percent } from '../../base/figures.ts';
import { seededRandom, shuffle } from '../../base/random.ts';
import type { ThresholdChoice } from '../../contract/train-classification.ts';
import type { Metrics } from '../../contract/values.ts';
import {
  type ClassificationInput,
  classRanking,
  selectClassificationRows,
} from '../../statistics/classification-metrics.ts';
import {
  chooseThreshold,
  costOf,
  type ThresholdPoint,
  type ThresholdRule,
  thresholdPoints,
  thresholdScores,
} from '../../statistics/thresholds.ts';

/** Points that a report keeps. */
export const keptPoints = 500;
const folds = 5;

/** The rules whose thresholds every binary run tells. */
export const suggestedRules: readonly ThresholdRule[] = [
  { by: 'f1' },
  { by: 'balanced_accuracy' },
  { by: 'recall', minimum: 0.9 },
  { by: 'precision', minimum: 0.9 },
];

/**
 * What rules choose on the holdout. Scores there are a little too good, since the threshold was chosen by the same rows:
 * `honest` judges each fifth of the rows at the threshold that the other four choose.
 */
export function thresholdChoices(
  input: ClassificationInput,
  rules: readonly ThresholdRule[],
  seed: number,
): ThresholdChoice[] {
  const points = thresholdPoints(classRanking(input, 1));
  const fifths = drawFifths(input, seed);
  return rules.map((rule) => {
    const point = chooseThreshold(points, rule) ?? null;
    const honest = honestPoint(input, fifths, rule);
    return {
      rule,
      says: ruleWords(rule),
      point,
      metrics: point === null ? {} : metricsAt(point, rule),
      honest: honest === null ? {} : metricsAt(honest, rule),
    };
  });
}

function metricsAt(point: ThresholdPoint, rule: ThresholdRule): Metrics {
  return { ...thresholdScores(point), ...(rule.by === 'cost' ? { cost: costOf(point, rule) } : {}) };
}

/** Rows, and what the thresholds of all others make of these. */
interface Fifth {
  rows: readonly number[];
  others: ThresholdPoint[];
}

function drawFifths(input: ClassificationInput, seed: number): Fifth[] {
  const order = shuffle(Array.from(input.labels.keys()), seededRandom(seed));
  return Array.from({ length: folds }, (_, fold) => {
    const choosing = order.filter((_, place) => place % folds !== fold);
    const others = thresholdPoints(classRanking(selectClassificationRows(input, choosing), 1));
    return { rows: order.filter((_, place) => place % folds === fold), others };
  });
}

/** Counts over all fifths, each at the threshold of the others; null where one finds none. */
function honestPoint(
  { labels, probabilities }: ClassificationInput,
  fifths: readonly Fifth[],
  rule: ThresholdRule,
): ThresholdPoint | null {
  const sum = { threshold: Number.NaN, truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  for (const { rows, others } of fifths) {
    const chosen = chooseThreshold(others, rule);
    if (chosen === undefined) return null;
    for (const row of rows) {
      const called = (probabilities[row * 2 + 1] as number) >= chosen.threshold;
      if (labels[row] === 1) sum[called ? 'truePositives' : 'falseNegatives']++;
      else sum[called ? 'falsePositives' : 'trueNegatives']++;
    }
  }
  return sum;
}

function ruleWords(rule: ThresholdRule): string {
  switch (rule.by) {
    case 'cost':
      return `least cost, a false alarm costing ${figure(rule.falsePositive)} and a miss ${figure(rule.falseNegative)}`;
    case 'recall':
      return `best precision that finds at least ${percent(rule.minimum)} of them`;
    case 'precision':
      return `most found with at least ${percent(rule.minimum)} of the alarms right`;
    case 'f1':
      return 'largest F1';
    case 'balanced_accuracy':
      return 'largest balanced accuracy';
  }
}
