import type { FilesArtifact } from '../../contract/retrain-artifacts.ts';
import type { EngineContext } from '../../jobs/context.ts';

/** Files in the store of blobs that nothing refers to yet. */
export interface KeptFiles {
  artifact: FilesArtifact;
  /** Takes them into use; call it in the transaction that writes the artifact down. */
  record(): void;
}

/**
 * Moves files into the store of blobs.
 * @param files on the disk of the project, by the paths that the artifact gives them
 */
export async function keepFiles(
  { blobs }: Pick<EngineContext, 'blobs'>,
  files: readonly { path: string; place: string }[],
): Promise<KeptFiles> {
  const kept: FilesArtifact['files'] = [];
  for (const { path, place } of files) kept.push({ path, ...(await blobs.adopt(place)) });
  return { artifact: { type: 'files', files: kept }, record: () => blobs.record(...kept) };
}

/** Whether the files that an earlier step gave are still there. */
export function filesStand({ blobs }: Pick<EngineContext, 'blobs'>, { files }: FilesArtifact): boolean {
  return files.every(({ hash }) => blobs.find(hash) !== undefined);
}
