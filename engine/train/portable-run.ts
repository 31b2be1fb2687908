import type { DataPhase } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { EvaluationStore } from './evaluation/store.ts';
import { holdoutOf } from './holdout-dataset.ts';
import { recipeText } from './recipe.ts';
import type { NewRun, RunStore, StoredRun } from './store.ts';

/** A run as it goes to another project; its files go beside it, by their hashes. */
export interface PortableRun {
  run: NewRun;
  /** Hash of its evaluation; null where it has none. */
  evaluation: string | null;
}

interface RunTools {
  context: Pick<EngineContext, 'uses' | 'blobs'>;
  runs: RunStore;
  evaluations: EvaluationStore;
  data: Pick<DataPhase, 'withRows'>;
}

/** What another project needs of a run. */
export function portableRun(
  { evaluations }: Pick<RunTools, 'evaluations'>,
  { tracking: _, ...run }: StoredRun,
): PortableRun {
  return { run, evaluation: evaluations.hashOf(run.id) ?? null };
}

/** Names of the datasets that a run was trained and judged on, as they are called here. */
export function datasetsOfRun({ data }: Pick<RunTools, 'data'>, { run }: PortableRun): string[] {
  const held = holdoutOf(data, run.recipe);
  return [run.datasetName, ...(held ? [held.dataset.name] : [])];
}

/** Hashes of the files of a run. */
export function filesOfRun({ run, evaluation }: PortableRun): string[] {
  return [run.modelHash, run.holdoutHash, ...(evaluation === null ? [] : [evaluation])];
}

/**
 * Takes a run of another project in; one that is here already stays as it is. It keeps its number where that is free. Call it
 * in a transaction.
 * @param files its files, which are in the store of blobs
 */
export function takeInRun(
  { context, runs, evaluations, data }: RunTools,
  { run, evaluation }: PortableRun,
  files: ReadonlyMap<string, { hash: string; bytes: number }>,
): StoredRun {
  const known = runs.find(run.id);
  if (known) return known;
  const file = (hash: string) => files.get(hash) as { hash: string; bytes: number };
  context.blobs.record(file(run.modelHash), file(run.holdoutHash));
  const number = runs.nameOf(String(run.number)) === undefined ? run.number : runs.nextNumber();
  const label = `run ${number}, ${run.recipe.learner}`;
  const used = new Set([run.datasetVersionId, holdoutOf(data, run.recipe)?.id ?? run.datasetVersionId]);
  for (const id of used) context.uses.add({ kind: 'run', id: run.id, label }, { kind: 'dataset_version', id });
  const taken = runs.insert({ ...run, number }, recipeText(run.recipe));
  if (evaluation !== null) evaluations.save(run.id, file(evaluation), run.createdAt);
  return taken;
}
