import { GalleyError } from '../base/errors.ts';
import { type Frame, findColumn } from '../base/frame.ts';
import type { RowWindow } from '../contract/train.ts';
import { requireColumn } from './columns.ts';

/**
 * Positions of the rows whose time lies in [from, to), ascending; all rows without a window.
 * @throws GalleyError `train.unknown_column`, `train.invalid_window`
 */
export function rowsInWindow(frame: Frame, window: RowWindow | null): Int32Array {
  if (window === null) return Int32Array.from({ length: frame.rows }, (_, row) => row);
  requireColumn(frame.columns, window.column);
  const column = findColumn(frame, window.column);
  if (column?.kind !== 'time') {
    throw new GalleyError('train.invalid_window', `"${window.column}" is not a date or time column.`, {
      details: { column: window.column },
    });
  }
  const from = window.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(window.from);
  const to = window.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(window.to);
  if (!(from < to)) {
    throw new GalleyError('train.invalid_window', `The window begins at ${window.from} and ends at ${window.to}.`, {
      details: { from: window.from ?? null, to: window.to ?? null },
    });
  }
  const rows: number[] = [];
  column.values.forEach((time, row) => {
    if (time >= from && time < to) rows.push(row);
  });
  return Int32Array.from(rows);
}
