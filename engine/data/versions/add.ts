import { GalleyError } from '../../base/errors.ts';
import type { AddResult } from '../../contract/data.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { CheckInput } from '../expectations/check-input.ts';
import { prepareCheck } from '../expectations/prepare.ts';
import { recordChecks } from '../expectations/record-checks.ts';
import type { VersionOrigin } from '../history/origin.ts';
import type { SchemaColumn } from '../schema.ts';
import type { DataStore, StoredDataset, StoredVersion } from '../store.ts';
import type { ImportedVersion, ImportInput, ImportOutput } from './import-job.ts';
import { allParts, type Manifest, type Part } from './manifest.ts';
import { requireDataset } from './resolve.ts';

export interface AddOrder {
  name: string;
  files: { path: string; name?: string }[];
  options?: ImportOptions;
  append?: boolean;
  force?: boolean;
  /** Make the version although expectations that block fail; their results are kept with it. */
  acceptFailures?: boolean;
  key?: string[];
  time?: string;
  /** Where the rows come from, if not from files that somebody gave; its parents and counts are filled in. */
  origin?: Pick<VersionOrigin, 'kind' | 'detail'>;
  /** Called once when the job has ended, however it ended. */
  cleanUp?(): void;
}

function importInput(
  context: EngineContext,
  order: AddOrder,
  latest: StoredVersion | undefined,
  check: CheckInput | null,
): ImportInput {
  const sources = latest?.manifest.sources.map((source) => source.md5) ?? [];
  const options = order.options ?? {};
  const checking = { check, acceptFailures: order.acceptFailures === true, before: latest?.identity };
  if (!order.append) return { files: order.files, options, same: sources, skip: [], ...checking };
  return {
    ...checking,
    files: order.files,
    options,
    same: [],
    skip: order.force ? [] : sources,
    append: latest && {
      schema: latest.manifest.schema,
      leaves: latest.manifest.leaves,
      parts: allParts(latest.manifest).map(({ blob, rows }) => ({ path: context.blobs.path(blob), rows })),
    },
  };
}

function title(order: AddOrder): string {
  const first = order.files[0]?.name ?? order.files[0]?.path.split(/[\\/]/).at(-1);
  const more = order.files.length > 1 ? ` and ${order.files.length - 1} more` : '';
  return `${order.append ? 'Append' : 'Add'} ${first}${more} to ${order.name}`;
}

/**
 * Starts the job that makes files a version of a dataset.
 * @throws GalleyError `data.unknown_dataset` for an append, `data.invalid_expectations`
 */
export async function submitAdd(context: EngineContext, store: DataStore, order: AddOrder): Promise<Job> {
  const dataset = order.append ? requireDataset(store, order.name) : store.dataset(order.name);
  const latest = dataset && store.latest(dataset);
  const check = dataset ? await prepareCheck(context, store, order.name, latest?.rows ?? null) : null;
  return context.jobs.submit<ImportOutput, AddResult>({
    kind: 'data.import',
    title: title(order),
    input: importInput(context, order, latest, check),
    commit: async (output) => {
      const result = await commitImport(context, store, order, latest, output);
      order.cleanUp?.();
      context.events.publish({ type: 'phase.changed', phase: 'data', subject: order.name });
      return result;
    },
    abandon: () => order.cleanUp?.(),
  });
}

function checkColumns(order: AddOrder, schema: readonly SchemaColumn[]): void {
  const names = schema.map((column) => column.name);
  for (const name of [...(order.key ?? []), ...(order.time === undefined ? [] : [order.time])]) {
    if (!names.includes(name)) {
      throw new GalleyError('data.unknown_column', `There is no column "${name}"; there are: ${names.join(', ')}.`, {
        details: { column: name, columns: names },
      });
    }
  }
  const time = schema.find((column) => column.name === order.time);
  if (time && time.type !== 'date' && time.type !== 'timestamp') {
    throw new GalleyError('data.not_a_time', `Column "${time.name}" is ${time.type}, not a date or a timestamp.`, {
      details: { column: time.name, type: time.type },
    });
  }
}

