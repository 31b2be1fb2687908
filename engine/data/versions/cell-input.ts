import { GalleyError } from '../../base/errors.ts';
import { sqlText } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import { isDay, isDayAndTime, kindOfFloat, kindOfInteger } from '../sources/cell-values.ts';
import type { Cell } from './views.ts';

/** What people call the types. */
const typeWords: Record<SchemaColumn['type'], string> = {
  int64: 'whole numbers',
  float64: 'numbers',
  decimal: 'decimal numbers',
  boolean: 'true and false',
  date: 'dates (YYYY-MM-DD)',
  timestamp: 'times (YYYY-MM-DDTHH:MM:SS)',
  text: 'text',
};

const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const instant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:\d\d)?)?$/;

function decimalFits(text: string, scale: number): boolean {
  const [, whole, fraction = ''] = /^-?0*(\d*?)(?:\.(\d*?)0*)?$/.exec(text) ?? [];
  return /^-?\d+(\.\d+)?$/.test(text) && (whole as string).length <= 38 - scale && fraction.length <= scale;
}

/** The text of a value where a column of that type holds it exactly. */
function textOf(column: SchemaColumn, value: Exclude<Cell, null>): string | undefined {
  const text = String(value);
  const isNumber = typeof value === 'number';
  switch (column.type) {
    case 'text':
      return typeof value === 'string' && value.isWellFormed() && !value.includes('\0') ? value : undefined;
    case 'boolean':
      return typeof value !== 'number' && /^(true|false)$/i.test(text) ? text : undefined;
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) && isDay(bytesOf(text), 0) ? text : undefined;
    case 'timestamp':
      if (!instant.test(text) || !isDayAndTime(bytesOf(text), 0, text.length)) return undefined;
      return /(Z|[+-]\d\d(:\d\d)?)$/.test(text.slice(16)) ? text : `${text}Z`;
    case 'int64': {
      const isWhole = isNumber ? Number.isSafeInteger(value) : /^-?(0|[1-9]\d*)$/.test(text);
      return isWhole && typeof value !== 'boolean' && kindOfInteger(text) !== 'code' ? text : undefined;
    }
    case 'float64': {
      if (isNumber) return Number.isFinite(value) ? text : undefined;
      if (/^-?(0|[1-9]\d*)$/.test(text)) return kindOfInteger(text) === 'integer' ? text : undefined;
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && kindOfFloat(text) === 'float' ? text : undefined;
    }
    case 'decimal':
      return typeof value !== 'boolean' && decimalFits(text, column.scale ?? 0) ? text : undefined;
  }
}

/**
 * A value that somebody gave for a cell, as the text that DuckDB reads it from; null for a missing one.
 * @param row for the message, counted from 0
 * @throws GalleyError `data.value_does_not_fit`: nothing is rounded and nothing is read as another type
 */
export function cellInput(column: SchemaColumn, value: Cell, row: number | null): string | null {
  if (value === null) return null;
  const text = textOf(column, value);
  if (text !== undefined) return text;
  const place = row === null ? 'A new row' : `Row ${row + 1}`;
  throw new GalleyError(
    'data.value_does_not_fit',
    `${place}: column "${column.name}" holds ${typeWords[column.type]}, not ${JSON.stringify(value).slice(0, 60)}.`,
    { details: { row, column: column.name, type: column.type } },
  );
}

/** The same value in SQL. */
export function cellSql(column: SchemaColumn, text: string | null): string {
  if (text === null) return `NULL::${duckType(column)}`;
  return column.type === 'timestamp'
    ? `make_timestamp(epoch_us(${sqlText(text)}::TIMESTAMPTZ))`
    : `${sqlText(text)}::${duckType(column)}`;
}
