import { readFileSync } from 'node:fs';
import type { JobContext } from '../../jobs/job-process.ts';
import { openRemote } from './open-remote.ts';
import type { PushInput, PushRecords } from './push-job.ts';
import { listVersions, readDataset, requireRemote } from './remote-layout.ts';

export interface DatasetStatus {
  name: string;
  here: number;
  there: number;
  toPush: number;
  toPull: number;
}

export interface StatusInput extends PushInput {
  /** Ids of versions that the project has or had, those in the bin included. */
  known: string[];
  /** Names of the datasets wanted, all where there are none. */
  datasets: string[];
}

/** Compares the project with a remote, dataset by dataset. */
export async function runStatusJob(input: StatusInput, job: JobContext): Promise<DatasetStatus[]> {
  const { datasets, versions } = JSON.parse(readFileSync(input.records, 'utf8')) as PushRecords;
  const remote = await openRemote(input.remote, job.secrets.remote, input.unique);
  try {
    const there = (await requireRemote(remote, false)) ? await listVersions(remote) : new Map<string, Set<string>>();
    const known = new Set(input.known);
    const names = new Map(datasets.map(({ id, name }) => [id, name]));
    for (const id of there.keys()) if (!names.has(id)) names.set(id, (await readDataset(remote, id)).name);
    return [...names]
      .filter(([, name]) => input.datasets.length === 0 || input.datasets.includes(name))
      .map(([id, name]) => {
        const local = versions.filter(({ dataset }) => dataset === id);
        const remoteIds = there.get(id) ?? new Set<string>();
        return {
          name,
          here: local.length,
          there: remoteIds.size,
          toPush: local.filter((version) => !remoteIds.has(version.id)).length,
          toPull: [...remoteIds].filter((version) => !known.has(version)).length,
        };
      })
      .sort((left, right) => left.name.localeCompare(right.name, 'en'));
  } finally {
    await remote.close();
  }
}
