import { availableParallelism } from 'node:os';
import type { DuckDBInstance } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { ColumnProfile } from '../../contract/data.ts';
import type { CheckResult } from '../../contract/data-expectations.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Problem } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import { type CheckInput, pathsOfCheck } from '../expectations/check-input.ts';
import { checkStaged } from '../expectations/check-staged.ts';
import { profileColumns } from '../profile/profile.ts';
import type { SchemaColumn } from '../schema.ts';
import { dialectOf } from '../sources/csv-file.ts';
import { LoadAhead } from '../sources/load-ahead.ts';
import { isDiskFull, type ReadContext } from '../sources/read-context.ts';
import {
  type ImportedPart,
  type ReadFile,
  readFile,
  requireSchema,
  schemaOf,
  writePart,
} from '../sources/read-file.ts';
import { openSource, type SourceFile } from '../sources/source-file.ts';
import { datasetIdentity, leafRows } from './identity.ts';
import { hashLeaves, type PartFile } from './leaf-reader.ts';

const leastMegabytes = 400;
const megabytesPerColumn = 0.4;
/** For files whose columns are not known before they are opened. */
const unknownColumns = 2500;

/** The version that rows are appended to. */
export interface AppendTarget {
  schema: SchemaColumn[];
  parts: PartFile[];
  leaves: string[];
}

export interface ImportInput {
  files: { path: string; name?: string }[];
  options?: ImportOptions;
  append?: AppendTarget;
  /** md5 of the sources of the latest version: where the files have these in this order, nothing is imported. */
  same: string[];
  /** md5 of sources that are left out because they were appended before. */
  skip: string[];
  /** What the rows must be like. */
  check?: CheckInput | null;
  /** Make the version although expectations that block fail. */
  acceptFailures?: boolean;
  /** Identity of the latest version: the same rows again are not checked again. */
  before?: string | undefined;
}

export type ImportOutput = { unchanged: true; warnings: Problem[] } | ImportedVersion;

export interface ImportedVersion {
  unchanged: false;
  schema: SchemaColumn[];
  rows: number;
  identity: string;
  leaves: string[];
  /** The parts that are new, in order. */
  parts: ImportedPart[];
  profile: ColumnProfile[];
  warnings: Problem[];
  /** What the expectations found, null where nothing is expected. */
  checks: CheckResult[] | null;
}

function sameSources(same: readonly string[], files: readonly ReadFile[]): boolean {
  return same.length === files.length && same.every((md5, index) => md5 === files[index]?.md5);
}

/** Files that are not yet part of the version, with a warning for each other one. */
function newFiles(skip: readonly string[], files: readonly ReadFile[]): { files: ReadFile[]; warnings: Problem[] } {
  const known = files.filter((file) => skip.includes(file.md5));
  return {
    files: files.filter((file) => !known.includes(file)),
    warnings: known.map(({ source }) => ({
      code: 'data.already_appended',
      message: `${source.name} is part of the latest version already and was left out.`,
    })),
  };
}

async function identify(
  input: ImportInput,
  schema: SchemaColumn[],
  parts: PartFile[],
  rows: number,
  context: JobContext,
): Promise<{ identity: string; leaves: string[] }> {
  const before = input.append?.parts.reduce((sum, part) => sum + part.rows, 0) ?? 0;
  const wholeLeaves = Math.floor(before / leafRows);
  const duck = await openDuck({
    allowed: parts.map((part) => part.path),
    temporaryFolder: context.stagingFolder,
    threads: 1,
  });
  try {
    const leaves = await hashLeaves(duck, schema, parts, {
      concurrency: Math.min(4, availableParallelism()),
      from: wholeLeaves * leafRows,
      progress: (done) => context.progress({ phase: 'identifying', done, total: rows - wholeLeaves * leafRows }),
      throwIfCanceled: context.throwIfCanceled,
    });
    const all = [...(input.append?.leaves.slice(0, wholeLeaves) ?? []), ...leaves];
    return { leaves: all, identity: datasetIdentity(schema, rows, all) };
  } finally {
    duck.closeSync();
  }
}

