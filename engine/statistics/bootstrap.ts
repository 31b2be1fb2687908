import type { Random } from '../base/random.ts';
import { quantileOfSorted } from './summary.ts';

const defaultRepeats = 1000;

/** Metric values by name for the rows at these positions (a buffer that is used again); null where undefined. */
export type MetricsOfRows = (positions: Int32Array) => Record<string, number | null>;

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

export interface PairedDifference extends Interval {
  /** First minus second on all rows. */
  difference: number;
  /** Share of resamples in which the first is larger, ties counting half. */
  shareFirstLarger: number;
}

/**
 * Percentile intervals (Efron 1979) of all metrics at once: rows are drawn with replacement, as many as there are.
 * @returns null for a metric that is undefined on more than half of the resamples, or without rows.
 */
export function bootstrapIntervals(
  rows: number,
  metricsOfRows: MetricsOfRows,
  options: BootstrapOptions,
): Record<string, Interval | null> {
  const draws = resampledValues(rows, metricsOfRows, options);
  return Object.fromEntries(Object.entries(draws).map(([name, values]) => [name, percentileInterval(values, options)]));
}

/** Metric values by name where each row counts so many times (a buffer that is used again); null where undefined. */
export type MetricsOfCounts = (counts: Int32Array) => Record<string, number | null>;

/**
 * The same intervals from how often each row was drawn. A metric that needs its rows in an order sorts them once, and goes
 * over them for each resample: many times as fast on large samples (see `counted-metrics.ts`).
 */
export function countedBootstrap(
  rows: number,
  metricsOfCounts: MetricsOfCounts,
  options: BootstrapOptions,
): Record<string, Interval | null> {
  const { random, repeats = defaultRepeats } = options;
  const counts = new Int32Array(rows);
  const draws: Record<string, number[]> = {};
  for (let repeat = 0; rows > 0 && repeat < repeats; repeat++) {
    counts.fill(0);
    for (let draw = 0; draw < rows; draw++) {
      const row = Math.floor(random() * rows);
      counts[row] = (counts[row] as number) + 1;
    }
    for (const [name, value] of Object.entries(metricsOfCounts(counts))) {
      draws[name] ??= [];
      if (value !== null) draws[name].push(value);
    }
  }
  return Object.fromEntries(Object.entries(draws).map(([name, values]) => [name, percentileInterval(values, options)]));
}

/** Many resamples where they are cheap, fewer where there are many rows and the intervals are narrow anyway. */
export function bootstrapRepeats(rows: number, passes = 1): number {
  return Math.round(Math.min(1000, Math.max(200, 5_000_000 / Math.max(1, rows * passes))));
}

/** The same for one metric. */
export function bootstrapInterval(
  rows: number,
  metricOfRows: (positions: Int32Array) => number | null,
  options: BootstrapOptions,
): Interval | null {
  return bootstrapIntervals(rows, (positions) => ({ value: metricOfRows(positions) }), options).value ?? null;
}

/**
 * Difference of two models' metric on the same rows, both judged on the same resamples, so that what makes rows hard for
 * both cancels. The interval excludes 0 where one model is better than sampling explains.
 * @returns null where either metric is undefined on all rows or on more than half of the resamples.
 */
export function pairedBootstrapDifference(
  rows: number,
  first: (positions: Int32Array) => number | null,
  second: (positions: Int32Array) => number | null,
  options: BootstrapOptions,
): PairedDifference | null {
  const subtract = (positions: Int32Array) => {
    const [left, right] = [first(positions), second(positions)];
    return left === null || right === null ? null : left - right;
  };
  const difference = rows === 0 ? null : subtract(everyPosition(rows));
  if (difference === null) return null;
  const { value: values = [] } = resampledValues(rows, (positions) => ({ value: subtract(positions) }), options);
  const interval = percentileInterval(values, options);
  if (interval === null) return null;
  const larger = values.reduce((count, value) => count + (value > 0 ? 1 : value === 0 ? 0.5 : 0), 0);
  return { ...interval, difference, shareFirstLarger: larger / values.length };
}

/** Defined values of every metric over the resamples. */
function resampledValues(
  rows: number,
  metricsOfRows: MetricsOfRows,
  { random, repeats = defaultRepeats }: BootstrapOptions,
): Record<string, number[]> {
  const draws: Record<string, number[]> = {};
  for (const name of Object.keys(metricsOfRows(everyPosition(rows)))) draws[name] = [];
  if (rows === 0) return draws;
  const positions = new Int32Array(rows);
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (let row = 0; row < rows; row++) positions[row] = Math.floor(random() * rows);
    for (const [name, value] of Object.entries(metricsOfRows(positions))) {
      if (value !== null) draws[name]?.push(value);
    }
  }
  return draws;
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

function everyPosition(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row);
}
