import { isoTime } from '../base/clock.ts';
import { type Frame, type FrameColumn, findColumn, frameKind } from '../base/frame.ts';
import type { ColumnType } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { isCalendarTime } from './features/calendar.ts';

/** A raw column as far as rows need it. */
interface RawField {
  name: string;
  type: ColumnType;
}

/**
 * Rows of a frame as they are sent to a model: null for missing, dates and times as ISO 8601 text in UTC. What JSON
 * cannot hold (infinities, years beyond 9999) is missing.
 */
export function rawRows(frame: Frame, fields: readonly RawField[], positions: Iterable<number>): InputValue[][] {
  const columns = fields.map(({ name }) => findColumn(frame, name) as FrameColumn);
  return Array.from(positions, (row) => columns.map((column) => rawValue(column, row)));
}

/** A value as it is sent to a model. */
export function rawValue(column: FrameColumn, row: number): InputValue {
  if (column.kind === 'text') return column.values[row] ?? null;
  const value = column.values[row] as number;
  if (column.kind === 'time') return isCalendarTime(value) ? isoText(value, column.type) : null;
  if (!Number.isFinite(value)) return null;
  return column.type === 'boolean' ? value === 1 : value;
}

function isoText(time: number, type: ColumnType): string {
  return type === 'date' ? isoTime(time).slice(0, 10) : isoTime(time);
}

/** Raw rows as a frame, for the trainer's own answers. */
export function frameOfRows(fields: readonly RawField[], rows: readonly (readonly InputValue[])[]): Frame {
  const columns = fields.map(({ name, type }, position): FrameColumn => {
    const kind = frameKind(type);
    const values = rows.map((row) => row[position] ?? null);
    if (kind === 'text')
      return { name, type, kind, values: values.map((value) => (value === null ? null : String(value))) };
    const parse = kind === 'time' ? (value: InputValue) => Date.parse(String(value)) : Number;
    return {
      name,
      type,
      kind,
      values: Float64Array.from(values, (value) => (value === null ? Number.NaN : parse(value))),
    };
  });
  return { rows: rows.length, columns };
}
