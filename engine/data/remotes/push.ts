import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transfer } from '../../contract/data-remotes.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore, StoredDataset, StoredVersion } from '../store.ts';
import { blobsOf } from '../versions/manifest.ts';
import type { PushInput, PushOutput, PushRecords } from './push-job.ts';
import { type DatasetRecord, remoteFormat, type VersionRecord } from './remote-layout.ts';
import type { RemotesStore, StoredRemote } from './store.ts';

export interface RemoteTools {
  context: EngineContext;
  store: DataStore;
  remotes: RemotesStore;
}

function datasetRecord({ remotes }: RemoteTools, dataset: StoredDataset): DatasetRecord {
  const { id, name, keyColumns, timeColumn, createdAt } = dataset;
  return { format: remoteFormat, id, name, keyColumns, timeColumn, note: remotes.datasetNote(id), createdAt };
}

function versionRecord({ store, remotes }: RemoteTools, version: StoredVersion): VersionRecord {
  const { id, dataset, number, rowsAdded, manifest, createdAt } = version;
  const { kind, parents } = store.origins.of(id) ?? { kind: 'add', parents: [] };
  return {
    format: remoteFormat,
    id,
    dataset: dataset.id,
    number,
    rowsAdded,
    manifest,
    origin: { kind, parents: [...parents] },
    ...remotes.describedAs(id),
    createdAt,
  };
}

/** The records of all versions of the datasets, oldest first. */
export function recordsOf(tools: RemoteTools, datasets: readonly StoredDataset[]): PushRecords {
  const versions = datasets
    .flatMap((dataset) => tools.store.versions(dataset))
    .sort((left, right) => left.createdAt - right.createdAt || left.number - right.number);
  const blobs = versions.flatMap(({ manifest }) => blobsOf(manifest)).map(({ blob }) => blob);
  return {
    datasets: datasets.map((dataset) => datasetRecord(tools, dataset)),
    versions: versions.map((version) => versionRecord(tools, version)),
    blobs: Object.fromEntries(blobs.map((blob) => [blob, tools.context.blobs.path(blob)])),
  };
}

/** Writes records to a folder under `run/jobs`, which the engine empties when it starts. */
export function writeRecords(context: EngineContext, records: PushRecords): { path: string; remove(): void } {
  const folder = join(context.project.path, 'run', 'jobs', `records-${context.newId('job')}`);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'records.json');
  writeFileSync(path, JSON.stringify(records));
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts the job that copies to a remote what it lacks of the datasets. */
export function submitPush(
  tools: RemoteTools,
  remote: StoredRemote,
  secrets: Record<string, string>,
  datasets: readonly StoredDataset[],
): Job {
  const { context, remotes } = tools;
  const records = recordsOf(tools, datasets);
  const file = writeRecords(context, records);
  const input: PushInput = { remote, records: file.path, unique: context.newId('job') };
  const names = new Map(datasets.map(({ id, name }) => [id, name]));
  return context.jobs.submit<PushOutput, Transfer>({
    kind: 'data.push',
    title: `Push ${[...names.values()].join(', ') || 'nothing'} to ${remote.name}`,
    input,
    secrets,
    commit: ({ versions, files, bytes }) => {
      file.remove();
      remotes.pushed(remote.name, context.clock.now());
      const pushed = records.versions.filter(({ id }) => versions.includes(id));
      return {
        remote: remote.name,
        versions: pushed.map(({ dataset, number, manifest }) => ({
          version: `${names.get(dataset)}@${number}`,
          identity: manifest.identity,
        })),
        files,
        bytes,
        warnings: [],
      };
    },
    abandon: () => file.remove(),
  });
}
