import type { RankingSteps } from './ranking.ts';
import { countAtMost } from './summary.ts';

/** What a threshold makes of rows: positive is called what has at least this score. */
export interface ThresholdPoint {
  threshold: number;
  truePositives: number;
  falsePositives: number;
  trueNegatives: number;
  falseNegatives: number;
}

/** How a threshold is chosen among those that rows have. */
export type ThresholdRule =
  | { by: 'cost'; falsePositive: number; falseNegative: number }
  | { by: 'recall'; minimum: number }
  | { by: 'precision'; minimum: number }
  | { by: 'f1' }
  | { by: 'balanced_accuracy' };

/**
 * One point a distinct score, by falling threshold; of more than `maximum` those are kept that lie evenly over the rows,
 * the first and the last among them.
 */
export function thresholdPoints(ranking: RankingSteps, maximum = Number.POSITIVE_INFINITY): ThresholdPoint[] {
  const { scores, truePositives, falsePositives, positives, negatives } = ranking;
  const point = (step: number): ThresholdPoint => {
    const [hits, alarms] = [truePositives[step] as number, falsePositives[step] as number];
    return {
      threshold: scores[step] as number,
      truePositives: hits,
      falsePositives: alarms,
      trueNegatives: negatives - alarms,
      falseNegatives: positives - hits,
    };
  };
  if (scores.length <= maximum) return Array.from(scores.keys(), point);
  const calledPositive = truePositives.map((hits, step) => hits + (falsePositives[step] as number));
  const kept = Array.from({ length: maximum }, (_, index) => {
    const wanted = 1 + (index * (positives + negatives - 1)) / (maximum - 1);
    return Math.min(countAtMost(calledPositive, wanted - 0.5), scores.length - 1);
  });
  return [...new Set([0, ...kept])].map(point);
}

export interface ThresholdScores {
  accuracy: number;
  balanced_accuracy: number | null;
  precision: number | null;
  recall: number | null;
  specificity: number | null;
  f1: number | null;
}

/** Scores of the counts; null where nothing is divided by. */
export function thresholdScores(point: ThresholdPoint): ThresholdScores {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = point;
  const recall = quotient(truePositives, truePositives + falseNegatives);
  const specificity = quotient(trueNegatives, trueNegatives + falsePositives);
  return {
    accuracy: (truePositives + trueNegatives) / (truePositives + falsePositives + trueNegatives + falseNegatives),
    balanced_accuracy: recall === null || specificity === null ? null : (recall + specificity) / 2,
    precision: quotient(truePositives, truePositives + falsePositives),
    recall,
    specificity,
    f1: quotient(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}

/** Mean cost of a row. */
export function costOf(point: ThresholdPoint, rule: Extract<ThresholdRule, { by: 'cost' }>): number {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = point;
  const rows = truePositives + falsePositives + trueNegatives + falseNegatives;
  return (falsePositives * rule.falsePositive + falseNegatives * rule.falseNegative) / rows;
}

/**
 * The point that keeps a rule best; of equally good ones the highest threshold, which raises fewest alarms.
 * @returns undefined where none keeps it.
 */
export function chooseThreshold(points: readonly ThresholdPoint[], rule: ThresholdRule): ThresholdPoint | undefined {
  let best: ThresholdPoint | undefined;
  let bestWorth = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    const worth = worthOf(point, rule);
    if (worth !== null && worth > bestWorth) [best, bestWorth] = [point, worth];
  }
  return best;
}

/** More is better; null where the rule is not kept. */
function worthOf(point: ThresholdPoint, rule: ThresholdRule): number | null {
  if (rule.by === 'cost') return -costOf(point, rule);
  const scores = thresholdScores(point);
  if (rule.by === 'recall') return (scores.recall ?? -1) >= rule.minimum ? scores.precision : null;
  if (rule.by === 'precision') return (scores.precision ?? -1) >= rule.minimum ? scores.recall : null;
  return scores[rule.by];
}

function quotient(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
