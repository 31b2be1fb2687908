import type { DuckDBConnection } from '@duckdb/node-api';
import type { RowPage } from '../../contract/data-rows.ts';
import { sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { cellOf } from '../versions/views.ts';
import type { PreparedExpectation } from './check-input.ts';
import { failingSql } from './failing-sql.ts';
import { positionColumn, positionedTable } from './positions.ts';
import { withCondition } from './rule.ts';

/** Which rows of which files. */
export interface FailingRowsInput {
  schema: SchemaColumn[];
  paths: string[];
  prepared: PreparedExpectation;
  offset: number;
  limit: number;
}

export function emptyPage(schema: readonly SchemaColumn[]): RowPage {
  return { columns: schema.map(({ name, type }) => ({ name, type })), rows: [], positions: [], total: 0 };
}

/** A page of the rows that an expectation does not let pass. */
export async function failingPage(
  connection: DuckDBConnection,
  { schema, paths, prepared: planned, offset, limit }: FailingRowsInput,
): Promise<RowPage> {
  const table = await positionedTable(connection, paths);
  const prepared = await withCondition({ connection, schema }, planned);
  const failing = failingSql(prepared, table, schema);
  if (!failing || prepared.obstacle || prepared.fault) return emptyPage(schema);
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM (${failing})`);
  const names = schema.map(({ name }) => sqlName(name)).join(', ');
  const page = `SELECT ${positionColumn} FROM (${failing}) ORDER BY ${positionColumn} LIMIT ${limit} OFFSET ${offset}`;
  const read = await connection.runAndReadAll(
    `SELECT ${positionColumn}, ${names} FROM ${table} WHERE ${positionColumn} IN (${page}) ORDER BY ${positionColumn}`,
  );
  const rows = read.getRowsJson();
  return {
    ...emptyPage(schema),
    rows: rows.map(([, ...values]) => values.map((value, index) => cellOf(schema[index]?.type ?? 'text', value))),
    positions: rows.map(([position]) => Number(position)),
    total: Number(counted.getRows()[0]?.[0] ?? 0),
  };
}
