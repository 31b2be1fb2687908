import type { FrameColumn } from '../base/frame.ts';
import type { DriftColumn } from './drift-sample.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/**
 * A column as it is compared: numbers by value, texts and booleans by level. A date or time only ever moves on, so its
 * weekday (UTC) is compared, which tells of days that went missing.
 */
export function driftColumn(name: string, column: FrameColumn): DriftColumn {
  if (column.kind === 'text') return { name, kind: 'text', values: column.values };
  if (column.kind === 'time') return { name, kind: 'text', values: Array.from(column.values, weekdayName) };
  if (column.type === 'boolean') return { name, kind: 'text', values: Array.from(column.values, truth) };
  return { name, kind: 'number', values: column.values, whole: column.type === 'int64' };
}

/** The rows at these positions. */
export function selectDriftRows(column: DriftColumn, positions: ArrayLike<number>): DriftColumn {
  if (column.kind === 'text') {
    return { ...column, values: Array.from(positions, (position) => column.values[position] ?? null) };
  }
  return { ...column, values: Float64Array.from(positions, (position) => column.values[position] as number) };
}

/** At most so many rows of a column, spread evenly over it. */
export function thinned(column: DriftColumn, largest: number): DriftColumn {
  return column.values.length <= largest
    ? column
    : selectDriftRows(column, thinnedPositions(column.values.length, largest));
}

/**
 * At most so many of the positions 0 to `rows` - 1, ascending. They are chosen by Fibonacci hashing (Knuth, The Art of
 * Computer Programming 3, 6.4): even, without a period that data could share.
 */
export function thinnedPositions(rows: number, largest: number): Int32Array {
  if (rows <= largest) return Int32Array.from({ length: rows }, (_, row) => row);
  const share = largest / rows;
  const chosen: number[] = [];
  for (let row = 0; row < rows; row++) {
    if ((row * 0.6180339887498949) % 1 < share) chosen.push(row);
  }
  return Int32Array.from(chosen);
}

/** `Monday`, in UTC; null where the time is NaN. */
export function weekdayName(time: number): string | null {
  return Number.isNaN(time) ? null : (weekdays[new Date(time).getUTCDay()] ?? null);
}

function truth(value: number): string | null {
  return Number.isNaN(value) ? null : String(value === 1);
}
