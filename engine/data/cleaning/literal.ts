import { sqlText } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import { stepFault } from './step-plan.ts';

const forms: Record<SchemaColumn['type'], { pattern: RegExp; words: string }> = {
  int64: { pattern: /^-?\d{1,18}$/, words: 'a whole number' },
  float64: { pattern: /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/, words: 'a number' },
  decimal: { pattern: /^-?\d{1,30}(\.\d{1,30})?$/, words: 'a number' },
  boolean: { pattern: /^(true|false)$/, words: 'true or false' },
  date: { pattern: /^\d{4}-\d{2}-\d{2}$/, words: 'a date such as 2024-01-31' },
  timestamp: {
    pattern: /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?$/,
    words: 'a time such as 2024-01-31T12:00:00Z',
  },
  text: { pattern: /^/, words: 'text' },
};

/** True where the calendar has the day that a text of the right form begins with. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().slice(0, 10) === day;
}

/** A value of a recipe as a literal of a column's type. @throws GalleyError `data.invalid_step` where it is none */
export function literal(column: SchemaColumn, value: string | number | boolean): string {
  const text = String(value);
  const { pattern, words } = forms[column.type];
  const isDated = column.type === 'date' || column.type === 'timestamp';
  if (!pattern.test(text) || (isDated && !isDay(text)))
    throw stepFault(`${JSON.stringify(value)} does not fit column "${column.name}", which takes ${words}.`, {
      column: column.name,
      value,
    });
  if (column.type === 'text') return sqlText(text);
  return `${sqlText(text.replace(/Z$/, ''))}::${duckType(column)}`;
}
