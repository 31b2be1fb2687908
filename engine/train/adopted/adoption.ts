import { GalleyError } from '../../base/errors.ts';
import type { InputOf } from '../../contract/call.ts';
import type { adoptedCalls } from '../../contract/package-adopted.ts';
import type { AdoptedRecipe } from '../../contract/train.ts';
import { adoptedName } from '../model.ts';
import type { TrainingPlan } from '../run-work.ts';
import type { StoredRun } from '../store.ts';

/** What is asked for where a model from elsewhere is to become a run. */
export type AdoptionWish = Pick<InputOf<typeof adoptedCalls.import>, 'reference' | 'target' | 'split'>;

/** A plan with the model that is known by then. */
export function withAdopted(plan: TrainingPlan, adopted: AdoptedRecipe, features: readonly string[]): TrainingPlan {
  return { ...plan, adopted, features, learners: [{ name: adoptedName, parameters: {} }] };
}

/**
 * For what needs a training here.
 * @throws GalleyError `train.adopted_run`
 */
export function requireTrainedHere({ number, recipe }: Pick<StoredRun, 'number' | 'recipe'>): void {
  if (recipe.adopted === undefined) return;
  const message = `Run ${number} is a model from elsewhere (${recipe.adopted.fileName}): it was not trained here.`;
  throw new GalleyError('train.adopted_run', message, { details: { run: number, file: recipe.adopted.fileName } });
}
