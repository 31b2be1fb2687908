import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { CheckResult } from '../../contract/data-expectations.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Problem } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { type DuckOptions, openDuck } from '../../store/duck.ts';
import { type CheckInput, pathsOfCheck } from '../expectations/check-input.ts';
import type { SchemaColumn } from '../schema.ts';
import { changeWarnings } from '../sources/change-warnings.ts';
import { dialectOf } from '../sources/csv-decimal.ts';
import { wideColumns } from '../sources/csv-load.ts';
import { nameFile, withFileColumn, withoutFileColumn } from '../sources/file-column.ts';
import { foundHints } from '../sources/found-options.ts';
import { LoadAhead } from '../sources/load-ahead.ts';
import { md5Of } from '../sources/md5.ts';
import { isDiskFull, type ReadContext } from '../sources/read-context.ts';
import {
  type ImportedPart,
  type ReadFile,
  readFile,
  readingOf,
  requireSchema,
  writePart,
} from '../sources/read-file.ts';
import type { ReadingHints } from '../sources/reading-rules.ts';
import { openSource, type SourceFile } from '../sources/source-file.ts';
import { type DescribedRows, describeRows } from './describe-rows.ts';
import type { PartFile } from './leaf-reader.ts';
import { withRowDuck } from './row-duck.ts';
import type { StorageWork, StoredAs, StoredRows } from './storage-choice.ts';
import { defaultLimits, type StorageLimits } from './storage-limits.ts';
import { filesOf, type ReadForm, rowsOf, type StoredForm } from './stored-form.ts';
import type { Merged } from './upsert.ts';

const leastMegabytes = 400;
const megabytesPerColumn = 0.04;
/** For files whose columns are not known before they are opened. */
const unknownColumns = 5000;

/** The version that rows are appended to. */
export type AppendTarget = ReadForm & Pick<StoredForm, 'leaves'>;

export interface ImportInput {
  files: { path: string; name?: string }[];
  options?: ImportOptions;
  hints?: ReadingHints;
  append?: AppendTarget;
  /** The version that the files take the place of, so that only what differs is stored. */
  replaces?: StoredForm;
  /** Key columns by which the files are merged into the version that they replace. */
  upsert?: string[];
  limits?: StorageLimits;
  /** Sources of the latest version: where the files are these in this order, nothing is imported. */
  same: { md5: string; bytes: number }[];
  /** md5 of sources that are left out because they were appended before. */
  skip: string[];
  /** What the rows must be like. */
  check?: CheckInput | null;
  /** Make the version although expectations that block fail. */
  acceptFailures?: boolean;
  /** Identity of the latest version: the same rows again are not checked again. */
  before?: string | undefined;
}

interface UnchangedFiles {
  unchanged: true;
  warnings: Problem[];
  /** Of the files that were given, in order. */
  md5s: string[];
}

export type ImportOutput = UnchangedFiles | ImportedVersion;

/** New files that were written as Parquet. */
interface TakenFiles {
  unchanged: false;
  md5s: string[];
  schema: SchemaColumn[];
  files: ReadFile[];
  parts: ImportedPart[];
  warnings: Problem[];
  hints: ReadingHints;
}

export interface ImportedVersion extends StoredRows {
  unchanged: false;
  /** Of the files that were given, in order. */
  md5s: string[];
  /** The files as they were read, in order. */
  parts: ImportedPart[];
  warnings: Problem[];
  /** What the expectations found, null where nothing is expected. */
  checks: CheckResult[] | null;
  /** How many rows took the place of others, where they were merged by key. */
  merged?: { changed: number };
  /** What the files showed, for the next ones. */
  hints: ReadingHints;
}

