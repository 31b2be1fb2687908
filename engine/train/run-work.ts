import { join } from 'node:path';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Marks } from '../contract/data-privacy.ts';
import type { AdoptedRecipe, Recipe, RowWindow, Run, Split } from '../contract/train.ts';
import type { LearningOptions } from '../contract/train-features.ts';
import type { RunEnvironment } from '../contract/train-tracking.ts';
import type { Problem } from '../contract/values.ts';
import type { ReadableVersion } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { ProcessWork } from '../jobs/job-queue.ts';
import { knownTargetOf } from './adopted/known-target.ts';
import type { StoredTraining } from './checkpoints/checkpoint-files.ts';
import type { CheckpointStore } from './checkpoints/checkpoint-store.ts';
import type { CurveBoard } from './curve-board.ts';
import type { EvaluationWish } from './evaluation/evaluate-run.ts';
import type { EvaluationStore } from './evaluation/store.ts';
import type { BlendMember } from './fit.ts';
import type { Parameters } from './learners/learner.ts';
import { compareByMetric } from './metrics.ts';
import { learningOptionsOf, recipeHash, recipeText } from './recipe.ts';
import type { RowsToldApart } from './row-units.ts';
import { type NewRun, type RunStore, toRun } from './store.ts';
import { runEnvironment } from './tracking/environment.ts';
import type { FitResult, TrainJobInput, TrainJobOutput, TrainReport } from './train-job.ts';

/** On what is trained, and how it is judged. */
export interface TrainingBase extends LearningOptions, RowsToldApart {
  version: ReadableVersion;
  target: string;
  features?: readonly string[];
  exclude?: readonly string[];
  /** Columns that are features only where `features` names them, for what they tell of people. */
  marks?: Marks;
  /** Columns that may be features although they seem to give the target away; all may where absent. */
  allowLeak?: readonly string[];
  split: Split;
  /** Of the dataset version that is the holdout, where the split says so. */
  holdoutVersionId?: string;
  window: RowWindow | null;
  metric?: string;
  seed: number;
  /** A model that another program trained. */
  adopted?: AdoptedRecipe;
}

/** What is trained once on a dataset version. */
export interface TrainingPlan extends TrainingBase {
  /** With complete parameters; `members` of a blend. */
  learners: readonly { name: string; parameters: Parameters; members?: readonly BlendMember[] }[];
}

/** @param evaluation of each fit; nothing beyond its metrics where absent. */
export function jobInput(plan: TrainingPlan, evaluation: EvaluationWish = { parts: [] }): TrainJobInput {
  const { target, metric, seed, learners } = plan;
  const orders = learners.map(({ name, parameters, members }) => ({
    target,
    learner: name,
    parameters,
    ...(members && { members }),
    seed,
    metric,
  }));
  return { ...jobInputOf(plan), orders, evaluation };
}

/** What a job of training gets of the data. */
export function jobInputOf(plan: TrainingBase): Omit<TrainJobInput, 'orders' | 'evaluation'> {
  const { target, features, exclude, marks, allowLeak, split, window, keyColumns, rowIdentity } = plan;
  return {
    dataset: {
      paths: plan.version.paths,
      columns: plan.version.schema.map(({ name, type }) => ({ name, type })),
    },
    request: {
      target,
      features,
      exclude,
      marks,
      split,
      window,
      keyColumns,
      rowIdentity,
      ...learningOptionsOf(plan),
      ...(plan.adopted && { known: knownTargetOf(plan.adopted, plan) }),
    },
    allowLeak,
  };
}

/** The recipe of one fit: everything that decides it. */
export function recipeOf(plan: TrainingBase, output: TrainJobOutput, fit: FitResult, engine: string): Recipe {
  return {
    format: 1,
    dataset: plan.version.identity,
    window: plan.window,
    target: plan.target,
    task: output.task,
    features: output.features,
    split: plan.split,
    ...(plan.rowIdentity && { rowIdentity: plan.rowIdentity }),
    learner: fit.order.learner,
    parameters: fit.order.parameters,
    seed: plan.seed,
    ...learningOptionsOf(plan),
    ...(fit.order.members && { members: fit.order.members.map((member) => ({ ...member })) }),
    ...(plan.adopted && { adopted: plan.adopted }),
    engine,
  };
}

/** What training works with. */
export interface TrainingTools {
  context: EngineContext;
  runs: RunStore;
  evaluations: EvaluationStore;
  curves: CurveBoard;
  checkpoints: CheckpointStore;
}

export interface TrainingResult {
  runs: Run[];
  best: Run;
  /** Of all runs, each once. */
  warnings: Problem[];
}

/** What there is to know of all fits, each warning once. */
export function warningsOf({ warnings, fits }: TrainJobOutput): Problem[] {
  const all = [...warnings, ...fits.flatMap((fit) => fit.warnings)];
  return [...new Map(all.map((warning) => [canonicalJson(warning as unknown as Json), warning])).values()];
}

