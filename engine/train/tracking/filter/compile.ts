import { foldText } from '../../../base/fold-text.ts';
import type { SqlValue } from '../../../store/database.ts';
import { type Field, findAttribute } from './fields.ts';
import type { Comparator, Condition, Order } from './parse.ts';

/** A piece of SQL whose values are passed beside it, never written into it. */
export interface Sql {
  text: string;
  values: SqlValue[];
}

const tables = { metrics: 'run_metrics', params: 'run_params', tags: 'run_tags' } as const;

/** A filter as a condition over `run_facts AS facts`, never NULL. */
export function compileFilter(condition: Condition): Sql {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return join(condition.parts.map(compileFilter), condition.kind.toUpperCase());
    case 'not':
      return wrap('NOT (', compileFilter(condition.part), ')');
    case 'missing':
      return compileMissing(condition.field);
    case 'in':
      return compileTest(condition.field, (column) => isOneOf(column, condition.values));
    case 'compare':
      return compileTest(condition.field, (column) => compare(column, condition.comparator, condition.value));
  }
}

/** Joins and keys that bring `run_facts AS facts` into an order; runs without a value come last. */
export function compileOrder(orders: readonly Order[]): { joins: Sql; keys: string } {
  const joins: string[] = [];
  const values: SqlValue[] = [];
  const keys = orders.flatMap(({ field, descending }, index) => {
    const direction = descending ? 'DESC' : 'ASC';
    if (field.entity === 'attributes') {
      const column = columnOf(field).text;
      const sorted = field.type === 'text' ? `fold(${column})` : column;
      return [`${column} IS NULL`, `${sorted} ${direction}`];
    }
    const name = `ordered${index}`;
    joins.push(`LEFT JOIN ${tables[field.entity]} AS ${name} ON ${name}.name = ? AND ${name}.run = facts.number`);
    values.push(field.name);
    if (field.entity === 'metrics') return [`${name}.value IS NULL`, `${name}.value ${direction}`];
    return [
      `${name}.run IS NULL`,
      `${name}.number IS NULL`,
      `${name}.number ${direction}`,
      `fold(${name}.text) ${direction}`,
    ];
  });
  return { joins: { text: joins.join(' '), values }, keys: [...keys, 'facts.number DESC'].join(', ') };
}

interface Column {
  /** What texts are compared with, or numbers where there is no other. */
  text: string;
  number: string;
}

function columnOf(field: Field): Column {
  if (field.entity === 'metrics') return { text: 'value', number: 'value' };
  if (field.entity !== 'attributes') return { text: 'text', number: 'number' };
  const { sql } = findAttribute(field.name) as { sql: string };
  return { text: sql, number: sql };
}

function compileTest(field: Field, test: (column: Column) => Sql): Sql {
  const inner = test(columnOf(field));
  if (field.entity === 'attributes') return wrap('((', inner, ') IS TRUE)');
  const { text, values } = inner;
  return {
    text: `facts.number IN (SELECT run FROM ${tables[field.entity]} WHERE name = ? AND (${text}))`,
    values: [field.name, ...values],
  };
}

function compileMissing(field: Field): Sql {
  if (field.entity === 'attributes') return { text: `(${columnOf(field).text} IS NULL)`, values: [] };
  const known = `SELECT run FROM ${tables[field.entity]} WHERE name = ? AND ${columnOf(field).text} IS NOT NULL`;
  return { text: `facts.number NOT IN (${known})`, values: [field.name] };
}

function compare(column: Column, comparator: Comparator, value: string | number): Sql {
  if (comparator === 'like') return { text: `${column.text} GLOB ?`, values: [globOf(String(value))] };
  if (comparator === 'ilike') return { text: `fold(${column.text}) GLOB ?`, values: [globOf(foldText(String(value)))] };
  if (comparator === '=') return isOneOf(column, [value]);
  if (comparator === '!=') return wrap('NOT (', isOneOf(column, [value]), ')');
  return { text: `${column.number} ${comparator} ?`, values: [value] };
}

/** A parameter is a number however it is written: `"1"`, `"1.0"` and 1 are the same. */
function isOneOf(column: Column, values: readonly (string | number)[]): Sql {
  const isSplit = column.text !== column.number;
  const texts = values.filter((value) => typeof value === 'string');
  const numbers = values
    .filter((value) => typeof value === 'number' || isSplit)
    .map((value) => (String(value).trim() === '' ? Number.NaN : Number(value)))
    .filter((value) => Number.isFinite(value));
  const tests: Sql[] = [];
  if (texts.length > 0)
    tests.push({ text: `${column.text} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(texts)] });
  if (numbers.length > 0) {
    const test = `${column.number} IN (SELECT value FROM json_each(?))`;
    tests.push({ text: isSplit ? `coalesce(${test}, 0)` : test, values: [JSON.stringify(numbers)] });
  }
  return join(tests, 'OR');
}

/** A LIKE pattern as GLOB, which SQLite compares with letter case: % is *, _ is ?. */
function globOf(pattern: string): string {
  return pattern.replace(/%+|_|[*?[]/g, (sign) => {
    if (sign.startsWith('%')) return '*';
    return sign === '_' ? '?' : `[${sign}]`;
  });
}

function join(parts: readonly Sql[], word: string): Sql {
  return {
    text: `(${parts.map(({ text }) => text).join(` ${word} `)})`,
    values: parts.flatMap(({ values }) => values),
  };
}

function wrap(before: string, { text, values }: Sql, after: string): Sql {
  return { text: `${before}${text}${after}`, values };
}
