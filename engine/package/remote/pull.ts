import { readFileSync } from 'node:fs';
import { GalleyError } from '../../base/errors.ts';
import { hashFile } from '../../base/hash-file.ts';
import { type ReadModel, readModel } from '../../base/onnx/read-model.ts';
import type { Transfer } from '../../contract/data-remotes.ts';
import type { ModelSelection, ModelTransfer } from '../../contract/package-remotes.ts';
import type { Problem } from '../../contract/values.ts';
import { datasetsWithRows, type RemoteStore, remoteDamaged, remoteDatasets } from '../../data/index.ts';
import type { EngineJobControl } from '../../jobs/job-queue.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { heldRows } from '../../train/index.ts';
import { joined, takeInParts } from '../portable/parts.ts';
import { localModel } from '../portable/portable-version.ts';
import { blobKey } from '../portable/remote-files.ts';
import type { ModelStore } from '../store.ts';
import type { Sources } from '../views.ts';
import { filesOfRecord, listRecords, readRecord, type VersionRecord } from './version-record.ts';

/**
 * Copies from a remote what the project lacks of models: all of it or, where anything is not what it should be, nothing
 * but rows.
 * @throws GalleyError `package.model_not_found`, `package.target_differs`, `package.damaged_part`, `data.remote_damaged`, `data.…`
 */
export async function pullVersions(
  sources: Sources,
  remote: RemoteStore,
  { remote: remoteName, models }: ModelSelection,
  control: EngineJobControl,
): Promise<Omit<ModelTransfer, 'remote'>> {
  control.progress({ phase: 'looking', done: 0, total: 0 });
  const records = await lackingRecords(sources.store, remote, models);
  const rows = await pullDatasets(sources, remote, remoteName, records, control);
  const { known, lacking } = withRows(sources, records);
  const parts = joined(
    known.map((record) => ({
      datasets: [],
      runs: [record.run],
      versions: [record.version],
      files: filesOfRecord(record),
    })),
  );
  const numbers = await takeInParts(sources, parts, fetching(remote, parts.files, known, control));
  const taken = known.map(({ version: { model, version } }) => ({
    model: localModel(sources.store, model)?.name ?? model.name,
    number: numbers.get(version.id) ?? version.version,
    wanted: version,
  }));
  for (const model of new Set(taken.map((one) => one.model)))
    sources.context.events.publish({ type: 'phase.changed', phase: 'package', subject: model });
  if (taken.length > 0) sources.context.events.publish({ type: 'phase.changed', phase: 'train' });
  const renumbered = taken.flatMap(({ model, number, wanted }): Problem[] =>
    number === wanted.version ? [] : [anotherNumber(model, number, wanted.version)],
  );
  return {
    versions: taken.map(({ model, number, wanted }) => ({
      version: `${model}@${number}`,
      onnx: wanted.onnxHash.replace(/^sha256:/, ''),
    })),
    files: rows.files + parts.files.length,
    warnings: [...rows.warnings, ...lacking, ...renumbered],
  };
}

/** Records of versions that the project neither has nor has in its bin, in the order in which they were made. */
async function lackingRecords(
  store: ModelStore,
  remote: RemoteStore,
  names: readonly string[] | undefined,
): Promise<VersionRecord[]> {
  const places = await listRecords(remote);
  const known = new Set(store.versionIds());
  const binned = new Set(store.bin.models().map(({ id }) => id));
  const lacking = places.filter(({ model, version }) => !known.has(version) && !binned.has(model));
  const records: VersionRecord[] = [];
  for (const place of lacking) records.push(await readRecord(remote, place));
  records.sort(
    ({ version: { version: one } }, { version: { version: other } }) =>
      one.createdAt - other.createdAt || one.version - other.version,
  );
  if (names === undefined) return records;
  const there = new Set(places.map(({ model }) => model));
  const here = store.models().filter(({ id }) => there.has(id));
  requireNames(names, [...here.map(({ name }) => name), ...records.map(({ version }) => version.model.name)]);
  return records.filter(({ version: { model } }) =>
    [model.name, localModel(store, model)?.name ?? model.name].some((name) => names.includes(name)),
  );
}