function added(version: StoredVersion, unchanged: boolean, warnings: AddResult['warnings']): AddResult {
  const { dataset, number, identity, rows, columns } = version;
  return { dataset: dataset.name, version: number, identity, rows, columns, unchanged, warnings };
}

async function commitImport(
  context: EngineContext,
  store: DataStore,
  order: AddOrder,
  before: StoredVersion | undefined,
  output: ImportOutput,
): Promise<AddResult> {
  if (output.unchanged) {
    const version = before as StoredVersion;
    checkColumns(order, version.manifest.schema);
    store.updateDataset(settingsOf(version.dataset, order));
    return added(version, true, output.warnings);
  }
  checkColumns(order, output.schema);
  const parts: Part[] = [];
  for (const { file, rows } of output.parts) {
    const { hash, bytes } = await context.blobs.adopt(file);
    parts.push({ blob: hash, bytes, rows });
  }
  return store.transaction(() => recordVersion(context, store, order, before, output, parts));
}

function settingsOf(dataset: StoredDataset, order: AddOrder): StoredDataset {
  return {
    ...dataset,
    keyColumns: order.key ?? dataset.keyColumns,
    timeColumn: order.time ?? dataset.timeColumn,
  };
}

function recordVersion(
  context: EngineContext,
  store: DataStore,
  order: AddOrder,
  before: StoredVersion | undefined,
  output: ImportedVersion,
  newParts: Part[],
): AddResult {
  const known = store.dataset(order.name);
  const latest = known && store.latest(known);
  if (order.append && latest?.number !== before?.number) {
    throw new GalleyError('data.changed_meanwhile', `${order.name} got a new version while rows were being appended.`, {
      details: { name: order.name },
    });
  }
  if (latest?.identity === output.identity) {
    store.updateDataset(settingsOf(latest.dataset, order));
    return added(latest, true, output.warnings);
  }
  const now = context.clock.now();
  const fresh = { id: context.newId('ds'), name: order.name, keyColumns: [], timeColumn: null, createdAt: now };
  const dataset = settingsOf(keptSettings(known ?? fresh, output.schema), order);
  if (known) store.updateDataset(dataset);
  else store.insertDataset(dataset);
  const parts = [...(order.append && before ? allParts(before.manifest) : []), ...newParts];
  const newSources = output.parts.map(({ source, rows }) => ({ ...source, rows }));
  const { identity, schema, rows, leaves } = output;
  const manifest: Manifest = {
    format: 2,
    identity,
    schema,
    rows,
    leaves,
    base: parts[0] as Part,
    parts: parts.slice(1),
    sources: [...(order.append && before ? before.manifest.sources : []), ...newSources],
  };
  const version: StoredVersion = {
    id: context.newId('dsv'),
    dataset,
    number: store.nextNumber(dataset),
    identity,
    rows,
    rowsAdded: rows - (latest?.rows ?? 0),
    manifest,
    columns: output.profile.map(({ name, type, missing }) => ({ name, type, missing })),
    createdAt: now,
  };
  context.blobs.record(...newParts.map(({ blob, bytes }) => ({ hash: blob, bytes })));
  store.insertVersion(version, output.profile);
  store.origins.record(version.id, originOf(order, latest, version));
  recordChecks(context, store, version, output.checks);
  const user = { kind: 'dataset_version', id: version.id, label: `${dataset.name}@${version.number}` };
  for (const part of parts) context.uses.add(user, { kind: 'blob', id: part.blob });
  return added(version, false, output.warnings);
}

/** Files that take the place of the rows before have them as parent, and nobody has counted what they changed. */
function originOf(order: AddOrder, latest: StoredVersion | undefined, version: StoredVersion): VersionOrigin {
  const kind = order.append ? 'append' : 'add';
  return {
    ...(order.origin ?? { kind, detail: {} }),
    parents: latest ? [latest.id] : [],
    rows: order.append || !latest ? { added: version.rowsAdded, removed: 0, changed: 0 } : null,
  };
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
