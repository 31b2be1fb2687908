import type { Expectation } from '../../contract/data-expectations.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';

/** How rows are told apart one by one: which are judged, and which of them fail. Both are SQL that is never null. */
export interface Condition {
  judged: string;
  fails: string;
}

export function isNumber(column: SchemaColumn): boolean {
  return column.type === 'int64' || column.type === 'float64' || column.type === 'decimal';
}

export function isTime(column: SchemaColumn): boolean {
  return column.type === 'date' || column.type === 'timestamp';
}

/** A bound, a value of a list: as a literal that can be compared with the column. */
function literal(value: string | number | boolean, column: SchemaColumn): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return column.type === 'text' ? sqlText(String(value)) : numberLiteral(value);
  if (isTime(column)) return `TIMESTAMP ${sqlText(value.replace('T', ' ').replace('Z', ''))}`;
  return isNumber(column) ? `try_cast(${sqlText(value)} AS DOUBLE)` : sqlText(value);
}

function numberLiteral(value: number): string {
  return Number.isInteger(value) && Number.isSafeInteger(value) ? String(value) : `${value}::DOUBLE`;
}

function outside(value: string, column: SchemaColumn, range: Extract<Expectation, { kind: 'range' }>): string {
  const { least, most, exclusive } = range;
  const below = least === undefined ? [] : [`${value} ${exclusive ? '<=' : '<'} ${literal(least, column)}`];
  const above = most === undefined ? [] : [`${value} ${exclusive ? '>=' : '>'} ${literal(most, column)}`];
  const odd = column.type === 'float64' ? [`isnan(${value})`] : [];
  return [...below, ...above, ...odd].join(' OR ');
}

function notOneOf(value: string, column: SchemaColumn, values: readonly (string | number | boolean)[]): string {
  if (column.type === 'boolean') {
    const booleans = values.filter((each) => typeof each === 'boolean');
    return booleans.length === 0 ? 'true' : `${value} NOT IN (${booleans.join(', ')})`;
  }
  const literals = values.filter((each) => typeof each !== 'boolean' || column.type === 'text');
  const list = literals.map((each) => literal(column.type === 'text' ? String(each) : each, column));
  return list.length === 0 ? 'true' : `coalesce(${value} NOT IN (${list.join(', ')}), true)`;
}

function lengthOutside(value: string, { least, most }: Extract<Expectation, { kind: 'length' }>): string {
  const below = least === undefined ? [] : [`length(${value}) < ${least}`];
  const above = most === undefined ? [] : [`length(${value}) > ${most}`];
  return [...below, ...above].join(' OR ');
}

/**
 * The condition of an expectation that judges each row by itself, undefined for the others.
 * @param rule the SQL of a `rule`, made from the user's text by the engine
 */
export function conditionOf(
  expectation: Expectation,
  schema: readonly SchemaColumn[],
  rule: string | undefined,
): Condition | undefined {
  if (expectation.kind === 'rule')
    return rule === undefined ? undefined : { judged: 'true', fails: failing(`NOT (${rule})`) };
  if (!('column' in expectation)) return undefined;
  const column = schema.find(({ name }) => name === expectation.column);
  if (!column) return undefined;
  const value = sqlName(column.name);
  const judged = `${value} IS NOT NULL`;
  switch (expectation.kind) {
    case 'missing':
      return { judged: 'true', fails: `${value} IS NULL` };
    case 'range':
      return { judged, fails: failing(outside(value, column, expectation)) };
    case 'one-of':
      return { judged, fails: failing(`${judged} AND ${notOneOf(value, column, expectation.values)}`) };
    case 'pattern':
      return { judged, fails: failing(`NOT regexp_matches(${value}, ${sqlText(expectation.pattern)})`) };
    case 'length':
      return { judged, fails: failing(lengthOutside(value, expectation)) };
    default:
      return undefined;
  }
}

function failing(condition: string): string {
  return `coalesce(${condition}, false)`;
}

type Needs = 'number' | 'time' | 'text' | 'number or time';

const needs: Partial<Record<Expectation['kind'], Needs>> = {
  range: 'number or time',
  pattern: 'text',
  length: 'text',
  fresh: 'time',
  monotonic: 'number or time',
  mean: 'number',
  quantile: 'number',
};

const needWords: Record<Needs, string> = {
  number: 'numbers',
  time: 'dates',
  text: 'texts',
  'number or time': 'numbers or dates',
};

/** Why rows of this schema cannot meet an expectation at all: a column that is not there or of an unfit type. */
export function misfitOf(expectation: Expectation, schema: readonly SchemaColumn[]): string | undefined {
  if (expectation.kind === 'columns' || expectation.kind === 'present') return undefined;
  const named = 'columns' in expectation ? expectation.columns : 'column' in expectation ? [expectation.column] : [];
  const absent = named.find((name) => !schema.some((column) => column.name === name));
  if (absent !== undefined) return `There is no column "${absent}".`;
  const column = schema.find(({ name }) => name === named[0]);
  const need = needs[expectation.kind];
  if (!column || need === undefined) return undefined;
  const fits =
    (need.includes('number') && isNumber(column)) ||
    (need.includes('time') && isTime(column)) ||
    (need === 'text' && column.type === 'text');
  if (!fits) return `Column "${column.name}" is not made of ${needWords[need]}.`;
  return expectation.kind === 'range' ? boundsMisfit(expectation, column) : undefined;
}

function boundsMisfit(range: Extract<Expectation, { kind: 'range' }>, column: SchemaColumn): string | undefined {
  const isText = typeof (range.least ?? range.most) === 'string';
  if (isText === isTime(column)) return undefined;
  return isText
    ? `Column "${column.name}" is made of numbers, and the bounds are dates.`
    : `Column "${column.name}" is made of dates, and the bounds are numbers.`;
}
