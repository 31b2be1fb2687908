import { GalleyError } from '../../base/errors.ts';
import type { AddResult } from '../../contract/data-results.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Job } from '../../contract/jobs.ts';
import type { Problem } from '../../contract/values.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { FetchInput, FetchState } from '../connections/fetch.ts';
import type { FetchJobInput, FetchJobOutput } from '../connections/fetch-job.ts';
import type { CheckInput } from '../expectations/check-input.ts';
import { prepareCheck } from '../expectations/prepare.ts';
import type { VersionOrigin } from '../history/origin.ts';
import { type NextReading, nextReading } from '../imports/add-options.ts';
import { fileState } from '../imports/file-state.ts';
import { adoptChanges, recordChanges } from '../imports/record-changes.ts';
import { answerUnchanged, rememberFiles, unchangedVersion } from '../imports/unchanged.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import type { ImportedVersion, ImportInput, ImportOutput } from './import-job.ts';
import type { VersionSource } from './manifest.ts';
import { formAtHand } from './reading-form.ts';
import { addResult, checkSettings, type RecordOrder, recordRows, settingsOf } from './record.ts';
import { requireDataset } from './resolve.ts';
import { type StoredForm, storedForm } from './stored-form.ts';

export interface AddOrder {
  name: string;
  files: { path: string; name?: string }[];
  options?: ImportOptions;
  append?: boolean;
  /** By the key columns, rows take the place of others or follow at the end. */
  upsert?: boolean;
  force?: boolean;
  /** Make the version although expectations that block fail; their results are kept with it. */
  acceptFailures?: boolean;
  key?: string[];
  time?: string;
  /** Where the rows come from, if not from files that somebody gave; its parents and counts are filled in. */
  origin?: Pick<VersionOrigin, 'kind' | 'detail'>;
  /** What was noticed before the files were read. */
  notes?: Problem[];
  /** What is fetched in the job before the import (`files` is empty then), with the secrets that it takes. */
  fetch?: { input: FetchInput; secrets: Record<string, string>; title: string };
  /** Called in the transaction that records the version, or finds that there is none to record. */
  recorded?(version: Pick<StoredVersion, 'identity'>, fetched: FetchState | null): void;
  /** Called where nothing was added. */
  failed?(error: GalleyError): void;
  /** Called once when the job has ended, however it ended. */
  cleanUp?(): void;
}

function importInput(
  context: EngineContext,
  order: AddOrder,
  latest: StoredVersion | undefined,
  check: CheckInput | null,
  { options, hints, isRemembered }: NextReading,
): ImportInput {
  const known = latest?.manifest.sources ?? [];
  const sources = known.map((source) => source.md5);
  const checking = { check, acceptFailures: order.acceptFailures === true, before: latest?.identity };
  if (order.upsert && latest) {
    const upsert = keyOf(order, latest);
    return {
      files: order.files,
      options,
      hints,
      same: [],
      skip: [],
      replaces: formAtHand(context, latest),
      upsert,
      ...checking,
    };
  }
  if (!order.append) {
    const isFiles = known.every((source) => source.change === undefined);
    const replaces = latest && wholeForm(context, latest);
    const same = isFiles && isRemembered ? known.map(({ md5, bytes }) => ({ md5, bytes })) : [];
    return { files: order.files, options, hints, same, skip: [], replaces, ...checking };
  }
  return {
    ...checking,
    files: order.files,
    options,
    hints,
    same: [],
    skip: order.force ? [] : sources,
    append: latest && formAtHand(context, latest),
  };
}

/** The columns that tell rows apart. @throws GalleyError `data.key_needed`, `data.unknown_column` */
function keyOf(order: AddOrder, latest: StoredVersion): string[] {
  const key = order.key ?? latest.dataset.keyColumns;
  if (key.length === 0) {
    throw new GalleyError('data.key_needed', `${order.name} has no key columns.`, {
      details: { name: order.name, columns: latest.manifest.schema.map((column) => column.name) },
    });
  }
  checkSettings({ key }, latest.manifest.schema);
  return key;
}

/** Where a version stands; undefined where a file of it is gone, which must not keep others from taking its place. */
function wholeForm(context: EngineContext, version: StoredVersion): StoredForm | undefined {
  try {
    return storedForm(context, version);
  } catch (error) {
    if (error instanceof GalleyError && error.code === 'store.missing_blob') return undefined;
    throw error;
  }
}

