import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { Problem } from '../../contract/values.ts';
import { openDuck, parquetTable, sqlName, sqlText } from '../../store/duck.ts';
import { uniqueNames } from '../sources/unique-names.ts';
import type { RowReader, SourceColumn, SourceRow } from './databases/database.ts';
import { castsOf, countValues } from './typed-columns.ts';

const memoryLimit = '400MB';
const leastLine = 2 << 20;
const leastBuffer = 32 << 20;

export interface StageOptions {
  folder: string;
  /** Name of the Parquet file to make, in the folder. */
  file: string;
  throwIfCanceled(): void;
  onRows(done: number): void;
}

export interface StagedRows {
  path: string;
  rows: number;
  warnings: Problem[];
}

/** The column of a place while its values are text. */
const staged = (place: number) => `c${place}`;

/**
 * Writes the rows of a database as one Parquet file in their order. They first go to the disk as text, so that memory
 * does not grow with them; once all are known, each column gets the type that its database says, if every value fits it,
 * and else stays text with a warning.
 */
export async function stageRows(reader: RowReader, options: StageOptions): Promise<StagedRows> {
  const { names, warnings } = uniqueNames(reader.names, 1);
  const textFile = join(options.folder, 'rows.text');
  const written = await writeText(reader, textFile, options);
  if (written.rows === 0) throw new GalleyError('data.no_rows', 'The table or query has no row.');
  const duck = await openDuck({ allowed: [options.folder], temporaryFolder: options.folder, memoryLimit });
  const connection = await duck.connect();
  try {
    const texts = join(options.folder, 'texts.parquet');
    await copy(connection, `FROM ${textTable(textFile, names.length, written.longest)}`, texts);
    rmSync(textFile);
    options.throwIfCanceled();
    const path = join(options.folder, options.file);
    const kept = await copyTyped(connection, reader.columns(), names, texts, path);
    rmSync(texts);
    return { path, rows: written.rows, warnings: [...reader.warnings, ...warnings, ...kept] };
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function copy(connection: DuckDBConnection, query: string, target: string): Promise<void> {
  await connection.run(`COPY (${query}) TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`);
}

/** Every value in quotes; a missing one is `\N` without. */
function lineOf(row: SourceRow): string {
  return `${row.map((value) => (value === null ? '\\N' : `"${value.replaceAll('"', '""')}"`)).join(',')}\n`;
}

async function writeText(
  reader: RowReader,
  path: string,
  { throwIfCanceled, onRows }: StageOptions,
): Promise<{ rows: number; longest: number }> {
  const file = openSync(path, 'w');
  let rows = 0;
  let longest = 0;
  try {
    for await (const batch of reader.batches()) {
      throwIfCanceled();
      const lines = batch.map(lineOf);
      // UTF-8 takes at most three bytes for what a string counts as one.
      longest = lines.reduce((most, line) => Math.max(most, line.length * 3), longest);
      writeSync(file, lines.join(''));
      rows += batch.length;
      onRows(rows);
    }
  } finally {
    closeSync(file);
  }
  return { rows, longest };
}

function textTable(path: string, width: number, longest: number): string {
  const columns = Array.from({ length: width }, (_, place) => `${staged(place)}: 'VARCHAR'`).join(', ');
  const line = Math.max(leastLine, longest);
  return `read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"',
    new_line = '\\n', nullstr = '\\N', allow_quoted_nulls = false, parallel = false, columns = {${columns}},
    max_line_size = ${line}, buffer_size = ${Math.max(leastBuffer, line * 2)})`;
}

/** Writes the texts with their types; a column that loses a value that way is written as text after all. */
async function copyTyped(
  connection: DuckDBConnection,
  columns: SourceColumn[],
  names: string[],
  texts: string,
  target: string,
): Promise<Problem[]> {
  const source = parquetTable([texts]);
  const places = columns.map((_, place) => staged(place));
  const wishes = columns.map(({ wish }, place) => ({ column: staged(place), wish }));
  const casts = await castsOf(connection, source, wishes);
  const write = () => {
    const selects = casts.map((cast, place) => `${cast ?? staged(place)} AS ${sqlName(names[place] as string)}`);
    return copy(connection, `SELECT ${selects.join(', ')} FROM ${source}`, target);
  };
  await write();
  const before = await countValues(connection, source, places);
  const after = await countValues(connection, parquetTable([target]), names.map(sqlName));
  for (const place of casts.keys()) if (before[place] !== after[place]) casts[place] = undefined;
  if (before.some((values, place) => values !== after[place])) await write();
  return columns.flatMap(({ wish }, place) =>
    wish.type !== 'text' && casts[place] === undefined ? [keptAsText(names[place] as string)] : [],
  );
}

function keptAsText(column: string): Problem {
  return {
    code: 'data.kept_as_text',
    column,
    message: `Column "${column}" stays text: some of its values do not fit the type that the database gives it.`,
  };
}
