import { availableParallelism } from 'node:os';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile } from '../../contract/data.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import { profileColumns } from '../profile/profile.ts';
import type { SchemaColumn } from '../schema.ts';
import { wideColumns } from '../sources/csv-load.ts';
import { datasetIdentity, leafRows } from './identity.ts';
import { hashLeaves, type PartFile } from './leaf-reader.ts';
import { rowsOf } from './stored-form.ts';

/** Reading leaves is a stream: what it takes beyond this is spilled. */
const identityMemory = '500MB';

/** Rows that have an identity. */
export interface DescribedRows {
  schema: SchemaColumn[];
  rows: number;
  identity: string;
  leaves: string[];
  profile: ColumnProfile[];
}

/** Rows at the beginning whose leaves are known. */
export interface KnownRows {
  rows: number;
  leaves: string[];
}

/** The identity of rows in Parquet files. */
export async function identifyRows(
  schema: SchemaColumn[],
  files: readonly PartFile[],
  job: JobContext,
  known: KnownRows = { rows: 0, leaves: [] },
): Promise<{ identity: string; leaves: string[] }> {
  const rows = rowsOf(files);
  const wholeLeaves = Math.floor(known.rows / leafRows);
  const duck = await openDuck({
    allowed: files.map((file) => file.path),
    temporaryFolder: job.stagingFolder,
    memoryLimit: identityMemory,
    threads: 1,
    isFrugal: schema.length > wideColumns,
  });
  try {
    const leaves = await hashLeaves(duck, schema, files, {
      concurrency: Math.min(4, availableParallelism()),
      from: wholeLeaves * leafRows,
      progress: (done) => job.progress({ phase: 'identifying', done, total: rows - wholeLeaves * leafRows }),
      throwIfCanceled: job.throwIfCanceled,
    });
    const all = [...known.leaves.slice(0, wholeLeaves), ...leaves];
    return { leaves: all, identity: datasetIdentity(schema, rows, all) };
  } finally {
    duck.closeSync();
  }
}

/** Identity and profile of rows in Parquet files. */
export async function describeRows(
  connection: DuckDBConnection,
  schema: SchemaColumn[],
  files: readonly PartFile[],
  job: JobContext,
  known?: KnownRows,
): Promise<DescribedRows> {
  const rows = rowsOf(files);
  const paths = files.map((file) => file.path);
  const identified = identifyRows(schema, files, job, known);
  if (schema.length > wideColumns) await identified; // each of the two takes memory for every column
  const [identity, profile] = await Promise.all([identified, profileColumns(connection, paths, schema, rows)]);
  return { schema, rows, ...identity, profile };
}
