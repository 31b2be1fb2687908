import { GalleyError } from '../base/errors.ts';
import type { Recipe, Split } from '../contract/train.ts';
import type { DataPhase, ReadableVersion, ResolvedVersion } from '../data/index.ts';
import type { StoredRun } from './store.ts';

/** A version to train on, with the rows of another one behind its own where that is the holdout. */
export interface OpenedVersion {
  version: ReadableVersion;
  /** As it stands in the recipe: the other version by its identity, and how many rows stand before its own. */
  split: Split;
  /** Of the other version. */
  holdoutVersionId?: string;
}

/**
 * Opens what a split needs. Positions of held-out rows count on behind the rows of the version itself.
 * @throws GalleyError `data.…` for the other version; `train.invalid_split` where its columns differ.
 */
export async function withHoldout(data: DataPhase, version: ReadableVersion, split: Split): Promise<OpenedVersion> {
  if (split.kind !== 'dataset') return { version, split };
  const other = await data.open(split.reference);
  const columnsOf = ({ schema }: ReadableVersion) => schema.map(({ name, type }) => `${name} (${type})`);
  const [own, held] = [columnsOf(version), columnsOf(other)];
  const differing = own.find((column, index) => column !== held[index]) ?? held[own.length];
  if (differing !== undefined) {
    const message = `${split.reference} cannot be the holdout: it has not the columns of ${version.dataset.name}@${version.number}; look at ${differing}.`;
    throw new GalleyError('train.invalid_split', message, { details: { reference: split.reference, columns: held } });
  }
  return {
    version: { ...version, paths: [...version.paths, ...other.paths] },
    split: { kind: 'dataset', reference: `${other.dataset.name}@${other.identity}`, after: version.rows },
    holdoutVersionId: other.id,
  };
}

/** Hash of the rows that are the holdout of a run where another dataset holds it out. */
export function heldRows({ split }: Recipe): string | undefined {
  return split.kind === 'dataset' ? split.reference.split('@')[1] : undefined;
}

/**
 * The version that is the holdout of a run, by its rows: its dataset may have another name by now, or in this project.
 * @returns undefined where the split needs none, or it is gone
 */
export function holdoutOf(data: Pick<DataPhase, 'withRows'>, recipe: Recipe): ResolvedVersion | undefined {
  const identity = heldRows(recipe);
  return identity === undefined ? undefined : data.withRows(identity);
}

/** The rows that a run was trained on and judged by. @throws GalleyError as `withHoldout` and `DataPhase.openVersion` */
export async function openRun(data: DataPhase, { datasetVersionId, recipe }: StoredRun): Promise<ReadableVersion> {
  const version = await data.openVersion(datasetVersionId, recipe.dataset);
  const held = holdoutOf(data, recipe);
  const split = held ? { ...recipe.split, reference: `${held.dataset.name}@${held.identity}` } : recipe.split;
  return (await withHoldout(data, version, split)).version;
}
