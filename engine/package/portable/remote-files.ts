import { statSync } from 'node:fs';
import type { RemoteStore } from '../../data/index.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { fileName } from './parts.ts';

/** Where the file of a hash lies on a remote. @throws GalleyError `package.damaged_part` */
export function blobKey(hash: string): string {
  const name = fileName(hash);
  return `blobs/${name.slice(0, 2)}/${name.slice(2)}`;
}

/**
 * Copies to a remote those files of the store of blobs that it lacks.
 * @returns how many it lacked
 * @throws GalleyError `store.missing_blob`, `data.remote_…`
 */
export async function uploadFiles(
  { blobs }: Pick<EngineContext, 'blobs'>,
  remote: RemoteStore,
  hashes: readonly string[],
  onBytes: (bytes: number) => void,
): Promise<number> {
  let files = 0;
  for (const hash of hashes) {
    const key = blobKey(hash);
    const path = blobs.path(hash);
    if ((await remote.size(key)) === statSync(path).size) continue;
    await remote.upload(key, path, onBytes);
    files++;
  }
  return files;
}
