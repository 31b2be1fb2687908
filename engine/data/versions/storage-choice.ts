import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import { parquetTable, sqlName } from '../../store/duck.ts';
import { sameColumn } from '../schema.ts';
import { copyStatement } from '../sources/csv-load.ts';
import { isDiskFull } from '../sources/read-context.ts';
import { writeWhole } from './delta-read.ts';
import { ownNames, positionedRows } from './delta-sql.ts';
import { type Comparison, compareRows, writeDelta } from './delta-write.ts';
import type { DescribedRows } from './describe-rows.ts';
import type { PartFile } from './leaf-reader.ts';
import { readsBackAs } from './read-back.ts';
import type { StorageLimits } from './storage-limits.ts';
import { type DeltaFile, type ReadForm, rowsOf, type StoredForm, splitParts } from './stored-form.ts';

/** How a version is to be stored. */
export interface StoredAs {
  /** How many of base and parts of the version before it keeps, from the first on. */
  keeps: number;
  /** What follows them, in order. */
  parts: PartFile[];
  /** `before`: that of the version before. */
  delta?: DeltaFile | 'before';
  /** With a delta of its own: files that hold the rows as the version has them. */
  whole?: PartFile[];
}

/** A version in files that hold nothing but its rows. */
export type WholeRows = Pick<ReadForm, 'schema' | 'parts'>;

/** Rows with their identity, and how they are to be stored. */
export interface StoredRows extends DescribedRows {
  stored: StoredAs;
  /** Rows of the version before that were put together on the way. */
  wholeBefore?: PartFile[];
}

export interface StorageWork {
  duck: DuckDBInstance;
  stagingFolder: string;
  limits: StorageLimits;
  throwIfCanceled(): void;
}

function sameSchema(left: WholeRows, right: WholeRows): boolean {
  return (
    left.schema.length === right.schema.length &&
    left.schema.every((column, place) => sameColumn(column, right.schema[place]))
  );
}

const bytesOf = (parts: StoredForm['parts']) => parts.reduce((sum, part) => sum + part.bytes, 0);

/**
 * How the rows of new files are stored, given how the version before is: as a part where they only follow its base and
 * parts, as a row delta where few of them differ, else as they are. What saves room is used only after the version was read back from it.
 * @param fresh the version that is stored, in files of its own
 */
export async function chooseStorage(work: StorageWork, fresh: WholeRows, before?: StoredForm): Promise<StoredAs> {
  const asTheyAre = () => withinParts(work, fresh, { keeps: 0, parts: fresh.parts }, 0);
  if (!before || !sameSchema(fresh, before)) return asTheyAre();
  const [old, other] = [await work.duck.connect(), await work.duck.connect()];
  try {
    const found = await compareRows({ old, fresh: other }, fresh.schema, before.parts, fresh.parts);
    work.throwIfCanceled();
    const rows = rowsOf(before.parts);
    const saving = found && (found.prefix === rows ? asPart(work, fresh, before) : asDelta(work, fresh, before, found));
    return (await saving) ?? (await asTheyAre());
  } catch (error) {
    // Rows before that cannot be read any more do not keep others from taking their place.
    if (error instanceof GalleyError || isDiskFull(error)) throw error;
    return await asTheyAre();
  } finally {
    old.closeSync();
    other.closeSync();
  }
}

async function asPart(work: StorageWork, fresh: WholeRows, before: StoredForm): Promise<StoredAs | undefined> {
  const rows = rowsOf(before.parts);
  if (rows === rowsOf(fresh.parts)) return undefined;
  const path = join(work.stagingFolder, 'appended.parquet');
  const query = `${positionedRows(fresh.schema, fresh.parts, rows)} ORDER BY position`;
  const part = { path, rows: rowsOf(fresh.parts) - rows };
  const connection = await work.duck.connect();
  try {
    const sql = copyStatement(
      `SELECT ${ownNames(fresh.schema)} FROM (${query}) AS rows_in_order`,
      path,
      fresh.schema.length,
    );
    await connection.run(sql);
    const parts = [...before.parts, part];
    if (!(await readsBackAs(connection, { ...fresh, parts }, { files: fresh.parts }, work.throwIfCanceled)))
      return undefined;
    return await withinParts(work, fresh, { keeps: before.parts.length, parts: [part] }, before.parts[0]?.rows ?? 0);
  } finally {
    connection.closeSync();
  }
}

