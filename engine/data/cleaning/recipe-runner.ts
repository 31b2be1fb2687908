import { createHash } from 'node:crypto';
import { GalleyError, reportError } from '../../base/errors.ts';
import type { CleaningRecipe, RecipeResult } from '../../contract/data-cleaning.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import type { Job } from '../../contract/jobs.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { Trust } from '../../store/trust.ts';
import { prepareCheck } from '../expectations/prepare.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import type { VersionSource } from '../versions/manifest.ts';
import { type RecordOrder, recordRows } from '../versions/record.ts';
import { parseReference } from '../versions/references.ts';
import { type StoredForm, storedForm } from '../versions/stored-form.ts';
import type { RecipeFiles } from './recipe-files.ts';
import { RecipeInputs, requireNoCycle } from './recipe-inputs.ts';
import type { RecipeJobInput, RecipeJobOutput } from './recipe-job.ts';
import { readRecipe, recipeHash, recipeSql } from './recipe-text.ts';
import type { RecipeRunStore, StoredRun, UsedVersion } from './store.ts';

/** Runs recipes as jobs and keeps how each ran the last time. */
export class RecipeRunner {
  readonly #context: EngineContext;
  readonly #store: DataStore;
  readonly #runs: RecipeRunStore;
  readonly #files: RecipeFiles;
  readonly #trust = new Trust();

  constructor(context: EngineContext, store: DataStore, runs: RecipeRunStore, files: RecipeFiles) {
    this.#context = context;
    this.#store = store;
    this.#runs = runs;
    this.#files = files;
  }

  /** Recipes of the project that can be read, but one. */
  others(name: string): CleaningRecipe[] {
    return this.#files
      .names()
      .filter((other) => other !== name)
      .flatMap((other) => {
        try {
          return [readRecipe(this.#files.read(other), this.#files.file(other)).recipe];
        } catch {
          return [];
        }
      });
  }

  /**
   * Starts a recipe over what its sources are now.
   * @param version of its source instead of what the recipe says
   * @throws GalleyError `data.unknown_recipe`, `data.invalid_recipe`, `data.untrusted_sql`, `data.recipe_cycle`,
   * `data.unknown_dataset`, `data.other_source`
   */
  async submit(name: string, version?: string): Promise<Job> {
    const text = this.#files.read(name);
    const file = this.#files.file(name);
    const { recipe } = readRecipe(text, file);
    this.#trust.require(this.#context.project, recipeSql(recipe, file));
    requireNoCycle(name, recipe, this.others(name));
    if (version !== undefined) requireSource(recipe, file, version);
    const inputs = new RecipeInputs(this.#store, version === undefined ? recipe : { ...recipe, from: version });
    const known = this.#store.dataset(recipe.to);
    const before = known && this.#store.latest(known);
    const input: RecipeJobInput = {
      recipe,
      file,
      ...(await inputs.open(this.#context)),
      before: before && formOf(this.#context, before),
      check: known ? await prepareCheck(this.#context, this.#store, recipe.to, before?.rows ?? null) : null,
    };
    const base = { recipe: name, hash: recipeHash(recipe), inputs: inputs.used };
    return this.#context.jobs.submit<RecipeJobOutput, RecipeResult>({
      kind: 'data.clean',
      title: `Clean ${recipe.from} into ${recipe.to}`,
      input,
      commit: (output) => this.#commit(recipe, { file, text, before }, base, output),
      abandon: (error) => {
        if (error.kind !== 'canceled') this.fail(base, reportError(error));
      },
    });
  }

  /** Writes down that a recipe failed, and tells. */
  fail(base: { recipe: string; hash: string; inputs: UsedVersion[] }, error: ErrorReport): void {
    const before = this.#runs.last(base.recipe);
    this.#save({
      ...base,
      state: 'failed',
      version: before?.version ?? null,
      rows: before?.rows ?? null,
      unchanged: false,
      steps: [],
      error,
    });
    this.#context.events.publish({ type: 'phase.changed', phase: 'data' });
  }

  async #commit(
    recipe: CleaningRecipe,
    { file, text, before }: { file: string; text: string; before: StoredVersion | undefined },
    base: { recipe: string; hash: string; inputs: UsedVersion[] },
    { version, steps }: RecipeJobOutput,
  ): Promise<RecipeResult> {
    const origin = {
      kind: 'clean' as const,
      detail: { recipe: base.recipe, hash: base.hash, text },
      parents: base.inputs.map(({ id }) => id),
      rows: null,
    };
    const order: RecordOrder = {
      name: recipe.to,
      before,
      sources: [sourceOf(file, text, version.rows)],
      origin,
      warnings: [],
      checks: version.checks,
    };
    const added = await recordRows(this.#context, this.#store, order, version);
    const { dataset, version: number, identity, rows, unchanged, warnings } = added;
    this.#save({ ...base, state: 'succeeded', version: number, rows, unchanged, steps, error: null });
    this.#context.events.publish({ type: 'phase.changed', phase: 'data', subject: recipe.to });
    return { recipe: base.recipe, dataset, version: number, identity, rows, unchanged, steps, warnings };
  }

  #save(run: Omit<StoredRun, 'at'>): void {
    this.#runs.save({ ...run, at: this.#context.clock.now() });
  }
}

/** @throws GalleyError `data.other_source` */
function requireSource(recipe: CleaningRecipe, file: string, version: string): void {
  const from = parseReference(recipe.from).name;
  if (from === parseReference(version).name) return;
  const message = `${file} cleans ${from}, and was given ${version}.`;
  throw new GalleyError('data.other_source', message, { details: { file, from, given: version } });
}

/** Where a version stands; undefined where a file of it is gone, which must not keep other rows from taking its place. */
function formOf(context: EngineContext, version: StoredVersion): StoredForm | undefined {
  try {
    return storedForm(context, version);
  } catch (error) {
    if (error instanceof GalleyError && error.code === 'store.missing_blob') return undefined;
    throw error;
  }
}

/** The recipe's file as what a version came from. */
function sourceOf(file: string, text: string, rows: number): VersionSource {
  return { name: file, md5: createHash('md5').update(text).digest('hex'), bytes: Buffer.byteLength(text), rows };
}
