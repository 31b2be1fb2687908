import type { Expectation } from '../../contract/data-expectations.ts';
import { parquetTable, sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import type { PreparedExpectation } from './check-input.ts';
import { conditionOf } from './conditions.ts';
import { positionColumn } from './positions.ts';

type KindOf<Kind extends Expectation['kind']> = Extract<Expectation, { kind: Kind }>;

function names(columns: readonly string[], prefix = ''): string {
  return columns.map((column) => `${prefix}${sqlName(column)}`).join(', ');
}

/** Rows whose values in the columns stand in another row too; rows where all are missing are not judged. */
function repeated({ columns }: KindOf<'unique'>, table: string): string {
  const some = columns.map((column) => `${sqlName(column)} IS NOT NULL`).join(' OR ');
  const same = columns.map((column) => `t.${sqlName(column)} IS NOT DISTINCT FROM d.${sqlName(column)}`).join(' AND ');
  return (
    `SELECT t.${positionColumn} FROM ${table} t SEMI JOIN` +
    ` (SELECT ${names(columns)} FROM ${table} WHERE ${some} GROUP BY ALL HAVING count(*) > 1) d ON ${same}`
  );
}

/** Rows whose value is below (above, equal to) the last one that is not missing. */
function outOfOrder({ column, direction, strict }: KindOf<'monotonic'>, table: string): string {
  const value = sqlName(column);
  const wrong = `${direction === 'down' ? '>' : '<'}${strict ? '=' : ''}`;
  return (
    `SELECT ${positionColumn} FROM (SELECT ${positionColumn}, ${value} AS v, lag(${value}) OVER () AS before` +
    ` FROM (SELECT ${positionColumn}, ${value} FROM ${table} WHERE ${value} IS NOT NULL)) WHERE v ${wrong} before`
  );
}

/** Rows whose values, none of them missing, are not in the other table. */
function unmatched({ columns, to }: KindOf<'refers'>, table: string, paths: readonly string[]): string {
  const present = columns.map((column) => `${sqlName(column)} IS NOT NULL`).join(' AND ');
  const same = columns.map((column, index) => `t.${sqlName(column)} = d.k${index}`).join(' AND ');
  const keys = to.map((column, index) => `${sqlName(column)} AS k${index}`).join(', ');
  return (
    `SELECT t.${positionColumn} FROM (SELECT ${positionColumn}, ${names(columns)} FROM ${table} WHERE ${present}) t` +
    ` ANTI JOIN (SELECT DISTINCT ${keys} FROM ${parquetTable(paths)}) d ON ${same}`
  );
}

/**
 * SQL that answers the places of the rows that fail an expectation, undefined where it is not about single rows.
 * @param table what `positionedTable` made
 */
export function failingSql(
  { expectation, condition, other }: PreparedExpectation,
  table: string,
  schema: readonly SchemaColumn[],
): string | undefined {
  switch (expectation.kind) {
    case 'unique':
      return repeated(expectation, table);
    case 'monotonic':
      return outOfOrder(expectation, table);
    case 'refers':
      return other && unmatched(expectation, table, other.paths);
    default: {
      const found = conditionOf(expectation, schema, condition);
      return found && `SELECT ${positionColumn} FROM ${table} WHERE ${found.fails}`;
    }
  }
}
