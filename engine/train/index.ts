import { join } from 'node:path';
import type { Run, trainCalls } from '../contract/train.ts';
import type { PredictionInterval } from '../contract/values.ts';
import type { DataPhase, ReadableVersion } from '../data/index.ts';
import type { EngineContext, Phase } from '../jobs/context.ts';
import type { AdoptionWish } from './adopted/adoption.ts';
import { trainHandlers, trainingBase, wishOf } from './calls.ts';
import { CheckpointStore } from './checkpoints/checkpoint-store.ts';
import { CurveBoard } from './curve-board.ts';
import type { EvaluationWish } from './evaluation/evaluate-run.ts';
import { EvaluationStore } from './evaluation/store.ts';
import { openRun } from './holdout-dataset.ts';
import { type HoldoutPredictions, readHoldout } from './holdout-file.ts';
import { datasetsOfRun, type PortableRun, portableRun, takeInRun } from './portable-run.ts';
import { requireRun } from './run-references.ts';
import { commitRuns, type TrainingPlan } from './run-work.ts';
import { RunStore, type StoredRun } from './store.ts';
import { AnswerFolders } from './sweeps/answer-folders.ts';
import { SweepStore } from './sweeps/store.ts';
import { removeRun } from './tracking/delete-runs.ts';
import { runEnvironment } from './tracking/environment.ts';
import type { TrainJobOutput } from './train-job.ts';

export { type AdoptionWish, requireTrainedHere, withAdopted } from './adopted/adoption.ts';
export {
  classPlaces,
  type ForeignInput,
  type ForeignPart,
  foreignTypes,
  labelNumbers,
  wholeLimit,
} from './adopted/foreign-part.ts';
export { ForeignSession, type PlainTensor, type SessionAnswer, type SessionStart } from './adopted/foreign-session.ts';
export { foreignFeeds, shareNoise } from './adopted/foreign-tensors.ts';
export { inputFeatures } from './adopted/input-features.ts';
export { judgeAdopted } from './adopted/judge-adopted.ts';
export { knownTargetOf } from './adopted/known-target.ts';
export { differencesOf } from './differences.ts';
export { drawRows, rowsOf } from './draw-rows.ts';
export { columnParts } from './evaluation/column-parts.ts';
export type { EvaluationWish } from './evaluation/evaluate-run.ts';
export { decisionReport, fewestGroupRows, type JudgedDecisions } from './evaluation/fairness-report.ts';
export { sensitiveGroups, unknownColumn } from './evaluation/sensitive-groups.ts';
export { evenly } from './evenly.ts';
export type { GraphFeatures } from './features/feature-matrix.ts';
export { columnFeatures, writeFeatures } from './features/features.ts';
export type { ColumnFeature } from './features/kinds.ts';
export { heldRows } from './holdout-dataset.ts';
export type { HoldoutPredictions } from './holdout-file.ts';
export { layoutOf } from './learners/learners.ts';
export { lowerIsBetter } from './metrics.ts';
export {
  type AdoptedModel,
  type Answers,
  adoptedName,
  answerRows,
  defaultThreshold,
  isAdopted,
  isBlend,
  layoutsOf,
  type Model,
  type TrainedModel,
} from './model.ts';
export { readModelFile } from './model-file.ts';
export { filesOfRun, type PortableRun } from './portable-run.ts';
export { frameOfRows, rawRows, rawValue } from './raw-rows.ts';
export { learningOptionsOf, recipeHash } from './recipe.ts';
export { dividesByHash, hasFewContents, type RowsToldApart, rowUnits } from './row-units.ts';
export { jobInputOf, recipeOf, type TrainingPlan } from './run-work.ts';
export { drawHoldout } from './split.ts';
export { type StoredRun, toRun } from './store.ts';
export { writeTransformBack } from './target-transform.ts';
export { inOrder, readTarget, targetLabels } from './task.ts';
export { readDataset, type TrainJobInput, type TrainJobOutput } from './train-job.ts';
export { rowsInWindow } from './window.ts';

