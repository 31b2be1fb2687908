import { statSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../base/errors.ts';
import { suggestName } from '../base/nearest-name.ts';
import { csvTextTable, openDuck, parquetTable, sqlName, sqlText } from '../store/duck.ts';

/** A CSV, Parquet or NDJSON file of a user, opened for the time of some work. */
export interface TableFile {
  connection: DuckDBConnection;
  columns: string[];
  /** The file as SQL, these columns as they are written in it, as text. */
  table(columns: readonly string[]): string;
}

export interface TableFileOptions {
  /** More folders that SQL may read. */
  folders?: readonly string[];
  temporaryFolder: string;
}

/**
 * Opens a file, by the end of its name, in a DuckDB of its own that reaches nothing else.
 * @throws GalleyError `data.file_not_found`, `monitor.unreadable_file`
 */
export async function withTableFile<Result>(
  path: string,
  { folders = [], temporaryFolder }: TableFileOptions,
  work: (file: TableFile) => Promise<Result>,
): Promise<Result> {
  if (!isFile(path)) throw new GalleyError('data.file_not_found', `There is no file ${path}.`, { details: { path } });
  const reader = readers[extname(path).toLowerCase()];
  if (!reader) throw unreadable(path, 'its name ends neither in .csv, .parquet, .ndjson nor .jsonl');
  const duck = await openDuck({ allowed: [path, dirname(path), ...folders], temporaryFolder });
  const connection = await duck.connect();
  try {
    const columns = await columnsOf(connection, path, reader);
    return await work({ connection, columns, table: (wanted) => `(${reader.select(path, wanted)})` });
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

/** Whether a file, not a folder, is there. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Rethrows what a query over a file failed with as a fault of the file. */
export function unreadable(path: string, reason: string, cause?: unknown): GalleyError {
  const [firstLine] = reason.split('\n');
  return new GalleyError('monitor.unreadable_file', `${path} cannot be read: ${firstLine}`, {
    details: { path },
    cause,
  });
}

/** @throws GalleyError `monitor.unknown_column` */
export function requireColumn(path: string, columns: readonly string[], name: string): void {
  if (columns.includes(name)) return;
  throw new GalleyError('monitor.unknown_column', `${path} has no column "${name}". ${suggestName(name, columns)}`, {
    details: { path, column: name, columns },
  });
}

interface Reader {
  /** All columns, for their names. */
  all(path: string): string;
  select(path: string, columns: readonly string[]): string;
}

const asText = (columns: readonly string[]) =>
  columns.map((name) => `${sqlName(name)}::VARCHAR AS ${sqlName(name)}`).join(', ');

const csv: Reader = {
  all: csvTextTable,
  select: (path, columns) => `SELECT ${columns.map(sqlName).join(', ')} FROM ${csvTextTable(path)}`,
};

const parquet: Reader = {
  all: (path) => parquetTable([path]),
  select: (path, columns) => `SELECT ${asText(columns)} FROM ${parquetTable([path])}`,
};

const ndjson: Reader = {
  all: (path) => `read_json(${sqlText(path)}, format = 'newline_delimited')`,
  select: (path, columns) => {
    // Named columns are not guessed at: a text that looks like a time stays as it is written.
    const types = columns.map((name) => `${sqlName(name)}: 'VARCHAR'`).join(', ');
    return `SELECT * FROM read_json(${sqlText(path)}, format = 'newline_delimited', columns = {${types}})`;
  },
};

const readers: Record<string, Reader> = { '.csv': csv, '.parquet': parquet, '.ndjson': ndjson, '.jsonl': ndjson };

async function columnsOf(connection: DuckDBConnection, path: string, reader: Reader): Promise<string[]> {
  try {
    return (await connection.runAndReadAll(`SELECT * FROM ${reader.all(path)} LIMIT 0`)).columnNames();
  } catch (error) {
    throw unreadable(path, (error as Error).message, error);
  }
}
