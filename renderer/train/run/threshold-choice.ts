import type { ThresholdPoint } from '../../../engine/contract/train-evaluation.ts';

/** What a threshold does to 100 rows and what it costs. */
export interface ThresholdFigures {
  recall: number | null;
  precision: number | null;
  falseAlarmRate: number | null;
  accuracy: number;
  f1: number | null;
  /** Mean over all rows. */
  cost: number;
}

export interface Costs {
  falsePositive: number;
  falseNegative: number;
}

/** What happens at a threshold: the same as at the next score above it, for no row lies between. `points` fall. */
export function pointAt(points: readonly ThresholdPoint[], threshold: number): ThresholdPoint | undefined {
  return points.findLast((point) => point.threshold >= threshold - 1e-12) ?? points[0];
}

export function figuresOf(point: ThresholdPoint, costs: Costs): ThresholdFigures {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = point;
  const rows = truePositives + falsePositives + trueNegatives + falseNegatives;
  const share = (part: number, of: number) => (of === 0 ? null : part / of);
  return {
    recall: share(truePositives, truePositives + falseNegatives),
    precision: share(truePositives, truePositives + falsePositives),
    falseAlarmRate: share(falsePositives, falsePositives + trueNegatives),
    accuracy: (truePositives + trueNegatives) / Math.max(1, rows),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    cost: (costs.falsePositive * falsePositives + costs.falseNegative * falseNegatives) / Math.max(1, rows),
  };
}