function title(order: AddOrder): string {
  if (order.fetch) return `Fetch ${order.fetch.title} for ${order.name}`;
  const first = order.files[0]?.name ?? order.files[0]?.path.split(/[\\/]/).at(-1);
  const more = order.files.length > 1 ? ` and ${order.files.length - 1} more` : '';
  const verb = order.upsert ? 'Merge' : order.append ? 'Append' : 'Add';
  return `${verb} ${first}${more} ${order.upsert ? 'into' : 'to'} ${order.name}`;
}

/**
 * Starts the job that makes files a version of a dataset.
 * @throws GalleyError `data.unknown_dataset` for an append, `data.invalid_expectations`
 */
export async function submitAdd(context: EngineContext, store: DataStore, order: AddOrder): Promise<Job> {
  if (order.append && order.upsert) {
    throw new GalleyError('call.invalid_input', 'data.add: append and upsert exclude each other.');
  }
  const dataset = order.append || order.upsert ? requireDataset(store, order.name) : store.dataset(order.name);
  const latest = dataset && store.latest(dataset);
  const check = dataset ? await prepareCheck(context, store, order.name, latest?.rows ?? null) : null;
  const next = nextReading(order.options, dataset ? store.imports.remembered(dataset.id) : { given: {}, found: {} });
  const marked = dataset ? Object.keys(store.marks.marks(dataset.id)) : [];
  const reading = { ...next, hints: { ...next.hints, marked } };
  const states = order.files.map(({ path }) => fileState(path, Date.now()));
  const known = order.fetch ? undefined : unchangedVersion(store, order, latest, reading, states);
  if (known) return answerUnchanged(context, store, order, known);
  const input = importInput(context, order, latest, check, reading);
  return context.jobs.submit<ImportOutput & Partial<FetchJobOutput>, AddResult>({
    kind: order.fetch ? 'data.fetch' : 'data.import',
    title: title(order),
    input: order.fetch ? ({ fetch: order.fetch.input, import: input } satisfies FetchJobInput) : input,
    secrets: order.fetch?.secrets,
    commit: async (output) => {
      const result = await commitImport(context, store, order, latest, output, reading.options);
      rememberFiles(context, store, states, output);
      order.cleanUp?.();
      context.events.publish({ type: 'phase.changed', phase: 'data', subject: order.name });
      return { ...result, warnings: [...(order.notes ?? []), ...result.warnings] };
    },
    abandon: (error) => {
      order.failed?.(error);
      order.cleanUp?.();
    },
  });
}

function sourcesOf(before: StoredVersion | undefined, { parts, merged }: ImportedVersion): VersionSource[] {
  return [
    ...(before?.manifest.sources ?? []),
    ...parts.map(({ source, rows }) => ({ ...source, rows, ...(merged && { change: 'upsert' as const }) })),
  ];
}

/** Files that take the place of the rows before: nobody has counted what they changed. */
function originOf(
  order: AddOrder,
  before: StoredVersion | undefined,
  { rows, merged }: ImportedVersion,
): RecordOrder['origin'] {
  const isCounted = order.append || order.upsert || !before;
  const changed = merged?.changed ?? 0;
  return {
    ...(order.origin ?? { kind: order.upsert ? 'upsert' : order.append ? 'append' : 'add', detail: {} }),
    rows: isCounted ? { added: rows - (before?.rows ?? 0), removed: 0, changed } : null,
  };
}

async function commitImport(
  context: EngineContext,
  store: DataStore,
  order: AddOrder,
  before: StoredVersion | undefined,
  output: ImportOutput & Partial<FetchJobOutput>,
  options: ImportOptions,
): Promise<AddResult> {
  if (output.unchanged) {
    const version = before as StoredVersion;
    checkSettings(order, version.manifest.schema);
    store.transaction(() => {
      store.updateDataset(settingsOf(version.dataset, order));
      order.recorded?.(version, output.fetched ?? null);
    });
    return addResult(version, true, output.warnings);
  }
  const { name, key, time } = order;
  const goesOn = order.append || order.upsert;
  const inherited = goesOn && before ? store.imports.changes(before.id) : [];
  const changes = await adoptChanges(context, output);
  const record: RecordOrder = {
    name,
    key,
    time,
    before,
    expected: goesOn ? before : undefined,
    sources: sourcesOf(goesOn ? before : undefined, output),
    origin: originOf(order, before, output),
    alsoRecord: (version, unchanged) => {
      store.imports.remember(version.dataset.id, { given: options, found: output.hints });
      if (!unchanged) recordChanges(context, store, version, inherited, changes);
      order.recorded?.(version, output.fetched ?? null);
    },
    warnings: output.warnings,
    checks: output.checks,
  };
  return recordRows(context, store, record, output);
}
