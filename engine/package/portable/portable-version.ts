import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { ResolvedModel } from '../references.ts';
import type { ModelStore, StoredModel, StoredVersion } from '../store.ts';
import { type StoredFile, VersionFileStore } from '../version-folder/file-store.ts';

/** A version as it goes to another project; its files go beside it, by their hashes. */
export interface PortableVersion {
  model: StoredModel;
  version: StoredVersion;
  /** Of its folder; none where it was not made yet. */
  files: StoredFile[];
}

type VersionContext = Pick<EngineContext, 'database' | 'uses' | 'blobs'>;

/** What another project needs of a version beside its run. */
export function portableVersion({ database }: VersionContext, { model, version }: ResolvedModel): PortableVersion {
  return { model, version, files: new VersionFileStore(database).files(version.id) };
}

/** Hashes of the files of a version. */
export function filesOfVersion({ version, files }: PortableVersion): string[] {
  return [...new Set([version.onnxHash, version.goldenHash, ...files.map(({ hash }) => hash)])];
}

/**
 * Takes a version of another project in, whose run is here; one that is here already stays as it is. It keeps its number where
 * that is free; where it is not, its folder, which tells the number, is made anew when it is asked for. Call it in a
 * transaction.
 * @param files its files, which are in the store of blobs
 */
export function takeInVersion(
  { database, uses, blobs }: VersionContext,
  store: ModelStore,
  { model, version, files: folder }: PortableVersion,
  files: ReadonlyMap<string, { hash: string; bytes: number }>,
): StoredVersion {
  const known = localModel(store, model);
  if (known && known.target !== model.target) throw targetDiffers(known, model);
  const versions = known ? store.versions(known.id) : [];
  const same = versions.find(({ id }) => id === version.id);
  if (same) return same;
  if (!known) store.insertModel(model);
  const modelId = known?.id ?? model.id;
  const isFree = !store.isNumberTaken(modelId, version.version);
  const file = (hash: string) => files.get(hash) as { hash: string; bytes: number };
  const number = isFree ? version.version : store.lastNumber(modelId) + 1;
  const taken = { ...version, modelId, version: number, onnxBytes: file(version.onnxHash).bytes };
  blobs.record(...[...new Set([version.onnxHash, version.goldenHash])].map(file));
  store.insertVersion(taken);
  if (isFree) {
    const stored = folder.map(({ name, hash }) => ({ name, ...file(hash) }));
    blobs.record(...stored);
    new VersionFileStore(database).insert(version.id, stored);
  }
  const label = `${model.name}@${taken.version}`;
  uses.add({ kind: 'model_version', id: version.id, label }, { kind: 'run', id: version.runId });
  return taken;
}

/** The model that versions of a model of another project belong to here, where there is one. */
export function localModel(store: ModelStore, { id, name }: Pick<StoredModel, 'id' | 'name'>): StoredModel | undefined {
  return store.models().find((model) => model.id === id) ?? store.model(name);
}

function targetDiffers(here: StoredModel, there: StoredModel): GalleyError {
  const message = `The model "${here.name}" here predicts ${here.target}, and the one of that name there ${there.target}.`;
  return new GalleyError('package.target_differs', message, {
    hint: 'Rename the model here, then take the other one in.',
    details: { model: here.name, target: here.target, other: there.target },
  });
}
