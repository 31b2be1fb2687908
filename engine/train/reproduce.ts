import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from '../base/canonical-json.ts';
import type { OutputOf } from '../contract/call.ts';
import type { trainCalls } from '../contract/train.ts';
import type { ReadableVersion } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { ProcessWork } from '../jobs/job-queue.ts';
import { differencesOf } from './differences.ts';
import { learningOptionsOf } from './recipe.ts';
import type { ReproduceJobInput, ReproduceJobOutput } from './reproduce-job.ts';
import { jobInput, recipeOf, type TrainingPlan } from './run-work.ts';
import type { StoredRun } from './store.ts';
import { outcomeOf, type RecordedSearch } from './sweeps/replay.ts';
import { beyond, platformInWords, toleranceOf } from './tolerance.ts';
import { runEnvironment } from './tracking/environment.ts';
import type { FitResult } from './train-job.ts';

type Reproduced = OutputOf<typeof trainCalls.reproduce>;

/**
 * The work of `train.reproduce`: the recipe of a run once more, from the stored data, and where a search chose the run its
 * recorded schedule, too. On the same platform everything is compared to the last bit: the recipe, every metric, the files
 * of model and holdout predictions, the scores of all trials and what was chosen; the ONNX file is made of the model's file
 * and the recipe alone, so it is the same where they are. On another one numbers are compared within a tolerance, and the
 * files, which hold all bits, are not.
 */
export function reproduceWork(
  context: EngineContext,
  run: StoredRun,
  version: ReadableVersion,
  search?: RecordedSearch,
): ProcessWork<ReproduceJobOutput, Reproduced> {
  const { recipe } = run;
  const plan = planOf(run, version);
  const input: ReproduceJobInput = { ...jobInput(plan), ...(search && { search }) };
  const environment = runEnvironment(context);
  return {
    kind: 'train.reproduce',
    title: `Reproduce run ${run.number}`,
    input,
    async commit(output, stagingFolder) {
      const fit = output.fits[0] as FitResult;
      const here = await environment;
      const learners = [recipe.learner, ...(recipe.members ?? []).map(({ learner }) => learner)];
      const tolerance = toleranceOf(run.detail.environment, here, learners);
      const tried = search?.trials.map(({ learner }) => learner) ?? [];
      const searchTolerance = toleranceOf(run.detail.environment, here, tried);
      const fileHash = (name: string) => contentHash(readFileSync(join(stagingFolder, name)));
      const before = {
        recipe,
        metrics: run.metrics,
        ...(tolerance === 0 && { model: run.modelHash, predictions: run.holdoutHash }),
        ...(search && { search: outcomeOf(search) }),
      };
      const now = {
        recipe: recipeOf(plan, output, fit, context.version),
        metrics: fit.metrics,
        ...(tolerance === 0 && { model: fileHash(fit.modelFile), predictions: fileHash(fit.holdoutFile) }),
        ...(output.search && { search: output.search }),
      };
      const tolerances = { run: tolerance, search: searchTolerance };
      const differences = beyond(tolerances, differencesOf([before, now])).map(({ path, values }) => {
        return { path, before: values[0], now: values[1] };
      });
      const platforms = { before: platformInWords(run.detail.environment), now: platformInWords(here) };
      return {
        identical: differences.length === 0,
        tolerance,
        ...(search && searchTolerance !== tolerance && { searchTolerance }),
        ...(tolerance > 0 && { platforms }),
        differences,
      };
    },
  };
}

/** The training of a run once more. */
export function planOf({ recipe, detail, metric }: StoredRun, version: ReadableVersion): TrainingPlan {
  return {
    version,
    keyColumns: detail.keyColumns,
    rowIdentity: recipe.rowIdentity,
    target: recipe.target,
    features: recipe.features,
    split: recipe.split,
    window: recipe.window,
    learners: [{ name: recipe.learner, parameters: recipe.parameters, members: recipe.members }],
    metric: metric.name,
    seed: recipe.seed,
    ...(recipe.adopted && { adopted: recipe.adopted }),
    ...learningOptionsOf(recipe),
  };
}
