import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import type { Where } from './test-schema.ts';

/** A value of a test as it stands in a column: missing is NaN or null, dates and times are ISO 8601 text in a file. */
export function valueInColumn(column: FrameColumn, value: string | number | boolean | null): number | string | null {
  if (column.kind === 'text') return value === null ? null : String(value);
  if (value === null) return Number.NaN;
  if (column.kind === 'time') return typeof value === 'number' ? value : Date.parse(String(value));
  return typeof value === 'boolean' ? Number(value) : Number(value);
}

/**
 * Rows that have these values.
 * @returns the name of a column that is not there instead.
 */
export function rowsWhere(frame: Frame, where: Where | undefined): Int32Array | { unknown: string } {
  let rows = Int32Array.from({ length: frame.rows }, (_, row) => row);
  for (const [name, wanted] of Object.entries(where ?? {})) {
    const column = findColumn(frame, name);
    if (column === undefined) return { unknown: name };
    const keeps = condition(column, wanted);
    rows = rows.filter((row) => keeps(column.values[row] as number | string | null));
  }
  return rows;
}

function condition(column: FrameColumn, wanted: Where[string]): (value: number | string | null) => boolean {
  if (wanted !== null && typeof wanted === 'object') {
    const bound = (value: number | string | undefined, open: number) =>
      value === undefined ? open : Number(valueInColumn(column, value));
    const [from, to] = [bound(wanted.from, Number.NEGATIVE_INFINITY), bound(wanted.to, Number.POSITIVE_INFINITY)];
    return (value) => value !== null && Number(value) >= from && Number(value) < to;
  }
  const value = valueInColumn(column, wanted);
  if (wanted === null) return (other) => other === null || other === '' || Number.isNaN(other);
  return (other) => other === value;
}
