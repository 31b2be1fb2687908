import type { EngineContext } from '../../jobs/context.ts';
import type { StoredVersion } from '../store.ts';
import { allParts } from './manifest.ts';

/** Parquet files of a version in the order of their rows. @throws GalleyError `store.missing_blob` */
export async function readablePaths(context: EngineContext, version: StoredVersion): Promise<string[]> {
  return allParts(version.manifest).map((part) => context.blobs.path(part.blob));
}
