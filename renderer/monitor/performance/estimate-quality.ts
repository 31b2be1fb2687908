import type { PerformanceWindow } from '../../../engine/contract/monitor-performance.ts';

/** How good an estimate turned out to be, over the windows that have both. */
export interface EstimateQuality {
  windows: number;
  /** Mean of estimated minus realised: above 0 it was too high. */
  bias: number;
  meanDifference: number;
  /** Windows whose estimate lies within the 95 % interval of the realised value, of those that have an interval. */
  inside: number;
  judged: number;
}

/** Undefined where no window has both an estimate and a realised value of the metric. */
export function estimateQuality(windows: readonly PerformanceWindow[], metric: string): EstimateQuality | undefined {
  const pairs = windows.flatMap(({ realised, estimated }) => {
    const [real, guess] = [realised?.[metric], estimated?.[metric]?.value ?? null];
    return real && real.value !== null && guess !== null ? [{ ...real, value: real.value, guess }] : [];
  });
  if (pairs.length === 0) return undefined;
  const mean = (of: (pair: (typeof pairs)[number]) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const judged = pairs.filter((pair) => pair.low !== null && pair.high !== null);
  return {
    windows: pairs.length,
    bias: mean((pair) => pair.guess - pair.value),
    meanDifference: mean((pair) => Math.abs(pair.guess - pair.value)),
    inside: judged.filter((pair) => pair.guess >= (pair.low ?? 0) && pair.guess <= (pair.high ?? 0)).length,
    judged: judged.length,
  };
}
