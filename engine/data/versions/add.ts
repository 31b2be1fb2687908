import { GalleyError } from '../../base/errors.ts';
import type { AddResult } from '../../contract/data-results.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Job } from '../../contract/jobs.ts';
import type { Problem } from '../../contract/values.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { CheckInput } from '../expectations/check-input.ts';
import { prepareCheck } from '../expectations/prepare.ts';
import type { VersionOrigin } from '../history/origin.ts';
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
  force?: boolean;
  /** Make the version although expectations that block fail; their results are kept with it. */
  acceptFailures?: boolean;
  key?: string[];
  time?: string;
  /** Where the rows come from, if not from files that somebody gave; its parents and counts are filled in. */
  origin?: Pick<VersionOrigin, 'kind' | 'detail'>;
  /** What was noticed before the files were read. */
  notes?: Problem[];
  /** Called once when the job has ended, however it ended. */
  cleanUp?(): void;
}

function importInput(
  context: EngineContext,
  order: AddOrder,
  latest: StoredVersion | undefined,
  check: CheckInput | null,
): ImportInput {
  const known = latest?.manifest.sources ?? [];
  const sources = known.map((source) => source.md5);
  const options = order.options ?? {};
  const checking = { check, acceptFailures: order.acceptFailures === true, before: latest?.identity };
  if (!order.append) {
    const isFiles = known.every((source) => source.change === undefined);
    const replaces = latest && wholeForm(context, latest);
    return { files: order.files, options, same: isFiles ? sources : [], skip: [], replaces, ...checking };
  }
  return {
    ...checking,
    files: order.files,
    options,
    same: [],
    skip: order.force ? [] : sources,
    append: latest && formAtHand(context, latest),
  };
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
      return { ...result, warnings: [...(order.notes ?? []), ...result.warnings] };
    },
    abandon: () => order.cleanUp?.(),
  });
}

function sourcesOf(before: StoredVersion | undefined, { parts }: ImportedVersion): VersionSource[] {
  return [...(before?.manifest.sources ?? []), ...parts.map(({ source, rows }) => ({ ...source, rows }))];
}

/** Files that take the place of the rows before: nobody has counted what they changed. */
function originOf(order: AddOrder, before: StoredVersion | undefined, rows: number): RecordOrder['origin'] {
  const isCounted = order.append || !before;
  return {
    ...(order.origin ?? { kind: order.append ? 'append' : 'add', detail: {} }),
    rows: isCounted ? { added: rows - (before?.rows ?? 0), removed: 0, changed: 0 } : null,
  };
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
    checkSettings(order, version.manifest.schema);
    store.updateDataset(settingsOf(version.dataset, order));
    return addResult(version, true, output.warnings);
  }
  const { name, key, time, append } = order;
  const record: RecordOrder = {
    name,
    key,
    time,
    before,
    extends: append ?? false,
    sources: sourcesOf(append ? before : undefined, output),
    origin: originOf(order, before, output.rows),
    warnings: output.warnings,
    checks: output.checks,
  };
  return recordRows(context, store, record, output);
}
