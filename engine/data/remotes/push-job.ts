import { readFileSync } from 'node:fs';
import type { JobContext } from '../../jobs/job-process.ts';
import { blobsOf } from '../versions/manifest.ts';
import { openRemote } from './open-remote.ts';
import { type DatasetRecord, listVersions, remoteKeys, requireRemote, type VersionRecord } from './remote-layout.ts';
import type { RemoteStore } from './remote-store.ts';
import type { RemoteSettings } from './store.ts';
import { byteProgress, forEachAtOnce } from './transfer.ts';

/** What a project has to push, in a file since it may be long. */
export interface PushRecords {
  datasets: DatasetRecord[];
  /** Oldest first. */
  versions: VersionRecord[];
  /** Where each blob lies. */
  blobs: Record<string, string>;
}

export interface PushInput {
  remote: RemoteSettings;
  /** Path of the records' file. */
  records: string;
  unique: string;
}

export interface PushOutput {
  /** Ids of the versions that the remote lacked. */
  versions: string[];
  files: number;
  bytes: number;
}

/** Blobs that the versions need and the remote lacks, each once. */
async function missingBlobs(
  remote: RemoteStore,
  versions: readonly VersionRecord[],
): Promise<{ blob: string; bytes: number }[]> {
  const wanted = new Map(versions.flatMap(({ manifest }) => blobsOf(manifest)).map((one) => [one.blob, one]));
  const missing: { blob: string; bytes: number }[] = [];
  await forEachAtOnce([...wanted.values()], async ({ blob, bytes }) => {
    if ((await remote.size(remoteKeys.blob(blob))) !== bytes) missing.push({ blob, bytes });
  });
  return missing;
}

/** Copies to a remote what it lacks: first the files of the versions, then their records, so that no record names a missing file. */
export async function runPushJob(input: PushInput, job: JobContext): Promise<PushOutput> {
  const { datasets, versions, blobs } = JSON.parse(readFileSync(input.records, 'utf8')) as PushRecords;
  job.progress({ phase: 'looking', done: 0, total: 0 });
  const remote = await openRemote(input.remote, job.secrets.remote, input.unique);
  try {
    await requireRemote(remote, true);
    const there = await listVersions(remote);
    const lacking = versions.filter(({ id, dataset }) => !there.get(dataset)?.has(id));
    const files = await missingBlobs(remote, lacking);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const onBytes = byteProgress(job, 'pushing', bytes);
    await forEachAtOnce(files, ({ blob }) => remote.upload(remoteKeys.blob(blob), blobs[blob] as string, onBytes));
    for (const record of datasets) {
      const key = remoteKeys.dataset(record.id);
      if ((await remote.size(key)) === undefined) await remote.writeText(key, JSON.stringify(record));
    }
    for (const record of lacking) {
      job.throwIfCanceled();
      await remote.writeText(remoteKeys.version(record.dataset, record.id), JSON.stringify(record));
    }
    return { versions: lacking.map(({ id }) => id), files: files.length, bytes };
  } finally {
    await remote.close();
  }
}
