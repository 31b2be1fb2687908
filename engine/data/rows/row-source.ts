import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { parquetTable, sqlText } from '../../store/duck.ts';
import type { StoredVersion } from '../store.ts';
import { readablePaths } from '../versions/reading-form.ts';
import type { NamedColumn } from './row-filter.ts';

/** The Parquet files of a version as queries over rows read them. */
export interface RowSource {
  columns: NamedColumn[];
  files: { path: string; first: number; rows: number }[];
  rows: number;
  /** All rows, their columns named `c0`, `c1`, … so that no name of a dataset hides one of DuckDB's. */
  table: string;
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
  const columns = version.manifest.schema.map((column, index) => ({ ...column, sql: `c${index}` }));
  let rows = 0;
  const files = paths.map((path) => {
    const file = { path, first: rows, rows: knownRows.get(path) ?? 0 };
    rows += file.rows;
    return file;
  });
  const firsts = files.map((file) => file.first).join(', ');
  return {
    columns,
    files,
    rows,
    table: aliased(parquetTable(paths), columns),
    position:
      files.length === 1 ? 'file_row_number' : `([${firsts}]::BIGINT[])[file_index::BIGINT + 1] + file_row_number`,
  };
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
    throw new GalleyError('data.unknown_column', `There is no column "${name}".`, {
      details: { column: name, columns: source.columns.map((known) => known.name) },
    });
  });
}
