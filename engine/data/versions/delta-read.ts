import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { copyStatement, wideColumns } from '../sources/csv-load.ts';
import { mergedRows, neutralNames, ownNames, positionedRows } from './delta-sql.ts';
import type { PartFile } from './leaf-reader.ts';
import { type ReadForm, rowsOf, splitParts } from './stored-form.ts';

/** What long work over rows needs. */
export interface RowWork {
  connection: DuckDBConnection;
  progress(done: number, total: number): void;
  throwIfCanceled(): void;
}

/** Cells and bytes that one statement sorts; of wide tables what it writes takes as much again. */
const cellsAtOnce = 10_000_000;
const cellsOfWide = 5_000_000;
const bytesAtOnce = 256 << 20;

/** Some consecutive rows of a version as SQL with the neutral columns, and how many they are. */
export interface RowRange {
  sql: string;
  rows: number;
}

async function bytesOfRow(connection: DuckDBConnection, files: readonly PartFile[]): Promise<number> {
  const list = files.map(({ path }) => sqlText(path)).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT coalesce(sum(total_uncompressed_size), 0)::DOUBLE FROM parquet_metadata([${list}])`,
  );
  return Number(reader.getRows()[0]?.[0]) / Math.max(1, rowsOf(files));
}

/** Rows of such files that one statement may sort. */
export async function rowsAtOnce(
  connection: DuckDBConnection,
  schema: readonly SchemaColumn[],
  files: readonly PartFile[],
): Promise<number> {
  const byBytes = Math.floor(bytesAtOnce / Math.max(1, await bytesOfRow(connection, files)));
  const cells = schema.length > wideColumns ? cellsOfWide : cellsAtOnce;
  return Math.max(1024, Math.min(byBytes, Math.floor(cells / schema.length)));
}

/** How many rows of a version begin at positions of its parts before each of these, ascending. */
async function rowsBefore(
  connection: DuckDBConnection,
  deltaPath: string,
  positions: readonly number[],
): Promise<number[]> {
  const counts = positions.map(
    (position) =>
      `${position} + coalesce(sum(CASE WHEN position >= ${position} THEN 0 WHEN sequence = 0 THEN -1 ELSE 1 END), 0)::BIGINT`,
  );
  const reader = await connection.runAndReadAll(
    `SELECT unnest([${counts.join(', ')}])::DOUBLE FROM read_parquet(${sqlText(deltaPath)})`,
  );
  return reader.getRows().map(([count]) => Number(count));
}

/**
 * The rows of a stored version in their order, in ranges of a size that is sorted in little memory.
 * @param mostRows of a range, where it is not to be told by their size
 */
export async function rowRanges(connection: DuckDBConnection, form: ReadForm, mostRows?: number): Promise<RowRange[]> {
  const { schema, delta } = form;
  const { counted, later } = splitParts(form);
  const ranges: RowRange[] = [];
  if (delta) {
    const total = rowsOf(counted);
    const step = mostRows ?? (await rowsAtOnce(connection, schema, counted));
    const starts = Array.from({ length: Math.max(1, Math.ceil(total / step)) }, (_, index) => index * step);
    const bounds = [...starts, total + 1];
    const before = await rowsBefore(connection, delta.path, bounds);
    starts.forEach((from, index) => {
      const to = bounds[index + 1] as number;
      const isLast = index === starts.length - 1;
      const rows = (before[index + 1] as number) - (before[index] as number) - (isLast ? 1 : 0);
      if (rows > 0) ranges.push({ sql: mergedRows(schema, counted, delta.path, from, to), rows });
    });
  }
  for (const file of later) {
    const step = mostRows ?? (await rowsAtOnce(connection, schema, [file]));
    for (let from = 0; from < file.rows; from += step) {
      const to = Math.min(file.rows, from + step);
      const rows = positionedRows(schema, [file], from, to);
      const sql = `SELECT ${neutralNames(schema)} FROM (${rows}) AS rows_of_file ORDER BY position`;
      ranges.push({ sql, rows: to - from });
    }
  }
  return ranges;
}

/**
 * Writes the rows of the parts that a delta counts as the version has them: Parquet files in order, of bounded size
 * and made in bounded memory. Without a delta there is nothing to write.
 */
export async function writeWhole(work: RowWork, form: ReadForm, folder: string, name: string): Promise<PartFile[]> {
  const { counted } = splitParts(form);
  const ranges = await rowRanges(work.connection, { ...form, parts: counted });
  const total = rowsOf(counted);
  const files: PartFile[] = [];
  let done = 0;
  for (const { sql, rows } of ranges) {
    work.throwIfCanceled();
    work.progress(done, total);
    const path = join(folder, `${name}-${String(files.length).padStart(5, '0')}.parquet`);
    const query = `SELECT ${ownNames(form.schema)} FROM (${sql}) AS rows_in_order`;
    const written = await work.connection.runAndReadAll(copyStatement(query, path, form.schema.length));
    if (Number(written.getRows()[0]?.[0]) !== rows) throw new Error(`a range of ${rows} rows came out otherwise`);
    files.push({ path, rows });
    done += rows;
  }
  return files;
}

/** The version's rows as whole Parquet files in order: what is at hand, else written into the folder. */
export async function wholeFiles(work: RowWork, form: ReadForm, folder: string, name: string): Promise<PartFile[]> {
  if (!form.delta) return form.parts;
  const whole = form.whole ?? (await writeWhole(work, form, folder, name));
  return [...whole, ...splitParts(form).later];
}
