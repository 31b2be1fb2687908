import type { Transfer } from '../../contract/data-remotes.ts';
import type { ModelSelection, ModelTransfer } from '../../contract/package-remotes.ts';
import type { Problem } from '../../contract/values.ts';
import { type RemoteStore, remoteDatasets } from '../../data/index.ts';
import type { EngineJobControl } from '../../jobs/job-queue.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { versionParts } from '../portable/parts.ts';
import { uploadFiles } from '../portable/remote-files.ts';
import { type ResolvedModel, requireModel } from '../references.ts';
import type { Sources } from '../views.ts';
import {
  filesOfRecord,
  listRecords,
  recordFault,
  recordOf,
  type VersionRecord,
  writeRecord,
} from './version-record.ts';

interface Wanted {
  record: VersionRecord;
  /** Names of the datasets that it refers to. */
  datasets: string[];
}

/**
 * Copies to a remote what it lacks of models: first the rows that they learned from, then their files, and last their
 * records, so that no record names what is not there.
 * @throws GalleyError `package.model_not_found`, `store.missing_blob`, `data.…`
 */
export async function pushVersions(
  sources: Sources,
  remote: RemoteStore,
  { remote: remoteName, models }: ModelSelection,
  control: EngineJobControl,
): Promise<Omit<ModelTransfer, 'remote'>> {
  control.progress({ phase: 'looking', done: 0, total: 0 });
  const lacking = await lackingVersions(sources, remote, models);
  const wanted = lacking.map((resolved) => wantedOf(sources, resolved));
  const rows = await pushDatasets(sources, remoteName, wanted, control);
  const there = new Set((await remoteDatasets(remote)).flatMap(({ versions }) => [...versions]));
  const warnings: Problem[] = [...rows.warnings];
  const versions: ModelTransfer['versions'] = [];
  let { files } = rows;
  for (const [done, { record }] of wanted.entries()) {
    control.progress({ phase: 'pushing', done, total: wanted.length });
    const { model, version } = record.version;
    const name = `${model.name}@${version.version}`;
    const reason = there.has(record.run.run.datasetVersionId)
      ? recordFault(record)
      : 'the rows that it learned from are gone';
    if (reason !== undefined) {
      warnings.push({ code: 'package.not_pushed', message: `${name} was left out: ${reason}.` });
      continue;
    }
    files += await uploadFiles(sources.context, remote, filesOfRecord(record), () => control.signal.throwIfAborted());
    control.signal.throwIfAborted();
    await writeRecord(remote, record);
    versions.push({ version: name, onnx: version.onnxHash.replace(/^sha256:/, '') });
  }
  return { versions, files, warnings };
}

async function lackingVersions(
  { store }: Sources,
  remote: RemoteStore,
  names: readonly string[] | undefined,
): Promise<ResolvedModel[]> {
  const models = names ? names.map((name) => requireModel(store, name)) : store.models();
  const there = new Set((await listRecords(remote)).map(({ version }) => version));
  return models.flatMap((model) =>
    store
      .versions(model.id)
      .filter(({ id }) => !there.has(id))
      .map((version) => ({ model, version })),
  );
}

function wantedOf(sources: Sources, resolved: ResolvedModel): Wanted {
  const { versions, runs, datasets } = versionParts(sources, resolved);
  const [version] = versions;
  const [run] = runs;
  if (!version || !run) throw new Error('a version has a run');
  // As JSON has it: what is undefined is absent.
  return { record: JSON.parse(JSON.stringify(recordOf(version, run))) as VersionRecord, datasets };
}

/** Copies the datasets of versions to the remote, but for those that are gone. */
async function pushDatasets(
  { context, data }: Sources,
  remote: string | undefined,
  wanted: readonly Wanted[],
  { signal }: EngineJobControl,
): Promise<Pick<Transfer, 'files' | 'warnings'>> {
  const named = new Set(wanted.flatMap(({ datasets }) => datasets));
  const here = data.pointers.datasets.all().map(({ name }) => name);
  const datasets = here.filter((name) => named.has(name));
  if (datasets.length === 0) return { files: 0, warnings: [] };
  const input = { datasets, ...(remote !== undefined && { remote }) };
  return jobResult<Transfer>({ context, signal }, () => data.handlers.push(input));
}
