import { GalleyError, reportError } from '../../base/errors.ts';
import type { CleaningRecipe, dataCleaningCalls, RecipeDetail, RecipeSummary } from '../../contract/data-cleaning.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { type SqlText, Trust } from '../../store/trust.ts';
import { expectationSql } from '../expectations/expectation-sql.ts';
import type { DataStore } from '../store.ts';
import { parseReference } from '../versions/references.ts';
import { maskedRecipePreview } from './masked-preview.ts';
import { previewApart } from './preview-apart.ts';
import { RecipeFiles } from './recipe-files.ts';
import { datasetsRead, RecipeInputs, requireNoCycle } from './recipe-inputs.ts';
import { RecipeRunner } from './recipe-runner.ts';
import { readRecipe, recipeHash, recipeOf, recipeSql, recipeText } from './recipe-text.ts';
import { RecipeWatcher } from './recipe-watcher.ts';
import { RecipeRunStore, runView, type StoredRun } from './store.ts';

interface Given {
  text?: string | undefined;
  recipe?: RecipeDetail['recipe'] | undefined;
}

/** Cleaning recipes as the data phase holds them. */
export interface Cleaning {
  handlers: Handlers<typeof dataCleaningCalls>;
  watcher: RecipeWatcher;
}

export function createCleaning(context: EngineContext, store: DataStore): Cleaning {
  const files = new RecipeFiles(context.project.path);
  const runs = new RecipeRunStore(context.database);
  const runner = new RecipeRunner(context, store, runs, files);
  const trust = new Trust();

  const isStale = (recipe: CleaningRecipe, last: StoredRun | undefined): boolean => {
    if (!last) return false;
    try {
      const now = new RecipeInputs(store, recipe).used.map(({ id }) => id);
      return last.hash !== recipeHash(recipe) || now.join() !== last.inputs.map(({ id }) => id).join();
    } catch {
      return true;
    }
  };

  const detail = (name: string): RecipeDetail => {
    const text = files.read(name);
    const file = files.file(name);
    const last = runs.last(name);
    const lastRun = last ? runView(last) : null;
    const read = attempt(() => readRecipe(text, file).recipe);
    if ('error' in read) {
      const unread = { from: '', to: '', steps: 0, onNewVersion: 'ask' as const, usesSql: false, trusted: true };
      return { name, file, ...unread, problem: read.error, lastRun, stale: false, hash: null, text, recipe: null };
    }
    const recipe = read.value;
    const usesSql = recipeSql(recipe, file).length > 0;
    return {
      name,
      file,
      from: recipe.from,
      to: recipe.to,
      steps: recipe.steps.length,
      onNewVersion: recipe.onNewVersion,
      usesSql,
      trusted: !usesSql || trust.has(context.project),
      problem: null,
      lastRun,
      stale: isStale(recipe, last),
      hash: recipeHash(recipe),
      text,
      recipe: recipe as RecipeDetail['recipe'],
    };
  };

  const given = ({ text, recipe }: Given, name: string): { recipe: CleaningRecipe; text: string } | undefined => {
    const file = files.file(name);
    if (text !== undefined && recipe) throw new GalleyError('call.invalid_input', 'Give a text or a recipe, not both.');
    if (text !== undefined) return { recipe: readRecipe(text, file).recipe, text };
    if (!recipe) return undefined;
    const checked = recipeOf(recipe, file);
    return { recipe: checked, text: recipeText(checked, files.names().includes(name) ? files.read(name) : undefined) };
  };

  const sqlTexts = (): SqlText[] => [
    ...files.names().flatMap((name) => {
      const read = attempt(() => readRecipe(files.read(name), files.file(name)).recipe);
      return 'value' in read ? recipeSql(read.value, files.file(name)) : [];
    }),
    ...expectationSql(context, store),
  ];

  const held = () => ({ texts: sqlTexts(), actions: context.actions.list() });

  const handlers: Handlers<typeof dataCleaningCalls> = {
    recipes: async ({ dataset }) => {
      const all = files.names().map(detail);
      const chosen =
        dataset === undefined ? all : all.filter(({ recipe }) => concerns(recipe as CleaningRecipe | null, dataset));
      return { recipes: chosen.map(summaryOf) };
    },
    recipe: async ({ name }) => ({ recipe: detail(name) }),
    saveRecipe: async ({ name, ...what }) => {
      const found = given(what, name);
      if (!found) throw new GalleyError('call.invalid_input', 'data.saveRecipe needs a text or a recipe.');
      requireNoCycle(name, found.recipe, runner.others(name));
      files.write(name, found.text);
      context.events.publish({ type: 'phase.changed', phase: 'data' });
      return { recipe: detail(name) };
    },
    removeRecipe: async ({ name }) => {
      files.remove(name);
      runs.remove(name);
      context.events.publish({ type: 'phase.changed', phase: 'data' });
      return { name };
    },
    previewRecipe: async ({ name = 'recipe', until, look, limit, masked, ...what }, signal) => {
      const file = files.file(name);
      const { recipe } = given(what, name) ?? readRecipe(files.read(name), file);
      trust.require(context.project, recipeSql(recipe, file));
      const inputs = new RecipeInputs(store, recipe);
      const preview = await previewApart(context, inputs, recipe, { until, look, limit }, signal);
      return masked ? maskedRecipePreview(store, recipe, preview) : preview;
    },
    runRecipe: async ({ name, text, source }) => {
      if (text !== undefined) await handlers.saveRecipe({ name, text });
      return runner.submit(name, source);
    },
    sqlTexts: async () => ({ trusted: trust.has(context.project), ...held() }),
    trust: async () => {
      trust.grant(context.project);
      context.events.publish({ type: 'phase.changed', phase: 'data' });
      return held();
    },
  };
  return { handlers, watcher: new RecipeWatcher(context, store, runs, files, runner) };
}

function attempt<Value>(work: () => Value): { value: Value } | { error: ErrorReport } {
  try {
    return { value: work() };
  } catch (error) {
    return { error: reportError(error) };
  }
}

/** True for recipes that read a dataset or write it; those that cannot be read concern all. */
function concerns(recipe: CleaningRecipe | null, dataset: string): boolean {
  return recipe === null || recipe.to === dataset || datasetsRead(recipe).includes(parseReference(dataset).name);
}

function summaryOf({ hash: _hash, text: _text, recipe: _recipe, ...summary }: RecipeDetail): RecipeSummary {
  return summary;
}
