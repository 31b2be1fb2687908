import { GalleyError } from '../../base/errors.ts';
import type { CheckResult } from '../../contract/data-expectations.ts';
import type { AddResult } from '../../contract/data-results.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { RowFile } from '../../store/row-cache.ts';
import { recordChecks } from '../expectations/record-checks.ts';
import { failureWarnings } from '../expectations/refusal.ts';
import type { VersionOrigin } from '../history/origin.ts';
import type { SchemaColumn } from '../schema.ts';
import type { DataStore, StoredDataset, StoredVersion } from '../store.ts';
import { unknownColumn } from '../unknown-column.ts';
import { allParts, blobsOf, type Delta, type Manifest, type Part, type VersionSource } from './manifest.ts';
import { wholeKey } from './reading-form.ts';
import type { StoredRows } from './storage-choice.ts';

/** What is to become the next version of a dataset. */
export interface RecordOrder {
  name: string;
  key?: string[];
  time?: string;
  /** The version that the rows were made of, and whose files they keep. */
  before: StoredVersion | undefined;
  /** The version that has to be the latest still, for rows that go on from the ones before. */
  expected?: StoredVersion | undefined;
  sources: VersionSource[];
  /** Its parent is the version before, where no others are named. */
  origin: Pick<VersionOrigin, 'kind' | 'detail' | 'rows'> & Partial<Pick<VersionOrigin, 'parents'>>;
  warnings: AddResult['warnings'];
  /** What the expectations found, null where nothing is expected. */
  checks: readonly CheckResult[] | null;
  /** Writes what else belongs to the version, in the same transaction; also where the rows are those of the latest. */
  alsoRecord?(version: StoredVersion, unchanged: boolean): void;
}

/** @throws GalleyError `data.unknown_column`, `data.not_a_time` */
export function checkSettings(order: Pick<RecordOrder, 'key' | 'time'>, schema: readonly SchemaColumn[]): void {
  const names = schema.map((column) => column.name);
  for (const name of [...(order.key ?? []), ...(order.time === undefined ? [] : [order.time])]) {
    if (!names.includes(name)) {
      throw unknownColumn(name, names);
    }
  }
  const time = schema.find((column) => column.name === order.time);
  if (time && time.type !== 'date' && time.type !== 'timestamp') {
    throw new GalleyError('data.not_a_time', `Column "${time.name}" is ${time.type}, not a date or a timestamp.`, {
      details: { column: time.name, type: time.type },
    });
  }
}

/** A dataset with the settings that an order names. */
export function settingsOf(dataset: StoredDataset, order: Pick<RecordOrder, 'key' | 'time'>): StoredDataset {
  return {
    ...dataset,
    keyColumns: order.key ?? dataset.keyColumns,
    timeColumn: order.time ?? dataset.timeColumn,
  };
}

/** A version as the answer of a call that was to add one. */
export function addResult(version: StoredVersion, unchanged: boolean, warnings: AddResult['warnings']): AddResult {
  const { dataset, number, identity, rows, columns } = version;
  return { dataset: dataset.name, version: number, identity, rows, columns, unchanged, warnings };
}

/** Key and time columns that the new schema still has. */
function keptSettings(dataset: StoredDataset, schema: readonly SchemaColumn[]): StoredDataset {
  const names = schema.map((column) => column.name);
  const time = schema.find((column) => column.name === dataset.timeColumn);
  return {
    ...dataset,
    keyColumns: dataset.keyColumns.every((name) => names.includes(name)) ? dataset.keyColumns : [],
    timeColumn: time && (time.type === 'date' || time.type === 'timestamp') ? time.name : null,
  };
}

/** The blobs of a version: those that it keeps, and its new files as blobs that are not in use yet. */
async function adoptStorage(
  context: EngineContext,
  rows: Pick<StoredRows, 'stored'>,
  before: Manifest | undefined,
): Promise<Pick<Manifest, 'base' | 'parts' | 'delta'>> {
  const { stored } = rows;
  const parts: Part[] = before ? allParts(before).slice(0, stored.keeps) : [];
  for (const file of stored.parts) {
    const { hash, bytes } = await context.blobs.adopt(file.path);
    parts.push({ blob: hash, bytes, rows: file.rows });
  }
  const [base, ...others] = parts;
  return { base: base as Part, parts: others, delta: await adoptDelta(context, rows, before) };
}

