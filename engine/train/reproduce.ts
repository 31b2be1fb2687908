import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash } from '../base/canonical-json.ts';
import type { OutputOf } from '../contract/call.ts';
import type { trainCalls } from '../contract/train.ts';
import type { ReadableVersion } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { ProcessWork } from '../jobs/job-queue.ts';
import { type Difference, differencesOf } from './differences.ts';
import { learningOptionsOf } from './recipe.ts';
import { jobInput, recipeOf, type TrainingPlan } from './run-work.ts';
import type { StoredRun } from './store.ts';
import type { FitResult, TrainJobOutput } from './train-job.ts';

/**
 * The work of `train.reproduce`: the recipe of a run once more, from the stored data. What is compared is the recipe,
 * every metric to its last bit, and the files of model and holdout predictions byte for byte; the ONNX file is made of
 * the model's file and the recipe alone, so it is the same where they are.
 */
export function reproduceWork(
  context: EngineContext,
  run: StoredRun,
  version: ReadableVersion,
): ProcessWork<TrainJobOutput, OutputOf<typeof trainCalls.reproduce>> {
  const { recipe } = run;
  const plan = planOf(run, version);
  return {
    kind: 'train.run',
    title: `Reproduce run ${run.number}`,
    input: jobInput(plan),
    commit(output, stagingFolder) {
      const fit = output.fits[0] as FitResult;
      const fileHash = (name: string) => contentHash(readFileSync(join(stagingFolder, name)));
      const before = { recipe, metrics: run.metrics, model: run.modelHash, predictions: run.holdoutHash };
      const now = {
        recipe: recipeOf(plan, output, fit, context.version),
        metrics: fit.metrics,
        model: fileHash(fit.modelFile),
        predictions: fileHash(fit.holdoutFile),
      };
      const differences = differencesOf([before, now]).map(({ path, values }: Difference) => ({
        path,
        before: values[0],
        now: values[1],
      }));
      return { identical: differences.length === 0, differences };
    },
  };
}

/** The training of a run once more. */
export function planOf({ recipe, detail, metric }: StoredRun, version: ReadableVersion): TrainingPlan {
  return {
    version,
    keyColumns: detail.keyColumns,
    target: recipe.target,
    features: recipe.features,
    split: recipe.split,
    window: recipe.window,
    learners: [{ name: recipe.learner, parameters: recipe.parameters }],
    metric: metric.name,
    seed: recipe.seed,
    ...learningOptionsOf(recipe),
  };
}
