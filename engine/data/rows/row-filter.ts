import { GalleyError } from '../../base/errors.ts';
import type { Cell, Condition, FilterOperator, RowFilter } from '../../contract/data-rows.ts';
import { sqlText } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import { unknownColumn } from '../unknown-column.ts';

/** A column as the filtered query names it. */
export interface NamedColumn extends SchemaColumn {
  sql: string;
}

const numbersOfValues: Record<FilterOperator, { least: number; most: number; words: string }> = {
  '=': { least: 1, most: 1, words: 'one value' },
  '!=': { least: 1, most: 1, words: 'one value' },
  '<': { least: 1, most: 1, words: 'one value' },
  '<=': { least: 1, most: 1, words: 'one value' },
  '>': { least: 1, most: 1, words: 'one value' },
  '>=': { least: 1, most: 1, words: 'one value' },
  between: { least: 2, most: 2, words: 'two values' },
  contains: { least: 1, most: 1, words: 'one text' },
  starts_with: { least: 1, most: 1, words: 'one text' },
  one_of: { least: 1, most: 1000, words: '1 to 1,000 values' },
  missing: { least: 0, most: 0, words: 'no value' },
  present: { least: 0, most: 0, words: 'no value' },
};

function invalid(message: string, details: Record<string, unknown>): GalleyError {
  return new GalleyError('data.invalid_filter', message, { details });
}

const forms: Record<SchemaColumn['type'], { pattern: RegExp; words: string }> = {
  int64: { pattern: /^-?\d{1,19}$/, words: 'a whole number' },
  float64: { pattern: /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$|^-?Infinity$|^NaN$/, words: 'a number' },
  decimal: { pattern: /^-?\d{1,38}(\.\d{1,38})?$/, words: 'a number' },
  boolean: { pattern: /^(true|false)$/, words: 'true or false' },
  date: { pattern: /^\d{4}-\d{2}-\d{2}$/, words: 'a date such as 2024-01-31' },
  timestamp: {
    pattern: /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?)?$/,
    words: 'a date and time such as 2024-01-31 12:00:00',
  },
  text: { pattern: /^/, words: 'a text' },
};

/** A value as a literal of the column's type; a number compared with whole numbers may have decimals. */
function literal(column: NamedColumn, value: Cell): string {
  const text = value === null ? '' : String(value);
  const isFraction = column.type === 'int64' && typeof value === 'number' && !Number.isInteger(value);
  const type = isFraction ? 'float64' : column.type;
  const { pattern, words } = forms[type];
  const isKind = value !== null && (column.type === 'text' ? typeof value === 'string' : true);
  if (!isKind || !pattern.test(text)) {
    throw invalid(`Column "${column.name}" is compared with ${JSON.stringify(value)}, which is not ${words}.`, {
      column: column.name,
      value,
    });
  }
  const duck = type === 'float64' ? 'DOUBLE' : column.type === 'decimal' ? 'DECIMAL(38, 10)' : duckType(column);
  return type === 'text' ? sqlText(text) : `${sqlText(text.replace(/Z$/, ''))}::${duck}`;
}

/** A text without its letters' case; `%` and `_` have no meaning in it. */
function textOf(column: NamedColumn, values: readonly Cell[]): string {
  const text = values[0];
  if (typeof text !== 'string') {
    throw invalid(`Column "${column.name}" is searched for ${JSON.stringify(text)}, which is not a text.`, {
      column: column.name,
      value: text,
    });
  }
  return `lower(${sqlText(text)})`;
}

function conditionSql(columns: readonly NamedColumn[], { column: name, operator, values = [] }: Condition): string {
  const column = columns.find((known) => known.name === name);
  if (!column) {
    const names = columns.map((known) => known.name);
    throw unknownColumn(name, names, 'to filter by');
  }
  const { least, most, words } = numbersOfValues[operator];
  if (values.length < least || values.length > most) {
    throw invalid(`The condition on "${name}" takes ${words}, not ${values.length}.`, { column: name, operator });
  }
  const value = (index: number) => literal(column, values[index] as Cell);
  switch (operator) {
    case 'missing':
      return `${column.sql} IS NULL`;
    case 'present':
      return `${column.sql} IS NOT NULL`;
    case 'between':
      return `${column.sql} BETWEEN ${value(0)} AND ${value(1)}`;
    case 'one_of':
      return `${column.sql} IN (${values.map((_, index) => value(index)).join(', ')})`;
    case 'contains':
      return `contains(lower(${column.sql}::VARCHAR), ${textOf(column, values)})`;
    case 'starts_with':
      return `starts_with(lower(${column.sql}::VARCHAR), ${textOf(column, values)})`;
    case '!=':
      return `${column.sql} IS DISTINCT FROM ${value(0)}`;
    default:
      return `${column.sql} ${operator} ${value(0)}`;
  }
}

/**
 * A filter as a condition in SQL, made of known columns and literals only. `!=` also lets missing values through, the
 * other comparisons do not; `contains` and `starts_with` ignore the case of letters.
 * @throws GalleyError `data.unknown_column`, `data.invalid_filter`
 */
export function filterSql(columns: readonly NamedColumn[], filter: RowFilter): string {
  const parts = filter.conditions.map((condition) =>
    'match' in condition ? filterSql(columns, condition) : conditionSql(columns, condition),
  );
  return `(${parts.join(filter.match === 'all' ? ' AND ' : ' OR ')})`;
}