async function adoptDelta(
  context: EngineContext,
  { stored }: Pick<StoredRows, 'stored'>,
  before: Manifest | undefined,
): Promise<Delta | undefined> {
  if (stored.delta === undefined) return undefined;
  if (stored.delta === 'before') return before?.delta;
  const { path, parts, removed, inserted } = stored.delta;
  const { hash, bytes } = await context.blobs.adopt(path);
  return { blob: hash, bytes, parts, removed, inserted };
}

/** Rows that are whole in files already need not be put together when they are read. */
async function keepWhole(context: EngineContext, manifest: Manifest, files: readonly RowFile[] | undefined) {
  if (!files) return;
  await context.rowCache.put(wholeKey(manifest), files).catch((cause) => console.error(cause));
}

/**
 * Makes rows that a job has written the next version of a dataset; the same rows as the latest one are no new version.
 * @throws GalleyError `data.unknown_column`, `data.not_a_time`, `data.changed_meanwhile`, `store.missing_blob`
 */
export async function recordRows(
  context: EngineContext,
  store: DataStore,
  order: RecordOrder,
  rows: StoredRows,
): Promise<AddResult> {
  checkSettings(order, rows.schema);
  const before = order.before?.manifest;
  if (before && rows.wholeBefore) await keepWhole(context, before, rows.wholeBefore);
  const manifest = manifestOf(order, rows, await adoptStorage(context, rows, before));
  const result = store.transaction(() => recordVersion(context, store, order, rows, manifest));
  if (!result.unchanged) await keepWhole(context, manifest, rows.stored.whole);
  return result;
}

function manifestOf(
  order: RecordOrder,
  { identity, schema, rows, leaves }: StoredRows,
  { base, parts, delta }: Pick<Manifest, 'base' | 'parts' | 'delta'>,
): Manifest {
  return { format: 2, identity, schema, rows, leaves, base, parts, ...(delta && { delta }), sources: order.sources };
}

function recordVersion(
  context: EngineContext,
  store: DataStore,
  order: RecordOrder,
  rows: StoredRows,
  manifest: Manifest,
): AddResult {
  const known = store.dataset(order.name);
  const latest = known && store.latest(known);
  if (order.expected && latest?.number !== order.expected.number) {
    throw new GalleyError('data.changed_meanwhile', `${order.name} got a new version while this one was being made.`, {
      details: { name: order.name },
    });
  }
  if (latest?.identity === rows.identity) {
    store.updateDataset(settingsOf(latest.dataset, order));
    order.alsoRecord?.(latest, true);
    return addResult(latest, true, order.warnings);
  }
  const now = context.clock.now();
  const fresh = { id: context.newId('ds'), name: order.name, keyColumns: [], timeColumn: null, createdAt: now };
  const dataset = settingsOf(keptSettings(known ?? fresh, rows.schema), order);
  if (known) store.updateDataset(dataset);
  else store.insertDataset(dataset);
  const version: StoredVersion = {
    id: context.newId('dsv'),
    dataset,
    number: store.nextNumber(dataset),
    identity: rows.identity,
    rows: rows.rows,
    rowsAdded: rows.rows - (latest?.rows ?? 0),
    manifest,
    columns: rows.profile.map(({ name, type, missing }) => ({ name, type, missing })),
    createdAt: now,
  };
  store.insertVersion(version, rows.profile);
  store.origins.record(version.id, { parents: parentsOf(order, latest), ...order.origin });
  recordChecks(context, store, version, order.checks);
  useBlobs(context, version);
  order.alsoRecord?.(version, false);
  return addResult(version, false, [...order.warnings, ...failureWarnings(order.checks)]);
}

/** Rows that take the place of all others come after the latest version, others after those that they were made of. */
function parentsOf(order: RecordOrder, latest: StoredVersion | undefined): string[] {
  const parent = order.expected ? order.before : latest;
  return parent ? [parent.id] : [];
}

/** Takes the blobs of a version into use; call it in the transaction that writes its manifest. */
export function useBlobs(context: EngineContext, version: StoredVersion): void {
  const blobs = blobsOf(version.manifest);
  for (const { blob } of blobs) context.blobs.path(blob);
  context.blobs.record(...blobs.map(({ blob, bytes }) => ({ hash: blob, bytes })));
  const user = { kind: 'dataset_version', id: version.id, label: `${version.dataset.name}@${version.number}` };
  for (const { blob } of blobs) context.uses.add(user, { kind: 'blob', id: blob });
}