function requireNames(wanted: readonly string[], there: readonly string[]): void {
  const unknown = wanted.find((name) => !there.includes(name));
  if (unknown === undefined) return;
  const names = [...new Set(there)].sort();
  const known = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`;
  throw new GalleyError('package.model_not_found', `The remote has no model "${unknown}". ${known}`, {
    hint: 'Push it from a project that has it: galley package push',
    details: { name: unknown, names },
  });
}

/** Copies from the remote the datasets that versions refer to. */
async function pullDatasets(
  { context, data }: Sources,
  remote: RemoteStore,
  remoteName: string | undefined,
  records: readonly VersionRecord[],
  { signal }: EngineJobControl,
): Promise<Pick<Transfer, 'files' | 'warnings'>> {
  const runs = records.map(({ run }) => run.run);
  const there = records.length === 0 ? [] : await remoteDatasets(remote);
  const learned = there
    .filter(({ versions }) => runs.some(({ datasetVersionId }) => versions.has(datasetVersionId)))
    .map(({ name }) => name);
  const lacking = runs
    .map(({ recipe }) => heldRows(recipe))
    .filter((rows) => rows !== undefined && !data.withRows(rows));
  const datasets = [...learned, ...(await datasetsWithRows(remote, new Set(lacking as string[])))];
  if (datasets.length === 0) return { files: 0, warnings: [] };
  const input = { datasets: [...new Set(datasets)], ...(remoteName !== undefined && { remote: remoteName }) };
  return jobResult<Transfer>({ context, signal }, () => data.handlers.pull(input));
}

/** The records whose rows are here, which call their dataset as it is called here, and what they lack. */
function withRows(
  { data }: Sources,
  records: readonly VersionRecord[],
): { known: VersionRecord[]; lacking: Problem[] } {
  const here = new Map(
    data.pointers.datasets
      .all()
      .flatMap(({ name, versions }) => versions.map((version) => [version.id, { ...version, name }] as const)),
  );
  const known: VersionRecord[] = [];
  const lacking: Problem[] = [];
  for (const record of records) {
    const { run, evaluation } = record.run;
    const { model, version } = record.version;
    const name = `${model.name}@${version.version}`;
    const rows = here.get(run.datasetVersionId);
    if (rows?.identity !== run.recipe.dataset) {
      lacking.push({
        code: 'package.not_pulled',
        message: `${name} was left out: the rows of ${run.datasetName}@${run.datasetVersion} that it learned from are not here.`,
      });
      continue;
    }
    known.push({
      ...record,
      run: { run: { ...run, datasetName: rows.name, datasetVersion: rows.number }, evaluation },
    });
    const held = heldRows(run.recipe);
    if (held !== undefined && !data.withRows(held))
      lacking.push({
        code: 'package.pulled_without_holdout',
        message: `${name} came without the rows that it was judged on, which the remote does not have.`,
      });
  }
  return { known, lacking };
}

/** Fetches the files of records; each is what its hash says, and an ONNX file holds all that it needs. */
function fetching(
  remote: RemoteStore,
  files: readonly string[],
  records: readonly VersionRecord[],
  control: EngineJobControl,
): (hash: string, path: string) => Promise<void> {
  const models = new Set(records.map(({ version }) => version.version.onnxHash));
  const bytes = new Map(
    records.flatMap(({ version: { version, files: folder } }) => [
      [version.onnxHash, version.onnxBytes] as const,
      ...folder.map((file) => [file.hash, file.bytes] as const),
    ]),
  );
  let done = 0;
  return async (hash, path) => {
    control.progress({ phase: 'pulling', done: done++, total: files.length });
    const key = blobKey(hash);
    const size = await remote.size(key);
    if (size === undefined || size !== (bytes.get(hash) ?? size))
      throw remoteDamaged(key, 'is gone or has another size');
    await remote.download(key, path, () => control.signal.throwIfAborted());
    if (`sha256:${await hashFile(path)}` !== hash) throw remoteDamaged(key, 'is not what its name says');
    if (models.has(hash)) requireWhole(key, path);
  };
}

function requireWhole(key: string, path: string): void {
  let model: ReadModel;
  try {
    model = readModel(readFileSync(path));
  } catch (error) {
    throw remoteDamaged(key, `is no ONNX file (${(error as Error).message})`);
  }
  if (model.external.length > 0) throw remoteDamaged(key, 'has weights in other files');
}

function anotherNumber(model: string, number: number, wanted: number): Problem {
  return {
    code: 'package.pulled_under_another_number',
    message: `Version ${wanted} of ${model} on the remote is version ${number} here: the numbers had parted.`,
  };
}