/** Training, and what later phases read of it. */
export interface TrainPhase extends Phase<typeof trainCalls> {
  /** A run by its id or number. @throws GalleyError `train.run_not_found` */
  stored(reference: string): StoredRun;
  /** A run by its id; undefined where it is not here. */
  find(id: string): StoredRun | undefined;
  /** The rows that a run was trained on and judged by. @throws GalleyError `train.run_not_found`, `data.…` */
  rows(reference: string): Promise<ReadableVersion>;
  /** Of a regression that was evaluated with them. @throws GalleyError `train.run_not_found` */
  intervals(reference: string): PredictionInterval[] | undefined;
  /** On what a model from elsewhere is judged, and how. @throws GalleyError `data.…`, `train.unknown_column` */
  planAdoption(wish: AdoptionWish): Promise<{ plan: TrainingPlan; evaluation: EvaluationWish }>;
  /** Makes a run of a model from elsewhere that was judged in a job. */
  adopt(plan: TrainingPlan, output: TrainJobOutput, stagingFolder: string, jobId: string): Promise<StoredRun>;
  /** What another project needs of a run. @throws GalleyError `train.run_not_found` */
  portable(reference: string): PortableRun;
  /** Names of the datasets that a run was trained and judged on, but for a holdout that is gone. */
  datasetsOf(run: PortableRun): string[];
  /** Takes a run of another project in; call it in a transaction, once its files are in the store of blobs. */
  takeIn(run: PortableRun, files: ReadonlyMap<string, { hash: string; bytes: number }>): StoredRun;
  /** Removes a run of which nothing came. */
  takeBack(run: StoredRun): void;
  /** What a run said of its holdout. @throws GalleyError `train.run_not_found` */
  holdout(reference: string): HoldoutPredictions;
  /**
   * Removes what trainings and searches that do not run kept to go on from, and answers its bytes.
   * @param before only what is older, in UTC epoch milliseconds.
   */
  purge(order: { before?: number; dryRun: boolean }): number;
}

/** The phase that owns recipes, learners and runs. */
export function createTrainPhase(context: EngineContext, data: DataPhase): TrainPhase {
  const store = new RunStore(context.database);
  const sweeps = new SweepStore(context.database);
  sweeps.interruptUnfinished(context.clock.now());
  const evaluations = new EvaluationStore(context);
  const checkpoints = new CheckpointStore(
    join(context.project.path, 'run', 'checkpoints'),
    context.jobs,
    context.version,
  );
  checkpoints.removeLeftovers();
  const answers = new AnswerFolders(join(context.project.path, 'run', 'searches'), sweeps);
  answers.removeLeftovers();
  const curves = new CurveBoard();
  const tools = { context, runs: store, evaluations, sweeps, answers, curves, checkpoints, pausing: new Set<string>() };
  data.onRenamed(({ versionIds, to }) => {
    store.renameDataset(versionIds, to);
    sweeps.renameDataset(versionIds, to);
  });
  return {
    handlers: trainHandlers(context, data, store, tools),
    stored: (reference) => requireRun(store, reference),
    find: (id) => store.find(id),
    rows: (reference) => openRun(data, requireRun(store, reference)),
    intervals: (reference) =>
      evaluations
        .find(requireRun(store, reference).id)
        ?.regression?.intervals?.levels.map(({ level, halfWidth }) => ({ level, halfWidth })),
    async planAdoption({ reference, target, split }) {
      const base = await trainingBase(data, { reference, target, ...(split && { split }) });
      return { plan: { ...base, learners: [] }, evaluation: wishOf(context, { target }) };
    },
    async adopt(plan, output, stagingFolder, jobId) {
      const environment = await runEnvironment(context);
      const target = { context, store, evaluations, plan, environment };
      const [run] = await commitRuns(target, output, stagingFolder, jobId);
      return requireRun(store, (run as Run).id);
    },
    portable: (reference) => portableRun(tools, requireRun(store, reference)),
    datasetsOf: (run) => datasetsOfRun({ data }, run),
    takeIn: (run, files) => takeInRun({ ...tools, data }, run, files),
    takeBack(run) {
      context.database.transaction(() => removeRun(tools, run));
      context.events.publish({ type: 'phase.changed', phase: 'train', subject: run.id });
    },
    purge: (order) => checkpoints.purge(order) + answers.purge(order),
    holdout: (reference) => {
      const { holdoutHash } = requireRun(store, reference);
      return readHoldout(context.blobs.read(holdoutHash).toString('utf8'));
    },
  };
}
