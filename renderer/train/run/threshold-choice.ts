import type { ThresholdPoint } from '../../../engine/contract/train-classification.ts';

/** What a threshold does to the rows, as shares; null where there is nothing to take a share of. */
export interface ThresholdFigures {
  recall: number | null;
  precision: number | null;
  falseAlarmRate: number | null;
  f1: number | null;
  /** Of all rows that are called positive. */
  called: number | null;
}

export interface Costs {
  falsePositive: number;
  falseNegative: number;
}

/**
 * What happens at a threshold: the same as at the next score above it, for no row lies between; above all of them no row
 * is called positive. `points` fall.
 */
export function pointAt(points: readonly ThresholdPoint[], threshold: number): ThresholdPoint | undefined {
  const reached = points.findLast((point) => point.threshold >= threshold - 1e-12);
  const [highest] = points;
  if (reached || !highest) return reached;
  return {
    threshold,
    truePositives: 0,
    falsePositives: 0,
    trueNegatives: highest.trueNegatives + highest.falsePositives,
    falseNegatives: highest.falseNegatives + highest.truePositives,
  };
}

export function figuresOf(point: ThresholdPoint): ThresholdFigures {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = point;
  const share = (part: number, of: number) => (of === 0 ? null : part / of);
  return {
    recall: share(truePositives, truePositives + falseNegatives),
    precision: share(truePositives, truePositives + falsePositives),
    falseAlarmRate: share(falsePositives, falsePositives + trueNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    called: share(truePositives + falsePositives, rowsOf(point)),
  };
}

/** Mean cost of a row. */
export function costOf(point: ThresholdPoint, { falsePositive, falseNegative }: Costs): number {
  return (falsePositive * point.falsePositives + falseNegative * point.falseNegatives) / Math.max(1, rowsOf(point));
}

function rowsOf({ truePositives, falsePositives, trueNegatives, falseNegatives }: ThresholdPoint): number {
  return truePositives + falsePositives + trueNegatives + falseNegatives;
}
