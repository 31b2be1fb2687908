import type { DuckDBInstance } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { CheckResult } from '../../contract/data-expectations.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Problem } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck } from '../../store/duck.ts';
import { type CheckInput, pathsOfCheck } from '../expectations/check-input.ts';
import { checkStaged } from '../expectations/check-staged.ts';
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
import { describeRows } from './describe-rows.ts';
import {
  chooseStorage,
  defaultLimits,
  type StorageLimits,
  type StoredRows,
  storeAppended,
  wholeBefore,
} from './storage-choice.ts';
import { filesOf, type ReadForm, rowsOf, type StoredForm } from './stored-form.ts';
import { upsertRows } from './upsert.ts';

const leastMegabytes = 400;
const megabytesPerColumn = 0.4;
/** For files whose columns are not known before they are opened. */
const unknownColumns = 2500;

/** The version that rows are appended to. */
export type AppendTarget = ReadForm & Pick<StoredForm, 'leaves'>;

export interface ImportInput {
  files: { path: string; name?: string }[];
  options?: ImportOptions;
  append?: AppendTarget;
  /** The version that the files take the place of, so that only what differs is stored. */
  replaces?: StoredForm;
  /** Key columns by which the files are merged into the version that they replace. */
  upsert?: string[];
  limits?: StorageLimits;
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

export interface ImportedVersion extends StoredRows {
  unchanged: false;
  /** The files as they were read, in order. */
  parts: ImportedPart[];
  warnings: Problem[];
  /** What the expectations found, null where nothing is expected. */
  checks: CheckResult[] | null;
  /** How many rows took the place of others, where they were merged by key. */
  merged?: { changed: number };
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
      ...filesOf(input.append),
      ...filesOf(input.replaces),
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

/** The schema of the version that the files go on from, which they have to have, too. */
function extendedSchema({ append, replaces, upsert }: ImportInput): SchemaColumn[] | undefined {
  return append?.schema ?? (upsert ? replaces?.schema : undefined);
}

async function importWith(
  duck: DuckDBInstance,
  context: ReadContext,
  sources: readonly SourceFile[],
  input: ImportInput,
  job: JobContext,
): Promise<ImportOutput> {
  const alone = sources.length === 1 ? sources[0] : undefined;
  const ahead = alone && (await LoadAhead.begin(duck, alone, job.stagingFolder, extendedSchema(input)));
  try {
    const read: ReadFile[] = [];
    for (const source of sources) read.push(await readFile(source, context, input.options));
    const { files, warnings } = newFiles(input.skip, read);
    if (files.length === 0 || sameSources(input.same, files)) return { unchanged: true, warnings };
    const extended = extendedSchema(input);
    const chosen = extended ? { schema: extended, warnings: [] } : schemaOf(files);
    for (const file of files) requireSchema(file, chosen.schema);
    const parts: ImportedPart[] = [];
    for (const [index, file] of files.entries())
      parts.push(await writePart(file, chosen.schema, index, context, ahead));
    return await describe(duck, context, input, job, chosen.schema, files, parts, [...warnings, ...chosen.warnings]);
  } finally {
    await ahead?.drop();
  }
}

/** Identity, profile, checks and storage of a version whose new files were written. */
async function describe(
  duck: DuckDBInstance,
  context: ReadContext,
  input: ImportInput,
  job: JobContext,
  schema: SchemaColumn[],
  read: readonly ReadFile[],
  parts: ImportedPart[],
  warnings: Problem[],
): Promise<ImportedVersion> {
  const { append, replaces, upsert } = input;
  const { connection } = context;
  const added = parts.map(({ file, rows }) => ({ path: file, rows }));
  const work = { ...context, duck, limits: input.limits ?? defaultLimits };
  const extended = append ?? (upsert ? replaces : undefined);
  const before = extended ? await wholeBefore(work, extended) : { files: [] };
  const merged = upsert && (await upsertRows(work, schema, before.files, added, upsert));
  const known = append ? { rows: rowsOf(before.files), leaves: append.leaves } : undefined;
  const files = merged?.files ?? [...before.files, ...added];
  const described = await describeRows(connection, schema, files, job, known);
  const isKnown = described.identity === input.before;
  const checked = { connection, paths: files.map(({ path }) => path), schema, rows: described.rows };
  const checks =
    input.check && !isKnown
      ? await checkStaged(checked, input.check, {
          acceptFailures: input.acceptFailures === true,
          files: merged ? [] : read.map((file, index) => ({ file, rows: parts[index]?.rows ?? 0 })),
          rowsBefore: known?.rows ?? 0,
          job,
        })
      : null;
  const whole = { schema, parts: files };
  const stored = append
    ? await storeAppended(work, whole, append, added)
    : await chooseStorage(work, whole, isKnown ? undefined : replaces);
  return { unchanged: false, ...described, parts, warnings, checks, stored, wholeBefore: before.made, merged };
}
