import type { DuckDBConnection } from '@duckdb/node-api';
import type { EngineContext } from '../../jobs/context.ts';
import { parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import { checkExpression } from '../sql-expression.ts';
import type { StoredVersion } from '../store.ts';
import { unknownColumn } from '../unknown-column.ts';
import { readablePaths } from '../versions/reading-form.ts';
import type { NamedColumn } from './row-filter.ts';

/** The Parquet files of a version as queries over rows read them. */
export interface RowSource {
  columns: NamedColumn[];
  files: { path: string; first: number; rows: number }[];
  rows: number;
  /** All rows, their columns renamed, so that no name of a dataset hides one of DuckDB's. */
  table: string;
  /** Which file a row stands in, and where in it. */
  file: string;
  fileRow: string;
  /** Where a row stands in the version, from 0. */
  position: string;
}

function aliased(table: string, columns: readonly NamedColumn[]): string {
  return `${table} AS rows(${columns.map((column) => column.sql).join(', ')})`;
}

/** Rows of each file; blobs never change, so what was read once holds. */
const knownRows = new Map<string, number>();

async function countRows(context: EngineContext, paths: readonly string[]): Promise<void> {
  const unknown = paths.filter((path) => !knownRows.has(path));
  if (unknown.length === 0) return;
  const found = await context.duck.rows(
    `SELECT file_name, num_rows::DOUBLE FROM parquet_file_metadata([${unknown.map(sqlText).join(', ')}])`,
  );
  for (const [path, rows] of found) knownRows.set(String(path), Number(rows));
}

/** @throws GalleyError `store.missing_blob` */
export async function rowSource(context: EngineContext, version: StoredVersion): Promise<RowSource> {
  const paths = await readablePaths(context, version);
  await countRows(context, paths);
  const { schema } = version.manifest;
  const prefix = unusedPrefix(schema.map((column) => column.name));
  const columns = schema.map((column, index) => ({ ...column, sql: `${prefix}${index}` }));
  let rows = 0;
  const files = paths.map((path) => {
    const file = { path, first: rows, rows: knownRows.get(path) ?? 0 };
    rows += file.rows;
    return file;
  });
  const table = aliased(parquetTable(paths), columns);
  return placed({ columns, files, rows, table, file: 'file_index', fileRow: 'file_row_number' });
}

function placed(source: Omit<RowSource, 'position'>): RowSource {
  const { files, file, fileRow } = source;
  const firsts = files.map(({ first }) => first).join(', ');
  return {
    ...source,
    position: files.length === 1 ? fileRow : `([${firsts}]::BIGINT[])[${file}::BIGINT + 1] + ${fileRow}`,
  };
}

/** A beginning that no name has, in any case. */
function unusedPrefix(names: readonly string[]): string {
  let prefix = 'c';
  while (names.some((name) => name.toLowerCase().startsWith(prefix))) prefix += '_';
  return prefix;
}

/**
 * The rows of a source that meet a condition in SQL, written by a user.
 * @throws GalleyError `data.invalid_sql`, `data.unknown_column`
 */
export async function rowsWhere(connection: DuckDBConnection, source: RowSource, where: string): Promise<RowSource> {
  const condition = await checkExpression(connection, where, source.columns, { type: 'boolean' });
  const read = source.columns.filter((column) => condition.columns.includes(column.name));
  const prefix = unusedPrefix(source.columns.map((column) => column.name));
  const named = read.map((column) => `, ${column.sql} AS ${sqlName(column.name)}`).join('');
  const placedRows = `SELECT *, file_index AS ${prefix}file, file_row_number AS ${prefix}row${named} FROM ${source.table}`;
  const table = `(SELECT * FROM (${placedRows}) WHERE ${condition.sql})`;
  return placed({ ...source, table, file: `${prefix}file`, fileRow: `${prefix}row` });
}

/** One file of the source under the same names. */
export function oneFile(source: RowSource, path: string): string {
  return aliased(parquetTable([path]), source.columns);
}

/** The columns of those names, all where none are given. @throws GalleyError `data.unknown_column` */
export function chosenColumns(source: RowSource, names: readonly string[] | undefined): NamedColumn[] {
  if (names === undefined) return source.columns;
  const byName = new Map(source.columns.map((column) => [column.name, column]));
  return names.map((name) => {
    const column = byName.get(name);
    if (column) return column;
    throw unknownColumn(name, [...byName.keys()]);
  });
}
