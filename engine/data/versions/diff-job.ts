import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { hashFile } from '../../base/hash-file.ts';
import type { Difference } from '../../contract/data-comparison.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { commonColumns } from './diff-columns.ts';
import { columnDrift } from './diff-drift.ts';
import { keepExamples, writeDifferences } from './diff-examples.ts';
import { type DiffMasking, pseudonymKey } from './diff-masking.ts';
import { type ComparedTables, compareRows } from './diff-tables.ts';

export type { DiffMasking };

/** A version as it is compared. */
export interface DiffSide {
  /** Parquet files in the order of their rows. */
  paths: string[];
  schema: SchemaColumn[];
  rows: number;
}

export interface DiffInput {
  from: DiffSide;
  to: DiffSide;
  /** Columns that tell rows apart, all of them common; none: rows are counted by their content. */
  key: string[];
  /** Every row that differs is written as a file of this form; else the comparison is made and examples are kept. */
  exportAs: 'csv' | 'parquet' | null;
  /** What becomes of marked columns in the file. */
  mask?: DiffMasking | undefined;
}

export interface DiffOutput extends Pick<Difference, 'rows' | 'duplicateKeys' | 'changed' | 'columns' | 'kept'> {
  /** Parquet file with the rows that are kept, in the staging folder; null where no row differs. */
  rowsFile: string | null;
}

export interface DiffExportOutput {
  file: string;
  rows: number;
  sha256: string;
}

/** Compares two versions (see `compareRows`), or writes all that differs. */
export async function runDiffJob(input: DiffInput, job: JobContext): Promise<DiffOutput | DiffExportOutput> {
  const duck = await openDuck({
    allowed: [...new Set([...input.from.paths, ...input.to.paths])],
    temporaryFolder: job.stagingFolder,
    threads: Math.min(4, availableParallelism()),
  });
  try {
    return input.exportAs === null ? await compare(duck, input, job) : await exportAll(duck, input, job);
  } finally {
    duck.closeSync();
  }
}

function tablesOf(input: DiffInput): ComparedTables {
  const { from, to, key } = input;
  return { from, to, key, common: commonColumns(from.schema, to.schema) };
}

async function compare(duck: DuckDBInstance, input: DiffInput, job: JobContext): Promise<DiffOutput> {
  const tables = tablesOf(input);
  const connection = await duck.connect();
  try {
    const [rows, columns] = await Promise.all([
      compareRows(connection, tables, job),
      columnDrift(duck, tables, job.throwIfCanceled),
    ]);
    job.throwIfCanceled();
    job.progress({ phase: 'keeping rows', done: 0, total: 0 });
    const rowsFile = join(job.stagingFolder, 'rows.parquet');
    const kept = await keepExamples(connection, tables, rowsFile);
    return { ...rows, columns, kept, rowsFile: kept.added + kept.removed + kept.changed === 0 ? null : rowsFile };
  } finally {
    connection.closeSync();
  }
}

async function exportAll(duck: DuckDBInstance, input: DiffInput, job: JobContext): Promise<DiffExportOutput> {
  const tables = tablesOf(input);
  const connection = await duck.connect();
  try {
    const { rows } = await compareRows(connection, tables, job);
    job.progress({ phase: 'writing', done: 0, total: 0 });
    const file = join(job.stagingFolder, `differences.${input.exportAs}`);
    await writeDifferences(connection, tables, file, {
      format: input.exportAs ?? 'csv',
      mask: input.mask,
      key: job.secrets[pseudonymKey],
    });
    job.throwIfCanceled();
    return { file, rows: rows.added + rows.removed + (rows.changed ?? 0), sha256: await hashFile(file) };
  } finally {
    connection.closeSync();
  }
}
