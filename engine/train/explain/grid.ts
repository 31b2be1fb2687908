import { dayMilliseconds } from '../../base/clock.ts';
import type { FrameColumn } from '../../base/frame.ts';
import { quantileOfSorted, sortedPresentValues } from '../../statistics/summary.ts';

/** The values a column is set to when its effect is drawn, and how many rows have about each. */
export interface ColumnGrid {
  kind: 'number' | 'time' | 'category';
  values: (number | string | null)[];
  /** One a value, sums to 1. */
  density: number[];
}

const gridPoints = 20;
const shownLevels = 15;

/**
 * Quantiles of a number or time, evenly spaced shares from the smallest to the largest value; the values of a column
 * that has few; the most frequent texts. Missing is a value of its own where there are such rows.
 */
export function columnGrid(column: FrameColumn): ColumnGrid {
  const grid = column.kind === 'text' ? levelGrid(column.values) : numberGrid(column);
  const rows = column.values.length;
  return { kind: grid.kind, values: grid.values, density: grid.counts.map((count) => count / rows) };
}

type CountedGrid = Omit<ColumnGrid, 'density'> & { counts: number[] };

function levelGrid(values: readonly (string | null)[]): CountedGrid {
  const counts = new Map<string | null, number>();
  for (const value of values) counts.set(value || null, (counts.get(value || null) ?? 0) + 1);
  const present = [...counts].filter(([value]) => value !== null) as [string, number][];
  const shown = present.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, shownLevels);
  const missing = counts.get(null) ?? 0;
  return {
    kind: 'category',
    values: [...shown.map(([value]) => value), ...(missing > 0 ? [null] : [])],
    counts: [...shown.map(([, count]) => count), ...(missing > 0 ? [missing] : [])],
  };
}

function numberGrid(column: Exclude<FrameColumn, { kind: 'text' }>): CountedGrid {
  const sorted = sortedPresentValues(column.values);
  const missing = column.values.length - sorted.length;
  const distinct = [...new Set(sorted)];
  const values =
    distinct.length <= gridPoints
      ? distinct
      : [...new Set(Array.from({ length: gridPoints }, (_, index) => gridValue(sorted, index, column)))];
  const counts = new Array<number>(values.length).fill(0);
  let nearest = 0;
  for (const value of sorted) {
    const distance = (index: number) => Math.abs((values[index] as number) - value);
    while (nearest < values.length - 1 && distance(nearest + 1) < distance(nearest)) nearest++;
    counts[nearest] = (counts[nearest] as number) + 1;
  }
  return {
    kind: column.kind === 'time' ? 'time' : 'number',
    values: [...values, ...(missing > 0 ? [null] : [])],
    counts: [...counts, ...(missing > 0 ? [missing] : [])],
  };
}

/** Whole numbers, days and times stay such. */
function gridValue(sorted: Float64Array, index: number, { type }: FrameColumn): number {
  const value = quantileOfSorted(sorted, index / (gridPoints - 1));
  if (type === 'date') return dayMilliseconds * Math.round(value / dayMilliseconds);
  return type === 'int64' || type === 'timestamp' ? Math.round(value) : value;
}