/**
 * What DuckDB may take in megabytes: its writer keeps a page of every column, and what the reader is ahead of the writer
 * fills whatever else there is.
 */
function memoryMegabytes(sources: readonly SourceFile[]): number {
  const columns = sources.map(({ path, bytes, name, kind }) => {
    if (kind !== 'utf8') return unknownColumns;
    try {
      return dialectOf(path, bytes, name).dialect.names.length;
    } catch {
      return 0; // reading the file will say what is wrong with it
    }
  });
  return Math.max(leastMegabytes, Math.ceil(Math.max(...columns) * megabytesPerColumn));
}

/** Reads files, writes them as Parquet into the staging folder, and tells what version they make. */
export async function runImportJob(input: ImportInput, job: JobContext): Promise<ImportOutput> {
  const sources = input.files.map(({ path, name }) => openSource(path, name));
  const duck = await openDuck({
    allowed: [
      ...sources.map((source) => source.path),
      ...(input.append?.parts.map((part) => part.path) ?? []),
      ...pathsOfCheck(input.check),
    ],
    temporaryFolder: job.stagingFolder,
    memoryLimit: `${memoryMegabytes(sources)}MB`,
  });
  const connection = await duck.connect();
  const context: ReadContext = {
    stagingFolder: job.stagingFolder,
    connection,
    progress: (phase, done, total) => job.progress({ phase, done, total }),
    throwIfCanceled: job.throwIfCanceled,
  };
  try {
    return await importWith(duck, context, sources, input, job);
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new GalleyError('store.disk_full', 'The disk is full; nothing was added.', { cause });
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function importWith(
  duck: DuckDBInstance,
  context: ReadContext,
  sources: readonly SourceFile[],
  input: ImportInput,
  job: JobContext,
): Promise<ImportOutput> {
  const alone = sources.length === 1 ? sources[0] : undefined;
  const ahead = alone && (await LoadAhead.begin(duck, alone, job.stagingFolder, input.append?.schema));
  try {
    const read: ReadFile[] = [];
    for (const source of sources) read.push(await readFile(source, context, input.options));
    const { files, warnings } = newFiles(input.skip, read);
    if (files.length === 0 || sameSources(input.same, files)) return { unchanged: true, warnings };
    const chosen = input.append ? { schema: input.append.schema, warnings: [] } : schemaOf(files);
    for (const file of files) requireSchema(file, chosen.schema);
    const parts: ImportedPart[] = [];
    for (const [index, file] of files.entries())
      parts.push(await writePart(file, chosen.schema, index, context, ahead));
    return await describe(context, input, job, chosen.schema, files, parts, [...warnings, ...chosen.warnings]);
  } finally {
    await ahead?.drop();
  }
}

async function describe(
  context: ReadContext,
  input: ImportInput,
  job: JobContext,
  schema: SchemaColumn[],
  files: readonly ReadFile[],
  parts: ImportedPart[],
  warnings: Problem[],
): Promise<ImportedVersion> {
  const all = [...(input.append?.parts ?? []), ...parts.map(({ file, rows }) => ({ path: file, rows }))];
  const rows = all.reduce((sum, part) => sum + part.rows, 0);
  const paths = all.map((part) => part.path);
  const [identified, profile] = await Promise.all([
    identify(input, schema, all, rows, job),
    profileColumns(context.connection, paths, schema, rows),
  ]);
  const rowsBefore = rows - parts.reduce((sum, part) => sum + part.rows, 0);
  const checks =
    input.check && identified.identity !== input.before
      ? await checkStaged({ connection: context.connection, paths, schema, rows }, input.check, {
          acceptFailures: input.acceptFailures === true,
          files: files.map((file, index) => ({ file, rows: parts[index]?.rows ?? 0 })),
          rowsBefore,
          job,
        })
      : null;
  return { unchanged: false, schema, rows, ...identified, parts, profile, warnings, checks };
}
