import { listVersions, readDataset } from './remote-layout.ts';
import type { RemoteStore } from './remote-store.ts';

/** A dataset as a remote has it. */
export interface RemoteDataset {
  name: string;
  /** Ids of its versions. */
  versions: ReadonlySet<string>;
}

/** Datasets that a remote has. @throws GalleyError `data.remote_damaged`, `data.newer_remote` */
export async function remoteDatasets(remote: RemoteStore): Promise<RemoteDataset[]> {
  const datasets: RemoteDataset[] = [];
  for (const [id, versions] of await listVersions(remote)) {
    const { name } = await readDataset(remote, id);
    datasets.push({ name, versions });
  }
  return datasets;
}
