import type { Random } from '../base/random.ts';
import { quantileOfSorted } from './summary.ts';

const defaultRepeats = 1000;

export interface BootstrapOptions {
  random: Random;
  /** Resamples to draw. Default 1000. */
  repeats?: number;
  /** Share of resamples inside the interval. Default 0.95. */
  level?: number;
}

export interface Interval {
  low: number;
  high: number;
  /** Resamples on which the value was defined. */
  repeats: number;
}

export interface PairedDifference {
  /** First minus second on all rows; null where either is undefined. */
  difference: number | null;
  /** Null where the difference is undefined on more than half of the resamples. */
  interval: Interval | null;
  /** Share of resamples in which the first is larger, ties counting half; null as the interval. */
  shareFirstLarger: number | null;
}

/** A metric's value where each row counts so many times (a buffer that is used again); null where undefined. */
export type MetricOfCounts = (counts: Int32Array) => number | null;

/** Several metrics by their names. */
export type MetricsOfCounts = (counts: Int32Array) => Record<string, number | null>;

/**
 * Percentile intervals (Efron 1979) of all metrics at once: rows are drawn with replacement, as many as there are, and each
 * metric is told how often each was. One that needs its rows in an order sorts them once, and goes over them for each
 * resample (see `counted-metrics.ts`).
 * @returns null for a metric that is undefined on more than half of the resamples; none without rows.
 */
export function countedBootstrap(
  rows: number,
  metricsOfCounts: MetricsOfCounts,
  options: BootstrapOptions,
): Record<string, Interval | null> {
  const draws: Record<string, number[]> = {};
  for (const counts of resamples(rows, options)) {
    for (const [name, value] of Object.entries(metricsOfCounts(counts))) {
      draws[name] ??= [];
      if (value !== null) draws[name].push(value);
    }
  }
  return Object.fromEntries(Object.entries(draws).map(([name, values]) => [name, percentileInterval(values, options)]));
}

/**
 * Difference of two models' metric on the same rows, both judged on the same resamples, so that what makes rows hard for
 * both cancels. The interval excludes 0 where one model is better than sampling explains.
 */
export function pairedBootstrapDifference(
  rows: number,
  first: MetricOfCounts,
  second: MetricOfCounts,
  options: BootstrapOptions,
): PairedDifference {
  const subtract = (counts: Int32Array) => {
    const [left, right] = [first(counts), second(counts)];
    return left === null || right === null ? null : left - right;
  };
  const difference = rows === 0 ? null : subtract(new Int32Array(rows).fill(1));
  if (difference === null) return { difference, interval: null, shareFirstLarger: null };
  const values = Array.from(resamples(rows, options), subtract).filter((value) => value !== null);
  const interval = percentileInterval(values, options);
  const larger = values.reduce((count, value) => count + (value > 0 ? 1 : value === 0 ? 0.5 : 0), 0);
  return { difference, interval, shareFirstLarger: interval && larger / values.length };
}

/** How often each row was drawn, resample by resample, in a buffer that is used again; none without rows. */
export function* resamples(
  rows: number,
  { random, repeats = defaultRepeats }: BootstrapOptions,
): Generator<Int32Array> {
  const counts = new Int32Array(rows);
  for (let repeat = 0; rows > 0 && repeat < repeats; repeat++) {
    counts.fill(0);
    for (let draw = 0; draw < rows; draw++) {
      const row = Math.floor(random() * rows);
      counts[row] = (counts[row] as number) + 1;
    }
    yield counts;
  }
}

/** Many resamples where they are cheap, fewer where there are many rows and the intervals are narrow anyway. */
export function bootstrapRepeats(rows: number, passes = 1): number {
  return Math.round(Math.min(1000, Math.max(200, 5_000_000 / Math.max(1, rows * passes))));
}

/** @returns null where fewer than half of the resamples gave a value. */
export function percentileInterval(
  values: number[],
  { repeats = defaultRepeats, level = 0.95 }: Omit<BootstrapOptions, 'random'>,
): Interval | null {
  if (values.length === 0 || values.length < repeats / 2) return null;
  const sorted = Float64Array.from(values).sort();
  const tail = (1 - level) / 2;
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail), repeats: sorted.length };
}
