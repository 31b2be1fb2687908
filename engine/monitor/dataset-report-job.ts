import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FrameColumn } from '../base/frame.ts';
import type { ColumnDrift, DriftDefinition, DriftThresholds, NotCompared } from '../contract/monitor-drift.ts';
import type { MultivariateDrift } from '../contract/monitor-multivariate.ts';
import type { ColumnType } from '../contract/values.ts';
import { withTableFile } from '../data/for-jobs.ts';
import type { ReadableVersion } from '../data/index.ts';
import type { JobContext } from '../jobs/job-process.ts';
import type { DriftColumn } from '../statistics/drift.ts';
import { driftColumn } from '../statistics/drift-columns.ts';
import type { DriftSample } from '../statistics/drift-sample.ts';
import { openDuck, parquetTable, sqlName, sqlText } from '../store/duck.ts';
import { readFrame } from '../store/frames.ts';
import { type ReadColumn, readSamples } from './column-samples.ts';
import { type ColumnPairing, pairColumns, pairVersions, withoutChanged } from './compared-columns.ts';
import { compareSamples, settingsFor } from './drift.ts';
import { unreadable } from './given-file.ts';
import { multivariateOfDatasets } from './multivariate/dataset-multivariate.ts';

/** What is compared with the reference, and which of its columns. */
interface CurrentRows {
  paths: string[];
  pairing: ColumnPairing;
}

/** Rows to compare, as Parquet files in the order of their rows. */
export interface ComparedRows {
  paths: string[];
  schema: ReadColumn[];
}

export interface DatasetReportInput {
  reference: Pick<ReadableVersion, 'paths' | 'rows' | 'schema'> & {
    /** `NAME@3`, for messages. */
    name: string;
  };
  /** Rows of a version, or a CSV, Parquet or NDJSON file that is read in the reference's types. */
  current: ComparedRows | { file: string };
  definition: DriftDefinition;
  thresholds: DriftThresholds;
  /** Leaves out what compares the columns together, which takes longer than all of them one by one. */
  columnsOnly?: boolean;
}

export interface DatasetReportOutput {
  /** Of what is compared with the reference. */
  rows: number;
  drifts: ColumnDrift[];
  notCompared: NotCompared[];
  multivariate: MultivariateDrift;
  /** Missing values of each column that both have. */
  missing: Record<string, number>;
}

const minimumRows = 30;
/** Cells that are read at once; a wide table is not read column by column, a long one not as a whole. */
const cellsAtOnce = 4_000_000;

/**
 * Compares rows with those of a version, column by column.
 * @throws GalleyError `monitor.nothing_to_compare`, `monitor.unreadable_file`, and what reading a file throws
 */
export async function runDatasetReportJob(input: DatasetReportInput, job: JobContext): Promise<DatasetReportOutput> {
  const { current } = input;
  job.progress({ phase: 'reading', done: 0, total: 0 });
  const rows: CurrentRows =
    'file' in current
      ? await rowsOfFile(current.file, input, job)
      : { paths: current.paths, pairing: pairVersions(input.reference, current.schema) };
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
  { reference, definition, thresholds, columnsOnly = false }: DatasetReportInput,
  current: CurrentRows,
  job: JobContext,
): Promise<DatasetReportOutput> {
  const { compared, notCompared } = current.pairing;
  const rows = await rowsOf(connection, current.paths);
  const settings = { definition, thresholds, columnCount: compared.length, minimumRows };
  const drifts: ColumnDrift[] = [];
  const missing: [string, number][] = [];
  const together = Math.max(1, Math.floor(cellsAtOnce / Math.max(1, reference.rows + rows)));
  for (let start = 0; start < compared.length; start += together) {
    const group = compared.slice(start, start + together);
    const before = await readSamples(connection, reference.paths, group, reference.rows);
    job.throwIfCanceled();
    const now = await readSamples(connection, current.paths, group, rows);
    for (const [index, column] of group.entries()) {
      job.throwIfCanceled();
      job.progress({ phase: 'comparing', done: start + index, total: compared.length });
      const [first, second] = [before[index], now[index]] as [DriftSample, DriftSample];
      missing.push([column.name, second.missing]);
      const inOrder = thresholds === 'chunks' ? await columnOf(connection, reference.paths, column) : null;
      const ofColumn = inOrder ? settingsFor(inOrder, second.rows, settings) : settings;
      drifts.push(compareSamples(first, second, column.type, null, ofColumn));
    }
  }
  job.throwIfCanceled();
  job.progress({ phase: 'comparing', done: compared.length, total: compared.length });
  const sides = [reference, { paths: current.paths, rows }] as const;
  const asWhole = columnsOnly ? [] : compared;
  const multivariate = await multivariateOfDatasets(connection, ...sides, asWhole, minimumRows);
  return { rows, drifts, notCompared, multivariate, missing: Object.fromEntries(missing) };
}

/** By row, for the chunks of its reference, which are of rows in their order. */
async function columnOf(connection: DuckDBConnection, paths: string[], column: ReadColumn): Promise<DriftColumn> {
  const { columns } = await readFrame(connection, paths, [column]);
  return driftColumn(column.name, columns[0] as FrameColumn);
}

async function rowsOf(connection: DuckDBConnection, paths: string[]): Promise<number> {
  const read = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${parquetTable(paths)}`);
  return Number(read.getRows()[0]?.[0]);
}

/** Writes the rows of a file in the types of the reference's columns; what does not fit them is missing. */
async function rowsOfFile(path: string, input: DatasetReportInput, job: JobContext): Promise<CurrentRows> {
  const folder = job.stagingFolder;
  return withTableFile(path, { folders: [folder], temporaryFolder: folder }, async (file) => {
    const { common, notCompared } = pairColumns(input.reference, file.schema);
    const wanted = common.map(({ name, type }) => ({ name, form: type === 'text' ? 'written' : 'value' }) as const);
    const target = join(folder, 'rows.parquet');
    const cast = ({ name, type }: ReadColumn) => `TRY_CAST(${sqlName(name)} AS ${sqlTypes[type]})`;
    const values = common.map((column) => `${cast(column)} AS ${sqlName(column.name)}`);
    const table = file.table(wanted);
    try {
      await file.connection.run(
        `COPY (SELECT ${values.join(', ')} FROM ${table}) TO ${sqlText(target)} (FORMAT parquet)`,
      );
      const changed = await unfitting(file.connection, table, common, cast);
      const pairing = withoutChanged(common, notCompared, file.schema, changed);
      return { paths: [target], pairing };
    } catch (error) {
      throw unreadable(path, (error as Error).message, error);
    }
  });
}

/** Columns of which the file has values, but not one that fits the reference's type. */
async function unfitting(
  connection: DuckDBConnection,
  table: string,
  columns: readonly ReadColumn[],
  cast: (column: ReadColumn) => string,
): Promise<Set<string>> {
  const doubtful = columns.filter(({ type }) => type !== 'text');
  if (doubtful.length === 0) return new Set();
  const counts = doubtful.map(
    (column) => `count(${cast(column)}) = 0 AND count(nullif(trim(${sqlName(column.name)}::VARCHAR), '')) > 0`,
  );
  const read = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM ${table}`);
  const flags = read.getRows()[0] ?? [];
  return new Set(doubtful.flatMap(({ name }, index) => (flags[index] === true ? [name] : [])));
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
