import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Frame } from '../base/frame.ts';
import type { Run, RunDetail } from '../contract/train.ts';
import type { EvaluationReport } from '../contract/train-evaluation.ts';
import type { FitCurve } from '../contract/train-sweeps.ts';
import type { ColumnType, Problem, TaskKind } from '../contract/values.ts';
import type { JobContext } from '../jobs/job-process.ts';
import { openDuck } from '../store/duck.ts';
import { readFrame } from '../store/frames.ts';
import { type CheckpointPlace, JobCheckpoints } from './checkpoints/job-checkpoints.ts';
import { requireClass } from './classes.ts';
import { featureReferences } from './columns.ts';
import { throttle } from './curve.ts';
import { type DrawnRows, drawRows, type TrainingRequest } from './draw-rows.ts';
import type { EvaluationWish } from './evaluation/evaluate-run.ts';
import { modelRows } from './evaluation/raw-frame.ts';
import { runFigures } from './evaluation/run-figures.ts';
import { evenly } from './evenly.ts';
import { exampleRows } from './example-rows.ts';
import type { Layout } from './features/feature-matrix.ts';
import { featureWidth } from './features/features.ts';
import { describeFeature } from './features/field.ts';
import type { FitOrder } from './fit.ts';
import { fitInWorker, mapConcurrently } from './fit-in-worker.ts';
import { holdoutText } from './holdout-file.ts';
import { refuseLeaks } from './leaks.ts';
import { layoutOf } from './learners/learners.ts';
import { rankingMetric } from './metrics.ts';
import { modelFileText } from './model-file.ts';
import { monotoneWarnings, partWarnings } from './part-warnings.ts';
import { type PreparedTraining, prepareDrawn } from './prepare.ts';
import type { EvaluationOrder, WorkerOutcome } from './worker-messages.ts';

export interface TrainJobInput {
  dataset: {
    /** Parquet files of the version, in order. */
    paths: string[];
    columns: { name: string; type: ColumnType }[];
  };
  request: TrainingRequest;
  /** UTC epoch milliseconds; where it is given, dates after it are warned of. */
  now?: number;
  /** Columns that may be features although they seem to give the target away; all may where absent. */
  allowLeak?: readonly string[];
  orders: FitOrder[];
  evaluation: EvaluationWish;
  /** Where its fits write down how far they are; nowhere where absent. */
  checkpoints?: CheckpointPlace;
}

/** What is the same for all learners of a job. */
export interface TrainJobOutput {
  task: TaskKind;
  /** As they stand in the recipe. */
  features: string[];
  featureDetails: RunDetail['features'];
  rows: Run['rows'];
  warnings: Problem[];
  fits: FitResult[];
}

/** Figures of one fit, and the names of its files in the staging folder. */
export interface FitResult extends Pick<Run, 'metrics' | 'intervals' | 'metric' | 'seconds'> {
  order: FitOrder;
  /** Of this fit alone. */
  warnings: Problem[];
  curves: RunDetail['curves'];
  importance: RunDetail['importance'];
  history: FitCurve[];
  headline?: RunDetail['headline'];
  modelFile: string;
  holdoutFile: string;
  evaluationFile: string;
}

/** Raw rows of the training part that stand for columns that are not known. */
const backgroundRows = 1000;

const curveMilliseconds = 200;

/** What a training tells the engine while it goes on. */
export type TrainReport = { type: 'curve'; curve: FitCurve };

/** Reads a dataset version, prepares it once, and fits every learner in a thread of its own. */
export async function runTrainJob(input: TrainJobInput, context: JobContext): Promise<TrainJobOutput> {
  context.progress({ phase: 'reading', done: 0, total: 0 });
  const frame = await readDataset(input, context);
  context.throwIfCanceled();
  context.progress({ phase: 'preparing', done: 0, total: 0 });
  const drawn = drawChecked(frame, input, context);
  const prepared = prepareDrawn(frame, input.request, drawn, layoutsOfOrders(input.orders));
  for (const { metric } of input.orders) rankingMetric(prepared.task, metric);
  context.throwIfCanceled();
  return fitOrders(frame, prepared, input, context);
}

/**
 * Draws the rows.
 * @throws GalleyError `train.…`, `train.suspected_leak` where a column was not allowed to give the target away,
 * `train.unknown_class` where fairness is asked for by a class that there is not.
 */
export function drawChecked(
  frame: Frame,
  {
    request,
    allowLeak,
    evaluation,
  }: Pick<TrainJobInput, 'request' | 'allowLeak'> & Partial<Pick<TrainJobInput, 'evaluation'>>,
  context: JobContext,
): DrawnRows {
  const drawn = drawRows(frame, request);
  if (evaluation?.favourable !== undefined) requireClass(drawn.target.classes, evaluation.favourable);
  if (allowLeak) {
    const throwIfCanceled = () => context.throwIfCanceled();
    drawn.warnings.push(...refuseLeaks(frame, request.target, drawn, allowLeak, throwIfCanceled));
  }
  return drawn;
}

