import type { ColumnType } from '../contract/values.ts';

/** A column in memory. Missing is NaN in numbers and times, null in texts. */
export type FrameColumn =
  | { name: string; type: ColumnType; kind: 'number'; values: Float64Array }
  /** UTC epoch milliseconds. */
  | { name: string; type: ColumnType; kind: 'time'; values: Float64Array }
  | { name: string; type: ColumnType; kind: 'text'; values: (string | null)[] };

/** Rows of a dataset version by column, for code that computes. Booleans are numbers 0 and 1. */
export interface Frame {
  rows: number;
  columns: FrameColumn[];
}

/** How a column of a type stands in a frame. */
export function frameKind(type: ColumnType): FrameColumn['kind'] {
  if (type === 'text') return 'text';
  return type === 'date' || type === 'timestamp' ? 'time' : 'number';
}

/** The column of that name, or undefined. */
export function findColumn(frame: Frame, name: string): FrameColumn | undefined {
  return frame.columns.find((column) => column.name === name);
}

/** The rows at these positions, in this order. */
export function selectRows(frame: Frame, positions: ArrayLike<number>): Frame {
  return { rows: positions.length, columns: frame.columns.map((column) => selectValues(column, positions)) };
}

/** The values of a column at these positions, in this order. */
export function selectValues<Column extends FrameColumn>(column: Column, positions: ArrayLike<number>): Column {
  if (column.kind === 'text') {
    return { ...column, values: Array.from(positions, (position) => column.values[position] ?? null) };
  }
  // A loop: Float64Array.from goes through an iterator, which takes ten times as long.
  const values = new Float64Array(positions.length);
  for (let row = 0; row < values.length; row++) values[row] = column.values[positions[row] as number] as number;
  return { ...column, values };
}
