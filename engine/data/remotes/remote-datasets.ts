import { listVersions, readDataset, readVersion } from './remote-layout.ts';
import type { RemoteStore } from './remote-store.ts';
import { forEachAtOnce } from './transfer.ts';

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

/**
 * Names of the datasets that have one of these contents, by their hashes. Reads the record of every version.
 * @throws GalleyError `data.remote_damaged`, `data.newer_remote`
 */
export async function datasetsWithRows(remote: RemoteStore, identities: ReadonlySet<string>): Promise<string[]> {
  if (identities.size === 0) return [];
  const found = new Set<string>();
  for (const [dataset, versions] of await listVersions(remote)) {
    await forEachAtOnce([...versions], async (version) => {
      const { manifest } = await readVersion(remote, dataset, version);
      if (identities.has(manifest.identity)) found.add(dataset);
    });
  }
  return Promise.all([...found].map(async (dataset) => (await readDataset(remote, dataset)).name));
}