/** Fits every order in a thread of its own, judges it on the holdout, and writes its files. */
export async function fitOrders(
  frame: Frame,
  prepared: PreparedTraining,
  { orders, evaluation: wish, now, checkpoints }: Pick<TrainJobInput, 'orders' | 'evaluation' | 'now' | 'checkpoints'>,
  context: JobContext,
): Promise<TrainJobOutput> {
  const evaluation = evaluationOrder(frame, prepared, wish);
  const { cancelFlag } = context;
  const kept = checkpoints && new JobCheckpoints(checkpoints, context.jobId);
  const outcomes = await mapConcurrently(orders, availableParallelism(), (order, index) => {
    const isDue = throttle(curveMilliseconds);
    const resumed = kept && { checkpoints: { before: kept.before(index) } };
    return fitInWorker(
      { prepared, order, evaluation, cancelFlag, ...resumed },
      {
        onProgress({ done, total, metrics }) {
          context.progress({ phase: `training ${order.learner}`, done, total, metrics });
          if (metrics === undefined || !(done === total || isDue())) return;
          const curve = { learner: order.learner, points: [{ step: done, metrics }], done, total };
          context.report({ type: 'curve', curve } satisfies TrainReport);
        },
        onCheckpoint: (checkpoint) => kept?.save(index, checkpoint),
      },
    );
  });
  context.throwIfCanceled();
  const examples = exampleRows(frame, prepared);
  return {
    task: prepared.task,
    features: prepared.features.flatMap(featureReferences),
    featureDetails: prepared.features.map((feature) => ({
      name: feature.name,
      width: featureWidth(feature),
      ...describeFeature(feature),
    })),
    rows: {
      training: prepared.training.target.length,
      holdout: prepared.holdout.target.length,
      dropped: prepared.dropped,
    },
    warnings: [...prepared.warnings, ...partWarnings(prepared, now), ...(kept?.warnings ?? [])],
    fits: outcomes.map((outcome, index) => {
      const order = orders[index] as FitOrder;
      const files = writeFiles(context.stagingFolder, `${index}-${order.learner}`, prepared, outcome, examples);
      const { metrics, metric, seconds } = outcome;
      const history = outcome.fits.map(({ curve }) => curve);
      const warnings = [...fitWarnings(outcome), ...monotoneWarnings(prepared.features, outcome)];
      return {
        order,
        metrics,
        metric,
        seconds,
        ...runFigures(outcome.evaluation as EvaluationReport),
        history,
        warnings,
        ...files,
      };
    }),
  };
}

/** All layouts that the learners of some orders compute with. */
export function layoutsOfOrders(orders: readonly FitOrder[]): Layout[] {
  return [
    ...new Set(
      orders.flatMap(({ learner, members }) => (members ?? [{ learner }]).map((one) => layoutOf(one.learner))),
    ),
  ];
}

/** All columns of the dataset version. */
export async function readDataset({ dataset }: Pick<TrainJobInput, 'dataset'>, context: JobContext): Promise<Frame> {
  const duck = await openDuck({ allowed: dataset.paths, temporaryFolder: context.stagingFolder });
  try {
    const connection = await duck.connect();
    return await readFrame(connection, dataset.paths, dataset.columns);
  } finally {
    duck.closeSync();
  }
}

/** Some raw rows of the training part, evenly taken. */
export function backgroundOf(frame: Frame, trainingRows: Int32Array): Frame {
  return modelRows(
    frame,
    evenly(trainingRows.length, backgroundRows).map((row) => trainingRows[row] as number),
  );
}

function evaluationOrder(frame: Frame, { training, holdout }: PreparedTraining, wish: EvaluationWish): EvaluationOrder {
  const background = backgroundOf(frame, training.positions);
  return { ...wish, holdout: modelRows(frame, holdout.positions), background };
}

function fitWarnings({ fits }: WorkerOutcome): Problem[] {
  return fits.flatMap(({ learner, summary }): Problem[] => {
    if (summary.converged) return [];
    const message = `${learner} stopped after ${summary.iterations} iterations before it had converged.`;
    return [{ code: 'train.not_converged', message }];
  });
}

function writeFiles(
  folder: string,
  name: string,
  { holdout }: PreparedTraining,
  { model, answers, evaluation }: WorkerOutcome,
  examples: ReturnType<typeof exampleRows>,
): Pick<FitResult, 'modelFile' | 'holdoutFile' | 'evaluationFile'> {
  const files = {
    modelFile: `${name}.model.json`,
    holdoutFile: `${name}.holdout.json`,
    evaluationFile: `${name}.evaluation.json`,
  };
  const { positions, target } = holdout;
  writeFileSync(join(folder, files.modelFile), modelFileText(model, examples));
  writeFileSync(join(folder, files.holdoutFile), holdoutText({ positions, target, values: answers.values }));
  writeFileSync(join(folder, files.evaluationFile), canonicalJson(evaluation as unknown as Json));
  return files;
}
