import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ImportOptions } from '../../contract/import-options.ts';
import { openDuck, parquetTable, sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { cellsTable } from './cells-file.ts';
import { columnReadings, csvTable } from './csv-load.ts';
import type { ReadContext } from './read-context.ts';
import { fileQuery, type ReadFile, type Reading, readFile, readingOf } from './read-file.ts';
import { openSource } from './source-file.ts';

/**
 * A column of a file, as it is written, as a value in the form that its type has in text (`1234.5`, `2024-01-31`), or, where
 * it holds numbers, as DOUBLE, of which NaN is missing.
 */
export interface WantedColumn {
  name: string;
  form: 'written' | 'value' | 'number';
}

/** A file with a table, of any format that can be imported. */
export interface TableFile {
  connection: DuckDBConnection;
  schema: readonly SchemaColumn[];
  rows: number;
  /** Another text means other rows. */
  identity: string;
  /** The file as SQL: these columns, as text or numbers. */
  table(columns: readonly WantedColumn[]): string;
  /** All columns as they are: those of formats with types keep theirs, others are text as it is written. */
  whole: WholeTable;
}

/** What stands after FROM, and an expression over it for each column of the schema. */
export interface WholeTable {
  from: string;
  expressions: readonly string[];
}

/** Uneven rows are refused: nobody sees the warning that an import would show. */
const defaultOptions: ImportOptions = { ragged: 'refuse' };

function writtenCells(file: ReadFile): (name: string) => string {
  switch (file.form) {
    case 'csv': {
      const places = new Map(file.dialect.names.map((name, place) => [name, place]));
      return (name) => `c${places.get(name)}`;
    }
    case 'cells': {
      const places = new Map(file.names.map((name, index) => [name, file.places[index]]));
      return (name) => `c${places.get(name)}`;
    }
    case 'parquet':
      return (name) => file.cells[file.schema.findIndex((column) => column.name === name)] as string;
  }
}

/** What stands after FROM, all cells as text where the format has no types. */
function sourceTable(file: ReadFile): string {
  switch (file.form) {
    case 'csv':
      return csvTable(file);
    case 'cells':
      return cellsTable(file.readable, new Array<string>(file.width).fill('VARCHAR'), file.longestRow);
    case 'parquet':
      return file.table;
  }
}

/** SQL for a value of a column in the form that is wanted. */
function formed(value: string, { name, form }: WantedColumn, schema: readonly SchemaColumn[]): string {
  return `${form === 'number' ? numberOf(value, schema, name) : `(${value})::VARCHAR`} AS ${sqlName(name)}`;
}

function numberOf(value: string, schema: readonly SchemaColumn[], name: string): string {
  const isDecimal = schema.find((column) => column.name === name)?.type === 'decimal';
  // By way of text: DuckDB divides a decimal, which does not always give the nearest number.
  return `coalesce((${value})${isDecimal ? '::VARCHAR' : ''}::DOUBLE, 'nan'::DOUBLE)`;
}

/** SQL for columns of a file. */
function columnsQuery(file: ReadFile, reading: Reading, wanted: readonly WantedColumn[]): string {
  const written = writtenCells(file);
  if (file.form !== 'csv') {
    const values = `(${fileQuery(file, reading)})`;
    const isWritten = file.form === 'cells' && wanted.every(({ form }) => form === 'written');
    const selects = wanted.map((column) =>
      formed(isWritten ? written(column.name) : sqlName(column.name), column, reading.schema),
    );
    return `SELECT ${selects.join(', ')} FROM ${isWritten ? sourceTable(file) : values}`;
  }
  const schema = reading.schema.filter(({ name }) =>
    wanted.some((column) => column.name === name && column.form !== 'written'),
  );
  const readings = columnReadings(file, schema, reading.rules);
  const selects = wanted.map((column) => {
    const value = readings.find(({ name }) => name === column.name)?.value ?? written(column.name);
    return formed(value, column, reading.schema);
  });
  const types = new Map(readings.map(({ place, read }) => [place, read]));
  return `SELECT ${selects.join(', ')} FROM ${csvTable(file, types)}`;
}

/**
 * Opens a file with the reader of imports.
 * @throws GalleyError `data.*`
 */
export async function openTableFile(
  path: string,
  context: ReadContext,
  options: ImportOptions = defaultOptions,
): Promise<TableFile> {
  const file = await readFile(openSource(path), context, options);
  const reading = await readingOf([file], context, options);
  const written = writtenCells(file);
  return {
    connection: context.connection,
    schema: reading.schema,
    rows: file.form === 'csv' ? file.scan.rows : file.rows,
    identity: file.md5,
    table: (columns) => `(${columnsQuery(file, reading, columns)})`,
    whole: { from: sourceTable(file), expressions: reading.schema.map(({ name }) => written(name)) },
  };
}

/** Rows of a version that lie in Parquet files with the columns of its schema. */
export interface StoredRows {
  paths: readonly string[];
  schema: readonly SchemaColumn[];
  rows: number;
  identity: string;
}

/** Opens stored rows as a file is opened. */
export function storedTable({ paths, schema, rows, identity }: StoredRows, connection: DuckDBConnection): TableFile {
  const from = parquetTable(paths);
  return {
    connection,
    schema,
    rows,
    identity,
    table: (columns) => {
      const selects = columns.map((column) => formed(sqlName(column.name), column, schema));
      return `(SELECT ${selects.join(', ')} FROM ${from})`;
    },
    whole: { from, expressions: schema.map(({ name }) => sqlName(name)) },
  };
}

export interface TableFileOptions {
  /** More folders that SQL may read or write. */
  folders?: readonly string[];
  temporaryFolder: string;
}

/**
 * Opens a file for the time of some work, in a DuckDB of its own that reaches nothing else.
 * @throws GalleyError `data.*`
 */
export async function withTableFile<Result>(
  path: string,
  { folders = [], temporaryFolder }: TableFileOptions,
  work: (file: TableFile) => Promise<Result>,
): Promise<Result> {
  mkdirSync(temporaryFolder, { recursive: true });
  const stagingFolder = mkdtempSync(join(temporaryFolder, 'table-'));
  const duck = await openDuck({ allowed: [path, ...folders], temporaryFolder: stagingFolder });
  const connection = await duck.connect();
  try {
    const nothing = () => {};
    return await work(
      await openTableFile(path, { stagingFolder, connection, progress: nothing, throwIfCanceled: nothing }),
    );
  } finally {
    connection.closeSync();
    duck.closeSync();
    rmSync(stagingFolder, { recursive: true, force: true });
  }
}