async function asDelta(
  work: StorageWork,
  fresh: WholeRows,
  before: StoredForm,
  found: Comparison,
): Promise<StoredAs | undefined> {
  const changed = found.removed.length + found.inserted.length;
  if (changed > work.limits.changedRows * rowsOf(before.parts)) return undefined;
  const path = join(work.stagingFolder, 'delta.parquet');
  const connection = await work.duck.connect();
  try {
    await writeDelta(connection, fresh.schema, found, fresh.parts, path);
    const delta: DeltaFile = {
      path,
      bytes: statSync(path).size,
      parts: before.parts.length - 1,
      removed: found.removed.length,
      inserted: found.inserted.length,
    };
    const small = delta.bytes <= work.limits.changedBytes * bytesOf(before.parts);
    const form = { ...fresh, parts: before.parts, delta };
    if (small && (await readsBackAs(connection, form, { files: fresh.parts }, work.throwIfCanceled))) {
      return { keeps: before.parts.length, parts: [], delta, whole: fresh.parts };
    }
    rmSync(path);
    return undefined;
  } finally {
    connection.closeSync();
  }
}

/**
 * The same storage where it has few enough parts, else fewer: one part of all that follow the base, or, where these are
 * not much smaller than it, a new base.
 * @param fresh the version in whole files
 * @param baseRows of the base that is kept, 0 where none is or where a delta lies over it
 */
export async function withinParts(
  work: StorageWork,
  fresh: WholeRows,
  stored: StoredAs,
  baseRows: number,
): Promise<StoredAs> {
  if (stored.keeps + stored.parts.length <= work.limits.parts) return stored;
  const keepsBase = baseRows > rowsOf(fresh.parts) / 2;
  const part = await writeTogether(work, fresh, keepsBase ? baseRows : 0);
  return { keeps: keepsBase ? 1 : 0, parts: [part] };
}

/** Writes the rows of a version from some row on into one file, and reads them back. */
export async function writeTogether(work: StorageWork, fresh: WholeRows, from: number): Promise<PartFile> {
  const path = join(work.stagingFolder, 'together.parquet');
  const columns = fresh.schema.map((column) => sqlName(column.name)).join(', ');
  const connection = await work.duck.connect();
  try {
    const source = parquetTable(fresh.parts.map((part) => part.path));
    await connection.run(copyStatement(`SELECT ${columns} FROM ${source} OFFSET ${from}`, path, fresh.schema.length));
    const part = { path, rows: rowsOf(fresh.parts) - from };
    const parts = [part];
    const rows = { files: fresh.parts, from };
    if (await readsBackAs(connection, { schema: fresh.schema, parts }, rows, work.throwIfCanceled)) return part;
    throw new Error('rows that were written together came back otherwise');
  } finally {
    connection.closeSync();
  }
}

/** How a version is stored whose rows are those of the version before and some after them. */
export async function storeAppended(
  work: StorageWork,
  fresh: WholeRows,
  before: ReadForm,
  added: PartFile[],
): Promise<StoredAs> {
  const stored: StoredAs = { keeps: before.parts.length, parts: added, ...(before.delta && { delta: 'before' }) };
  return withinParts(work, fresh, stored, before.delta ? 0 : (before.parts[0]?.rows ?? 0));
}

/** The rows of the version before in whole files, and those that had to be made for it. */
export async function wholeBefore(
  work: StorageWork,
  before: ReadForm,
): Promise<{ files: PartFile[]; made?: PartFile[] }> {
  if (!before.delta) return { files: before.parts };
  const { later } = splitParts(before);
  if (before.whole) return { files: [...before.whole, ...later] };
  const connection = await work.duck.connect();
  try {
    const progress = () => {};
    const made = await writeWhole({ ...work, connection, progress }, before, work.stagingFolder, 'before');
    return { files: [...made, ...later], made };
  } finally {
    connection.closeSync();
  }
}
