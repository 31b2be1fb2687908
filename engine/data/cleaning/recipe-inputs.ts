import { GalleyError } from '../../base/errors.ts';
import type { CleaningRecipe } from '../../contract/data-cleaning.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { readablePaths } from '../versions/reading-form.ts';
import { parseReference } from '../versions/references.ts';
import { resolveVersion } from '../versions/resolve.ts';
import type { RecipeInput } from './recipe-duck.ts';
import type { UsedVersion } from './store.ts';

/** References of the datasets that joins take from; skipped steps take nothing. */
function joined(recipe: CleaningRecipe): string[] {
  return [...new Set(recipe.steps.flatMap((step) => (step.kind === 'join' && step.skip !== true ? [step.with] : [])))];
}

/** Names of the datasets that a recipe reads. */
export function datasetsRead(recipe: CleaningRecipe): string[] {
  return [recipe.from, ...joined(recipe)].map((reference) => parseReference(reference).name);
}

/** The versions that a recipe reads now, its source first. */
export class RecipeInputs {
  readonly source: StoredVersion;
  readonly #others: ReadonlyMap<string, StoredVersion>;

  /** @throws GalleyError `data.unknown_dataset`, `data.unknown_version`, `data.invalid_reference` */
  constructor(store: DataStore, recipe: CleaningRecipe) {
    this.source = resolveVersion(store, recipe.from);
    this.#others = new Map(joined(recipe).map((reference) => [reference, resolveVersion(store, reference)]));
  }

  /** For the record: each version once. */
  get used(): UsedVersion[] {
    const versions = [this.source, ...this.#others.values()];
    return versions
      .filter(({ id }, index) => versions.findIndex((version) => version.id === id) === index)
      .map(({ id, dataset, number }) => ({ id, dataset: dataset.name, version: number }));
  }

  /** Files and schemas of all of them. @throws GalleyError `store.missing_blob` */
  async open(context: EngineContext): Promise<{ source: RecipeInput; others: Record<string, RecipeInput> }> {
    const others: Record<string, RecipeInput> = {};
    for (const [reference, version] of this.#others) others[reference] = await inputOf(context, version);
    return { source: await inputOf(context, this.source), others };
  }
}

async function inputOf(context: EngineContext, version: StoredVersion): Promise<RecipeInput> {
  return { paths: await readablePaths(context, version), schema: version.manifest.schema, rows: version.rows };
}

/**
 * Refuses recipes that would feed each other in a circle.
 * @param others the recipes that are there besides
 * @throws GalleyError `data.recipe_cycle`
 */
export function requireNoCycle(name: string, recipe: CleaningRecipe, others: readonly CleaningRecipe[]): void {
  const all = [recipe, ...others];
  const reached = new Set([recipe.to]);
  const waiting = [recipe.to];
  for (let dataset = waiting.pop(); dataset !== undefined; dataset = waiting.pop()) {
    for (const next of all) {
      if (!datasetsRead(next).includes(dataset) || reached.has(next.to)) continue;
      reached.add(next.to);
      waiting.push(next.to);
    }
  }
  const source = datasetsRead(recipe).find((dataset) => reached.has(dataset));
  if (source === undefined) return;
  const message = `The recipe ${name} reads ${source}, which is made, directly or by other recipes, from what it writes (${recipe.to}).`;
  throw new GalleyError('data.recipe_cycle', message, { details: { recipe: name, dataset: source } });
}
