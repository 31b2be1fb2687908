import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../base/errors.ts';
import type { FrameColumn } from '../base/frame.ts';
import type { ColumnDrift } from '../contract/monitor-drift.ts';
import type { ColumnType } from '../contract/values.ts';
import { withTableFile } from '../data/for-jobs.ts';
import type { ReadableVersion } from '../data/index.ts';
import type { JobContext } from '../jobs/job-process.ts';
import type { DriftColumn, DriftDefinition } from '../statistics/drift.ts';
import { openDuck, parquetTable, sqlName, sqlText } from '../store/duck.ts';
import { readFrame } from '../store/frames.ts';
import { compareColumns } from './drift.ts';
import { driftColumn, thinned } from './drift-columns.ts';
import { unreadable } from './given-file.ts';

/** Rows to compare, as Parquet files in the order of their rows. */
export interface ComparedRows {
  paths: string[];
  columns: string[];
}

export interface DatasetReportInput {
  reference: Pick<ReadableVersion, 'paths' | 'rows' | 'schema'> & {
    /** `NAME@3`, for messages. */
    name: string;
  };
  /** Rows of a version, or a CSV, Parquet or NDJSON file that is read in the reference's types. */
  current: ComparedRows | { file: string };
  definition: DriftDefinition;
}

export interface DatasetReportOutput {
  /** Of what is compared with the reference. */
  rows: number;
  drifts: ColumnDrift[];
  /** Missing values of each column that both have. */
  missing: Record<string, number>;
}

const minimumRows = 30;
/** Cells that are read at once; a wide table is not read column by column, a long one not as a whole. */
const cellsAtOnce = 4_000_000;
/** Of larger datasets so many rows are compared, spread evenly over them. */
const comparedRows = 500_000;

/**
 * Compares rows with those of a version, column by column.
 * @throws GalleyError `monitor.nothing_to_compare`, `monitor.unreadable_file`, and what reading a file throws
 */
export async function runDatasetReportJob(input: DatasetReportInput, job: JobContext): Promise<DatasetReportOutput> {
  const { current } = input;
  job.progress({ phase: 'reading', done: 0, total: 0 });
  const rows = 'file' in current ? await rowsOfFile(current.file, input, job) : current;
  job.throwIfCanceled();
  const duck = await openDuck({
    allowed: [...new Set([...input.reference.paths, ...rows.paths])],
    temporaryFolder: job.stagingFolder,
    threads: Math.min(4, availableParallelism()),
  });
  const connection = await duck.connect();
  try {
    return await compare(connection, input, rows, job);
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function compare(
  connection: DuckDBConnection,
  { reference, definition }: DatasetReportInput,
  current: ComparedRows,
  job: JobContext,
): Promise<DatasetReportOutput> {
  const common = commonColumns(reference, current.columns);
  const settings = { definition, columnCount: common.length, minimumRows };
  const rows = await rowsOf(connection, current.paths);
  const drifts: ColumnDrift[] = [];
  const missing: [string, number][] = [];
  const together = Math.max(1, Math.floor(cellsAtOnce / Math.max(1, reference.rows + rows)));
  for (let start = 0; start < common.length; start += together) {
    const group = common.slice(start, start + together);
    const before = await readFrame(connection, reference.paths, group);
    job.throwIfCanceled();
    const now = await readFrame(connection, current.paths, group);
    for (const [index, { name, type }] of group.entries()) {
      job.throwIfCanceled();
      job.progress({ phase: 'comparing', done: start + index, total: common.length });
      const sides = [before, now].map(({ columns }) => columns[index] as FrameColumn) as [FrameColumn, FrameColumn];
      const [first, second] = sides.map((side) => thinned(driftColumn(name, side), comparedRows));
      missing.push([name, missingValues(sides[1])]);
      drifts.push(compareColumns(first as DriftColumn, second as DriftColumn, type, null, settings));
    }
  }
  return { rows, drifts, missing: Object.fromEntries(missing) };
}

async function rowsOf(connection: DuckDBConnection, paths: string[]): Promise<number> {
  const read = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${parquetTable(paths)}`);
  return Number(read.getRows()[0]?.[0]);
}

/** Writes the rows of a file in the types of the reference's columns; what does not fit them is missing. */
async function rowsOfFile(path: string, input: DatasetReportInput, job: JobContext): Promise<ComparedRows> {
  const folder = job.stagingFolder;
  return withTableFile(path, { folders: [folder], temporaryFolder: folder }, async (file) => {
    const common = commonColumns(
      input.reference,
      file.schema.map(({ name }) => name),
    );
    const wanted = common.map(({ name, type }) => ({ name, form: type === 'text' ? 'written' : 'value' }) as const);
    const target = join(folder, 'rows.parquet');
    const values = common.map(
      ({ name, type }) => `TRY_CAST(${sqlName(name)} AS ${sqlTypes[type]}) AS ${sqlName(name)}`,
    );
    const select = `SELECT ${values.join(', ')} FROM ${file.table(wanted)}`;
    try {
      await file.connection.run(`COPY (${select}) TO ${sqlText(target)} (FORMAT parquet)`);
    } catch (error) {
      throw unreadable(path, (error as Error).message, error);
    }
    return { paths: [target], columns: common.map(({ name }) => name) };
  });
}

const sqlTypes: Record<ColumnType, string> = {
  int64: 'DOUBLE',
  float64: 'DOUBLE',
  decimal: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  text: 'VARCHAR',
};

function missingValues({ values }: FrameColumn): number {
  let missing = 0;
  for (const value of values) if (value === null || Number.isNaN(value)) missing++;
  return missing;
}

/** @throws GalleyError `monitor.nothing_to_compare` */
function commonColumns(reference: DatasetReportInput['reference'], columns: string[]): ReadableVersion['schema'] {
  const common = reference.schema.filter(({ name }) => columns.includes(name));
  if (common.length > 0) return common;
  const message = `${reference.name} has no column in common with what it is compared with.`;
  throw new GalleyError('monitor.nothing_to_compare', message, {
    details: { reference: reference.schema.map(({ name }) => name), current: columns },
  });
}
