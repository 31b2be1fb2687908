import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import type { ImportedVersion } from '../versions/import-job.ts';
import type { StoredChanges } from './store.ts';

/** A list of changes whose file is a blob now. */
export interface AdoptedChanges extends StoredChanges {
  bytes: number;
}

/** Keeps the lists of changes that a job has written, as blobs that are not in use yet. */
export async function adoptChanges(
  context: EngineContext,
  { parts }: Pick<ImportedVersion, 'parts'>,
): Promise<AdoptedChanges[]> {
  const adopted: AdoptedChanges[] = [];
  for (const { source, changes } of parts) {
    if (changes.file === undefined) continue;
    const { hash, bytes } = await context.blobs.adopt(changes.file);
    adopted.push({ file: source.name, counts: changes.counts, blob: hash, bytes });
  }
  return adopted;
}

/**
 * Writes what was changed of the files of a version; call it in the transaction that writes the version.
 * @param inherited of the version that rows were appended to
 */
export function recordChanges(
  context: EngineContext,
  store: DataStore,
  version: StoredVersion,
  inherited: readonly StoredChanges[],
  adopted: readonly AdoptedChanges[],
): void {
  const changes = [...inherited, ...adopted];
  context.blobs.record(...adopted.map(({ blob, bytes }) => ({ hash: blob, bytes })));
  store.imports.recordChanges(version.id, changes);
  const user = { kind: 'dataset_version', id: version.id, label: `${version.dataset.name}@${version.number}` };
  for (const { blob } of changes) context.uses.add(user, { kind: 'blob', id: blob });
}
