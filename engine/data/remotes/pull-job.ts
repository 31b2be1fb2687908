import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import { hashFile } from '../../base/hash-file.ts';
import type { ColumnProfile } from '../../contract/data.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { isDiskFull } from '../sources/read-context.ts';
import { blobsOf } from '../versions/manifest.ts';
import { openRemote } from './open-remote.ts';
import { checkPulled } from './pulled-version.ts';
import { damaged } from './remote-errors.ts';
import {
  type DatasetRecord,
  listVersions,
  readDataset,
  readVersion,
  remoteKeys,
  requireRemote,
  type VersionRecord,
} from './remote-layout.ts';
import type { RemoteStore } from './remote-store.ts';
import type { RemoteSettings } from './store.ts';
import { byteProgress, forEachAtOnce } from './transfer.ts';

export interface PullInput {
  remote: RemoteSettings;
  /** Names of the datasets wanted, all where there are none. */
  datasets: string[];
  /** Ids of the versions that the project has or had. */
  known: string[];
  /** Ids of datasets that lie in the bin. */
  binned: string[];
  /** The project's folder of blobs. */
  blobFolder: string;
  /** Where what a broken pull has fetched is kept for the next one. */
  partsFolder: string;
  unique: string;
}

export interface PulledVersion {
  record: VersionRecord;
  profile: ColumnProfile[];
}

export interface PullOutput {
  datasets: DatasetRecord[];
  /** In the order in which they were made. */
  versions: PulledVersion[];
  /** Files in the staging folder by the blob they are. */
  files: Record<string, string>;
  bytes: number;
}

/** @throws GalleyError `data.unknown_dataset` for a name that the remote does not know */
function requireNames(wanted: readonly string[], there: readonly DatasetRecord[], remote: string): void {
  const names = there.map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const known = names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`;
  throw new GalleyError('data.unknown_dataset', `${remote} has no dataset "${unknown}". ${known}`, {
    details: { name: unknown, names },
  });
}

/** The datasets wanted that have a version that is not known. */
async function wantedRecords(
  remote: RemoteStore,
  input: PullInput,
): Promise<{ datasets: DatasetRecord[]; versions: VersionRecord[] }> {
  const known = new Set(input.known);
  const there = await listVersions(remote);
  const all: DatasetRecord[] = [];
  for (const id of there.keys()) all.push(await readDataset(remote, id));
  requireNames(input.datasets, all, input.remote.name);
  const datasets: DatasetRecord[] = [];
  const versions: VersionRecord[] = [];
  for (const dataset of all) {
    const { id, name } = dataset;
    const isWanted = input.datasets.length === 0 || input.datasets.includes(name);
    const unknown = [...(there.get(id) ?? [])].filter((version) => !known.has(version));
    if (!isWanted || unknown.length === 0 || input.binned.includes(id)) continue;
    datasets.push(dataset);
    await forEachAtOnce(unknown, async (version) => {
      versions.push(await readVersion(remote, id, version));
    });
  }
  versions.sort((left, right) => left.createdAt - right.createdAt || left.number - right.number);
  return { datasets, versions };
}

/** Fetches a blob, going on where an earlier pull broke off, and keeps it only if it is what its name says. */
async function fetchBlob(
  remote: RemoteStore,
  { blob, bytes }: { blob: string; bytes: number },
  input: PullInput,
  stagingFolder: string,
  onBytes: (bytes: number) => void,
): Promise<string> {
  const key = remoteKeys.blob(blob);
  const hex = blob.replace('sha256:', '');
  const part = join(input.partsFolder, `${hex}.part`);
  if ((await remote.size(key)) !== bytes) throw damaged(key, 'is gone or has another size');
  await remote.download(key, part, onBytes);
  if ((await hashFile(part)) !== hex) {
    rmSync(part);
    throw damaged(key, 'is not what its name says');
  }
  const file = join(stagingFolder, `${hex}.parquet`);
  renameSync(part, file);
  return file;
}

/** Copies from a remote what the project lacks, and checks that every version is what it says before any is taken over. */
export async function runPullJob(input: PullInput, job: JobContext): Promise<PullOutput> {
  mkdirSync(input.partsFolder, { recursive: true });
  job.progress({ phase: 'looking', done: 0, total: 0 });
  const remote = await openRemote(input.remote, job.secrets.remote, input.unique);
  try {
    if (!(await requireRemote(remote, false))) return { datasets: [], versions: [], files: {}, bytes: 0 };
    const { datasets, versions } = await wantedRecords(remote, input);
    const here = (blob: string) => join(input.blobFolder, blob.slice(7, 9), blob.slice(9));
    const needed = new Map(versions.flatMap(({ manifest }) => blobsOf(manifest)).map((one) => [one.blob, one]));
    const missing = [...needed.values()].filter(({ blob }) => !existsSync(here(blob)));
    const bytes = missing.reduce((sum, one) => sum + one.bytes, 0);
    const onBytes = byteProgress(job, 'pulling', bytes);
    const files: Record<string, string> = {};
    await forEachAtOnce(missing, async (one) => {
      files[one.blob] = await fetchBlob(remote, one, input, job.stagingFolder, onBytes);
    });
    const pulled: PulledVersion[] = [];
    for (const [index, record] of versions.entries()) {
      job.progress({ phase: 'checking', done: index, total: versions.length });
      const profile = await checkPulled(record, (blob) => files[blob] ?? here(blob), job);
      pulled.push({ record, profile });
    }
    return { datasets, versions: pulled, files, bytes };
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new GalleyError(
      'store.disk_full',
      'The disk is full; nothing was pulled. What came is kept for the next pull.',
      {
        cause,
      },
    );
  } finally {
    await remote.close();
  }
}
