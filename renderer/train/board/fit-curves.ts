import type { FitCurve } from '../../../engine/contract/train-sweeps.ts';

export interface CurveLine {
  /** The learner, with the number of its trial in a search. */
  name: string;
  learner: string;
  running: boolean;
  points: { step: number; share: number; value: number }[];
}

const mostLines = 6;

/** The metrics that the curves tell, the one most of them have first. */
export function curveMetrics(curves: readonly FitCurve[]): string[] {
  const counts = new Map<string, number>();
  for (const curve of curves) {
    for (const name of new Set(curve.points.flatMap((point) => Object.keys(point.metrics))))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([a, left], [b, right]) => right - left || a.localeCompare(b)).map(([name]) => name);
}

/** One line a fit, by the share of its steps that are done; at most six, the latest of a search. */
export function curveLines(curves: readonly FitCurve[], metric: string): CurveLine[] {
  const lines = curves.flatMap((curve): CurveLine[] => {
    const last = curve.points.at(-1)?.step ?? 0;
    const whole = Math.max(curve.total, last, 1);
    const points = curve.points.flatMap(({ step, metrics }) => {
      const value = metrics[metric];
      return value === undefined || !Number.isFinite(value) ? [] : [{ step, share: step / whole, value }];
    });
    if (points.length === 0) return [];
    const name = curve.trial === undefined ? curve.learner : `${curve.learner} ${curve.trial}`;
    return [{ name, learner: curve.learner, running: curve.total > 0 && curve.done < curve.total, points }];
  });
  return lines.slice(-mostLines);
}