/** The md5 of files that have the sizes of the sources before and are the same; undefined where one is not. */
async function sameSources(
  same: ImportInput['same'],
  sources: readonly SourceFile[],
  context: Pick<ReadContext, 'progress' | 'throwIfCanceled'>,
): Promise<string[] | undefined> {
  if (same.length !== sources.length || same.some(({ bytes }, index) => bytes !== sources[index]?.bytes)) {
    return undefined;
  }
  for (const [index, { path, bytes }] of sources.entries()) {
    if ((await md5Of(path, context, bytes)) !== same[index]?.md5) return undefined;
  }
  return same.map(({ md5 }) => md5);
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

/** The most columns of any file, as far as that is known before they are read. */
function mostColumns(sources: readonly SourceFile[]): number | undefined {
  if (sources.some(({ kind }) => kind !== 'utf8')) return undefined;
  return Math.max(
    ...sources.map(({ path, bytes, name }) => {
      try {
        return dialectOf(path, bytes, name).dialect.names.length;
      } catch {
        return 0; // reading the file will say what is wrong with it
      }
    }),
  );
}

/**
 * What DuckDB may take: its writer keeps a page of every column, and what the reader is ahead of the writer fills whatever
 * else there is. Threads write a group of rows each.
 */
function resourcesFor(sources: readonly SourceFile[]): Pick<DuckOptions, 'memoryLimit' | 'threads' | 'isFrugal'> {
  const columns = mostColumns(sources);
  const megabytes = Math.ceil(leastMegabytes + (columns ?? unknownColumns) * megabytesPerColumn);
  const isWide = columns !== undefined && columns > wideColumns;
  return { memoryLimit: `${megabytes}MB`, ...(isWide && { threads: 1, isFrugal: true }) };
}

/**
 * Reads files, writes them as Parquet into the staging folder, and tells what version they make. Each step has a DuckDB of
 * its own: of wide tables it keeps memory until it is closed.
 */
export async function runImportJob(input: ImportInput, job: JobContext): Promise<ImportOutput> {
  const sources = input.files.map(({ path, name }) => openSource(path, name));
  const watching = {
    progress: (phase: string, done: number, total: number) => job.progress({ phase, done, total }),
    throwIfCanceled: job.throwIfCanceled,
  };
  const same = await sameSources(input.same, sources, watching);
  if (same) return { unchanged: true, warnings: [], md5s: same };
  const taken = await takeFiles(input, sources, { stagingFolder: job.stagingFolder, ...watching });
  if (taken.unchanged) return taken;
  const { schema, parts, md5s, warnings, hints } = taken;
  const placed = await placeRows(taken, input, job);
  const paths = [...filesOf(input.append), ...filesOf(input.replaces), ...pathsOfCheck(input.check)];
  const described = await withRowDuck(job, schema.length, paths, async (duck) => {
    const connection = await duck.connect();
    try {
      return await describe(connection, taken, placed, input, job);
    } finally {
      connection.closeSync();
    }
  });
  const stored = await store(taken, placed, described, input, job);
  const { merged, wholeBefore } = placed;
  return { unchanged: false, ...described, parts, stored, wholeBefore, merged, md5s, warnings, hints };
}

async function takeFiles(
  input: ImportInput,
  sources: readonly SourceFile[],
  watching: Omit<ReadContext, 'connection'>,
): Promise<UnchangedFiles | TakenFiles> {
  const duck = await openDuck({
    allowed: sources.map((source) => source.path),
    temporaryFolder: watching.stagingFolder,
    ...resourcesFor(sources),
  });
  const connection = await duck.connect();
  try {
    return await takeWith(duck, { ...watching, connection }, sources, input);
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

async function takeWith(
  duck: DuckDBInstance,
  context: ReadContext,
  sources: readonly SourceFile[],
  input: ImportInput,
): Promise<UnchangedFiles | TakenFiles> {
  const { options = {}, hints = {} } = input;
  const alone = sources.length === 1 ? sources[0] : undefined;
  const before = extendedSchema(input);
  const extended = withoutFileColumn(before, options);
  const ahead =
    alone && (await LoadAhead.begin(duck, alone, context.stagingFolder, { options, hints, schema: extended }));
  try {
    const read: ReadFile[] = [];
    for (const source of sources) read.push(await readFile(source, context, options, hints));
    const { files, warnings } = newFiles(input.skip, read);
    const md5s = read.map((file) => file.md5);
    if (files.length === 0) return { unchanged: true, warnings, md5s };
    const reading = await readingOf(files, context, options, hints, extended);
    for (const file of files) await requireSchema(file, reading, context);
    const schema = withFileColumn(reading.schema, options, before);
    const parts: ImportedPart[] = [];
    for (const [index, file] of files.entries()) {
      const part = await writePart(file, reading, index, context, ahead);
      parts.push(await nameFile(part, schema, index, options, context));
    }
    const changed = changeWarnings(parts.flatMap((part) => part.changes.counts));
    return {
      unchanged: false,
      md5s,
      schema,
      files,
      parts,
      warnings: [...warnings, ...reading.warnings, ...changed],
      hints: foundHints(files, reading),
    };
  } finally {
    await ahead?.drop();
  }
}

/** The rows of a version in whole files of the staging folder and of the version before. */
interface PlacedRows {
  files: PartFile[];
  /** Those of the new files. */
  added: PartFile[];
  /** Rows that stand before the new ones. */
  rowsBefore: number;
  merged?: Merged;
  /** Of the version before, what had to be put together. */
  wholeBefore?: PartFile[] | undefined;
}

function storageWork(duck: DuckDBInstance, input: ImportInput, job: JobContext): StorageWork {
  const { stagingFolder, throwIfCanceled } = job;
  return { duck, stagingFolder, throwIfCanceled, limits: input.limits ?? defaultLimits };
}

/** Puts new rows behind those of the version that they are appended to, or merges them into it by key. */
async function placeRows({ schema, parts }: TakenFiles, input: ImportInput, job: JobContext): Promise<PlacedRows> {
  const { append, replaces, upsert } = input;
  const added = parts.map(({ file: path, rows, longestRow }) => ({ path, rows, ...(longestRow && { longestRow }) }));
  const extended = append ?? (upsert ? replaces : undefined);
  if (!extended) return { files: added, added, rowsBefore: 0 };
  const { wholeBefore } = await import('./storage-choice.ts');
  const before = await withRowDuck(job, schema.length, filesOf(extended), (duck) =>
    wholeBefore(storageWork(duck, input, job), extended),
  );
  if (!upsert) {
    const files = [...before.files, ...added];
    return { files, added, rowsBefore: rowsOf(before.files), wholeBefore: before.made };
  }
  const { upsertRows } = await import('./upsert.ts');
  const key = { columns: upsert, marked: input.hints?.marked ?? [] };
  const merged = await upsertRows(job, schema, before.files, added, key);
  return { files: merged.files, added, rowsBefore: 0, merged, wholeBefore: before.made };
}

/** Identity, profile and checks of a version whose rows were placed. */
async function describe(
  connection: DuckDBConnection,
  { files: read, parts, schema }: TakenFiles,
  { files, rowsBefore, merged }: PlacedRows,
  input: ImportInput,
  job: JobContext,
): Promise<DescribedRows & Pick<ImportedVersion, 'checks'>> {
  const { append } = input;
  const known = append ? { rows: rowsBefore, leaves: append.leaves } : undefined;
  const described = await describeRows(connection, schema, files, job, known);
  const isKnown = described.identity === input.before;
  const checked = { connection, paths: files.map(({ path }) => path), schema, rows: described.rows };
  const checks =
    input.check && !isKnown
      ? await (await import('../expectations/check-staged.ts')).checkStaged(checked, input.check, {
          acceptFailures: input.acceptFailures === true,
          files: merged ? [] : read.map((file, index) => ({ file, rows: parts[index]?.rows ?? 0 })),
          rowsBefore,
          job,
        })
      : null;
  return { ...described, checks };
}

/** How the version is stored beside the one before. */
async function store(
  { schema }: TakenFiles,
  { files, added }: PlacedRows,
  { identity }: DescribedRows,
  input: ImportInput,
  job: JobContext,
): Promise<StoredAs> {
  const { append, replaces, limits = defaultLimits } = input;
  if (!append && !replaces && added.length <= limits.parts) return { keeps: 0, parts: files };
  const { chooseStorage, storeAppended } = await import('./storage-choice.ts');
  const whole = { schema, parts: files };
  const before = identity === input.before ? undefined : replaces;
  return withRowDuck(job, schema.length, [...filesOf(append), ...filesOf(replaces)], (duck) => {
    const work = storageWork(duck, input, job);
    return append ? storeAppended(work, whole, append, added) : chooseStorage(work, whole, before);
  });
}
