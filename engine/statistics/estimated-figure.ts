import type { Random } from '../base/random.ts';
import { countedBootstrap, type MetricsOfCounts } from './bootstrap.ts';

/** An estimated metric with its 95 % interval. */
export interface EstimatedFigure {
  value: number;
  low: number;
  high: number;
}

const repeats = 200;
/** Two-sided 95 % of a normal distribution. */
const errorsIn95 = 1.959963984540054;
/** One standard error to either side of the middle holds this share of a normal distribution. */
const shareOfOneError = 0.6826894921370859;

/**
 * What one row contributes to each metric: its standard error on so many rows, by bootstrap, times their square root. It is
 * left out for metrics that are not defined there.
 */
export function spreadOfRow(rows: number, metrics: MetricsOfCounts, random: Random): Partial<Record<string, number>> {
  const intervals = countedBootstrap(rows, metrics, { random, repeats, level: shareOfOneError });
  return Object.fromEntries(
    Object.entries(intervals).flatMap(([name, interval]) =>
      interval ? [[name, ((interval.high - interval.low) / 2) * Math.sqrt(rows)]] : [],
    ),
  );
}

/** More rows than these do not tell the spread of a metric better. */
const largestResample = 10_000;

/** Positions of rows, spread evenly, on which the spread of a metric is measured. */
export function resampledPositions(rows: number): Int32Array {
  const count = Math.min(rows, largestResample);
  const stride = rows / Math.max(1, count);
  return Int32Array.from({ length: count }, (_, index) => Math.floor(index * stride));
}

/** A value with the interval of so many standard errors; null where either is not known. */
export function estimatedFigure(
  value: number | null | undefined,
  standardError: number | undefined,
  [least, most]: [number, number],
): EstimatedFigure | null {
  if (value === null || value === undefined || standardError === undefined) return null;
  const half = errorsIn95 * standardError;
  return { value, low: Math.max(least, value - half), high: Math.min(most, value + half) };
}
