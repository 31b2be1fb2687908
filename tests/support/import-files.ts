import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportOptions } from '../../engine/contract/import-options.ts';
import {
  type ImportedVersion,
  type ImportInput,
  type ImportOutput,
  runImportJob,
} from '../../engine/data/versions/import-job.ts';
import type { Cell } from '../../engine/data/versions/views.ts';
import { cellOf } from '../../engine/data/versions/views.ts';
import type { JobContext } from '../../engine/jobs/job-process.ts';
import { openDuck, parquetTable } from '../../engine/store/duck.ts';
import { quietJob } from './quiet-job.ts';
import { temporaryFolder } from './temporary.ts';

/** A job's surroundings without a process, in a folder that goes with the test. */
export function jobContext(stagingFolder = temporaryFolder()): JobContext {
  return quietJob(stagingFolder);
}

/** Runs an import in this process. */
export function importHere(input: Partial<ImportInput> & Pick<ImportInput, 'files'>): Promise<ImportOutput> {
  return runImportJob({ same: [], skip: [], ...input }, jobContext());
}

/** Imports files as a new version. */
export async function importNew(...paths: string[]): Promise<ImportedVersion> {
  return (await importHere({ files: paths.map((path) => ({ path })) })) as ImportedVersion;
}

/** Imports a text as a CSV file. */
export async function importText(
  text: string | Uint8Array,
  name = 'table.csv',
  options: ImportOptions = {},
): Promise<ImportedVersion> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return (await importHere({ files: [{ path }], options })) as ImportedVersion;
}

/** All rows of an imported version. */
export async function rowsOf(version: ImportedVersion): Promise<Cell[][]> {
  const paths = version.parts.map((part) => part.file);
  const duck = await openDuck({ allowed: paths, temporaryFolder: temporaryFolder() });
  const connection = await duck.connect();
  try {
    const rows = (await connection.runAndReadAll(`FROM ${parquetTable(paths)}`)).getRowsJson();
    return rows.map((row) => row.map((value, index) => cellOf(version.schema[index]?.type ?? 'text', value)));
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}
