import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Transfer } from '../../contract/data-remotes.ts';
import type { Job } from '../../contract/jobs.ts';
import type { Problem } from '../../contract/values.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { StoredDataset, StoredVersion } from '../store.ts';
import { useBlobs } from '../versions/record.ts';
import type { PulledVersion, PullInput, PullOutput } from './pull-job.ts';
import type { RemoteTools } from './push.ts';
import type { DatasetRecord } from './remote-layout.ts';
import type { StoredRemote } from './store.ts';

const mostNameCharacters = 64;

/** A name for a pulled dataset: its own, or one with the remote's name where another dataset has it. */
function freeName({ store }: RemoteTools, wanted: string, remote: string): string {
  for (let attempt = 1; ; attempt++) {
    const suffix = attempt === 1 ? '' : attempt === 2 ? `-${remote}` : `-${remote}-${attempt - 1}`;
    const name = `${wanted.slice(0, mostNameCharacters - suffix.length)}${suffix}`;
    if (!store.dataset(name)) return name;
  }
}

/** The project's dataset of that record, made where it is new. */
function takeDataset(tools: RemoteTools, record: DatasetRecord, remote: string, warnings: Problem[]): StoredDataset {
  const known = tools.store.datasetById(record.id);
  if (known) return known;
  const { id, keyColumns, timeColumn, createdAt, note } = record;
  const name = freeName(tools, record.name, remote);
  if (name !== record.name) {
    warnings.push({
      code: 'data.pulled_under_another_name',
      message: `The project has another dataset "${record.name}"; the one from ${remote} is "${name}".`,
    });
  }
  const dataset = { id, name, keyColumns, timeColumn, createdAt };
  tools.store.insertDataset(dataset);
  if (note !== '') tools.remotes.noteDataset(id, note);
  return dataset;
}

function takeVersion(
  tools: RemoteTools,
  dataset: StoredDataset,
  { record, profile }: PulledVersion,
  remote: string,
  warnings: Problem[],
): StoredVersion {
  const { context, store, remotes } = tools;
  const { id, number: wanted, rowsAdded, manifest, createdAt, tags, note, origin } = record;
  const number = remotes.numberTaken(dataset.id, wanted) ? store.nextNumber(dataset) : wanted;
  const { identity, rows } = manifest;
  const columns = profile.map(({ name, type, missing }) => ({ name, type, missing }));
  const version = { id, dataset, number, identity, rows, rowsAdded, manifest, columns, createdAt };
  if (number !== wanted) {
    warnings.push({
      code: 'data.pulled_under_another_number',
      message: `Version ${wanted} of ${dataset.name} on ${remote} is version ${number} here: the numbers had parted.`,
    });
  }
  store.insertVersion(version, profile);
  store.origins.record(id, {
    kind: 'pull',
    detail: { remote, made: origin.kind },
    parents: origin.parents,
    rows: null,
  });
  remotes.describe(version, note, tags);
  useBlobs(context, version);
  return version;
}

async function commitPull(tools: RemoteTools, remote: StoredRemote, output: PullOutput): Promise<Transfer> {
  const { context, store, remotes } = tools;
  const files: { hash: string; bytes: number }[] = [];
  for (const file of Object.values(output.files)) files.push(await context.blobs.adopt(file));
  const warnings: Problem[] = [];
  const versions = store.transaction(() => {
    const datasets = new Map(
      output.datasets.map((record) => [record.id, takeDataset(tools, record, remote.name, warnings)]),
    );
    remotes.pulled(remote.name, context.clock.now());
    context.blobs.record(...files);
    // Another pull may have brought some of them meanwhile.
    const known = new Set(remotes.knownVersions());
    return output.versions
      .filter(({ record }) => !known.has(record.id))
      .map((pulled) =>
        takeVersion(tools, datasets.get(pulled.record.dataset) as StoredDataset, pulled, remote.name, warnings),
      );
  });
  for (const { dataset } of versions)
    context.events.publish({ type: 'phase.changed', phase: 'data', subject: dataset.name });
  return {
    remote: remote.name,
    versions: versions.map(({ dataset, number, identity }) => ({ version: `${dataset.name}@${number}`, identity })),
    files: files.length,
    bytes: output.bytes,
    warnings,
  };
}

/** A folder of `run/pull` that no other pull is at, so the one of a broken pull where there is one. */
function freePartsFolder({ jobs }: EngineContext, folder: string): string {
  for (let number = 1; ; number++) {
    const name = `parts-${number}`;
    if (!jobs.mentions(name)) return join(folder, name);
  }
}

/** Removes what a pull that has ended left, and those before it that broke off; what another is at stays. */
function clearParts({ jobs }: EngineContext, folder: string, own: string): void {
  const ended = readdirSync(folder).filter((name) => name === basename(own) || !jobs.mentions(name));
  for (const name of ended) rmSync(join(folder, name), { recursive: true, force: true });
}

/** Starts the job that copies from a remote what the project lacks; of the named datasets also what it had deleted for good. */
export function submitPull(
  tools: RemoteTools,
  remote: StoredRemote,
  secrets: Record<string, string>,
  datasets: readonly string[],
): Job {
  const { context, remotes } = tools;
  const folder = join(context.project.path, 'run', 'pull');
  const partsFolder = freePartsFolder(context, folder);
  const input: PullInput = {
    remote,
    datasets: [...datasets],
    known: [...remotes.knownVersions(), ...(datasets.length > 0 ? [] : remotes.purgedVersions())],
    binned: remotes.binnedDatasets(),
    blobFolder: join(context.project.path, 'blobs'),
    partsFolder,
    unique: context.newId('job'),
  };
  return context.jobs.submit<PullOutput, Transfer>({
    kind: 'data.pull',
    title: `Pull ${datasets.join(', ') || 'all datasets'} from ${remote.name}`,
    input,
    secrets,
    commit: async (output) => {
      const transfer = await commitPull(tools, remote, output);
      clearParts(context, folder, partsFolder);
      return transfer;
    },
  });
}