/** The work of `train.run`: its result are the stored runs. What it leaves where it is broken off can be gone on with. */
export function trainingWork(
  { context, runs: store, evaluations, curves, checkpoints }: TrainingTools,
  plan: TrainingPlan,
  evaluation: EvaluationWish,
): ProcessWork<TrainJobOutput, TrainingResult> {
  const { version, ...named } = plan;
  const names = plan.learners.map(({ name }) => name).join(', ');
  const environment = runEnvironment(context);
  const training: StoredTraining = {
    engine: context.version,
    datasetVersionId: version.id,
    identity: version.identity,
    plan: named,
    evaluation,
  };
  return {
    kind: 'train.run',
    title: `Train ${names} on ${version.dataset.name}@${version.number}`,
    input: {
      ...jobInput(plan, evaluation),
      now: context.clock.now(),
      checkpoints: { folder: checkpoints.folder, training },
    },
    onReport(message, jobId) {
      const { curve } = message as TrainReport;
      curves.add(jobId, curve);
      context.events.publish({ type: 'fit.advanced', jobId, curve });
    },
    async commit(output, stagingFolder, jobId) {
      const target = { context, store, evaluations, plan, environment: await environment };
      const runs = await commitRuns(target, output, stagingFolder, jobId);
      curves.forget(jobId);
      checkpoints.remove(jobId);
      return { runs, best: bestOf(runs), warnings: warningsOf(output) };
    },
    abandon: (_, jobId) => curves.forget(jobId),
  };
}

/** Where runs go, and what they have in common. */
export interface RunTarget {
  context: EngineContext;
  store: RunStore;
  evaluations: EvaluationStore;
  plan: TrainingBase;
  environment: RunEnvironment;
}

/** Makes runs of fits, in one transaction with what else is to be written then. */
export async function commitRuns(
  target: RunTarget,
  output: TrainJobOutput,
  stagingFolder: string,
  jobId: string,
  { searchOf, within }: { searchOf?(fit: number): Run['search']; within?(runs: Run[]): void } = {},
): Promise<Run[]> {
  const { context, store, evaluations } = target;
  const adopted = await adoptFiles(context, output, stagingFolder);
  const runs = context.database.transaction(() => {
    context.blobs.record(...adopted.flatMap(({ model, holdout }) => [model, holdout]));
    const made = output.fits.map((fit, index) => {
      const search = searchOf?.(index);
      const files = adopted[index] as AdoptedFiles;
      const run = newRun(target, store.nextNumber(), output, fit, files, jobId, search);
      registerUse(context, run, target.plan.holdoutVersionId);
      const inserted = store.insert(run, recipeText(run.recipe));
      evaluations.save(run.id, files.evaluation, run.createdAt);
      return toRun(inserted);
    });
    within?.(made);
    return made;
  });
  for (const { id } of runs) context.events.publish({ type: 'phase.changed', phase: 'train', subject: id });
  return runs;
}

type AdoptedFiles = Record<'model' | 'holdout' | 'evaluation', { hash: string; bytes: number }>;

async function adoptFiles(
  { blobs }: EngineContext,
  output: TrainJobOutput,
  stagingFolder: string,
): Promise<AdoptedFiles[]> {
  const adopted: AdoptedFiles[] = [];
  const adopt = (file: string) => blobs.adopt(join(stagingFolder, file));
  for (const { modelFile, holdoutFile, evaluationFile } of output.fits) {
    const [model, holdout] = [await adopt(modelFile), await adopt(holdoutFile)];
    adopted.push({ model, holdout, evaluation: await adopt(evaluationFile) });
  }
  return adopted;
}

function newRun(
  { context, plan, environment }: RunTarget,
  number: number,
  output: TrainJobOutput,
  fit: FitResult,
  files: AdoptedFiles,
  jobId: string,
  search: Run['search'],
): NewRun {
  const recipe = recipeOf(plan, output, fit, context.version);
  return {
    id: context.newId('run'),
    number,
    jobId,
    datasetVersionId: plan.version.id,
    datasetName: plan.version.dataset.name,
    datasetVersion: plan.version.number,
    recipe,
    recipeHash: recipeHash(recipe),
    metrics: fit.metrics,
    metric: fit.metric,
    seconds: fit.seconds,
    detail: {
      rows: output.rows,
      keyColumns: [...plan.keyColumns],
      intervals: fit.intervals,
      warnings: [...output.warnings, ...fit.warnings],
      environment,
      features: output.featureDetails,
      importance: fit.importance,
      headline: fit.headline,
      curves: fit.curves,
      history: fit.history,
      ...(search && { search }),
    },
    modelHash: files.model.hash,
    holdoutHash: files.holdout.hash,
    createdAt: context.clock.now(),
  };
}

function registerUse({ uses }: EngineContext, run: NewRun, holdoutVersionId: string | undefined): void {
  const label = `run ${run.number}, ${run.recipe.learner}`;
  uses.add({ kind: 'run', id: run.id, label }, { kind: 'dataset_version', id: run.datasetVersionId });
  if (holdoutVersionId && holdoutVersionId !== run.datasetVersionId)
    uses.add({ kind: 'run', id: run.id, label }, { kind: 'dataset_version', id: holdoutVersionId });
}

function bestOf(runs: readonly Run[]): Run {
  const [best] = runs.toSorted((left, right) =>
    compareByMetric(left.metric, left.metrics[left.metric.name] ?? null, right.metrics[right.metric.name] ?? null),
  );
  return best as Run;
}
