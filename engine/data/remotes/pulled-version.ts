import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { ColumnProfile } from '../../contract/data.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck, sqlText } from '../../store/duck.ts';
import { profileColumns } from '../profile/profile.ts';
import { duckType } from '../schema.ts';
import { wholeFiles } from '../versions/delta-read.ts';
import { datasetIdentity } from '../versions/identity.ts';
import { hashLeaves } from '../versions/leaf-reader.ts';
import type { Manifest } from '../versions/manifest.ts';
import { filesOf, type ReadForm, rowsOf } from '../versions/stored-form.ts';
import { damaged } from './remote-errors.ts';
import { remoteKeys, type VersionRecord } from './remote-layout.ts';

function formOf({ schema, delta, ...manifest }: Manifest, place: (blob: string) => string): ReadForm {
  const parts = [manifest.base, ...manifest.parts].map(({ blob, rows }) => ({ path: place(blob), rows }));
  return { schema, parts, ...(delta && { delta: { ...delta, path: place(delta.blob) } }) };
}

function refuse(record: VersionRecord, reason: string): Error {
  return damaged(remoteKeys.version(record.dataset, record.id), reason);
}

/** The columns of a Parquet file as DuckDB would read them, which must be those of the schema in its order. */
async function requireColumns(connection: DuckDBConnection, record: VersionRecord, path: string): Promise<void> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`);
  const found = described.getRows().map(([name, type]) => `${String(name)} ${String(type)}`);
  const wanted = record.manifest.schema.map((column) => `${column.name} ${duckType(column).replace(', ', ',')}`);
  if (found.join('\n') !== wanted.join('\n')) throw refuse(record, 'names a file with other columns than it says');
}

/**
 * Reads a pulled version in full: it must have the columns, the rows and the identity that its record says.
 * @param place where the file of a blob lies
 * @returns its profile
 * @throws GalleyError `data.remote_damaged`
 */
export async function checkPulled(
  record: VersionRecord,
  place: (blob: string) => string,
  job: JobContext,
): Promise<ColumnProfile[]> {
  const { manifest } = record;
  const form = formOf(manifest, place);
  const duck = await openDuck({ allowed: filesOf(form), temporaryFolder: job.stagingFolder, threads: 1 });
  const connection = await duck.connect();
  try {
    for (const { path } of form.parts) await requireColumns(connection, record, path);
    const { throwIfCanceled } = job;
    const work = { connection, progress: () => {}, throwIfCanceled };
    const files = await wholeFiles(work, form, job.stagingFolder, record.id);
    for (const { path } of files) await requireColumns(connection, record, path);
    const leaves = await hashLeaves(duck, manifest.schema, files, { concurrency: 2, throwIfCanceled });
    const rows = rowsOf(files);
    const identity = datasetIdentity(manifest.schema, rows, leaves);
    if (identity !== manifest.identity || rows !== manifest.rows) throw refuse(record, 'has other rows than it says');
    const paths = files.map(({ path }) => path);
    return await profileColumns(connection, paths, manifest.schema, rows);
  } catch (error) {
    if (error instanceof GalleyError) throw error;
    throw refuse(record, `names a file that cannot be read (${(error as Error).message.split('\n')[0]})`);
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}
