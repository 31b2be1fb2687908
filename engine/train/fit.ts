import type { Json } from '../base/canonical-json.ts';
import { GalleyError } from '../base/errors.ts';
import { seededRandom } from '../base/random.ts';
import type { FitCurve } from '../contract/train-sweeps.ts';
import type { Metrics } from '../contract/values.ts';
import { CurveRecorder, type RecordedCurve } from './curve.ts';
import { divide } from './divide.ts';
import { metricsOf } from './evaluation/judged.ts';
import { matrixOf, selectMatrixRows } from './features/feature-matrix.ts';
import { monotoneColumns } from './features/features.ts';
import type {
  FitControl,
  FitSummary,
  FittedLearner,
  Learner,
  LearningRows,
  LearningTask,
  Parameters,
} from './learners/learner.ts';
import { findLearner } from './learners/learners.ts';
import { type RankingMetric, rankingMetric } from './metrics.ts';
import { type Answers, answerFeatures, blendName, defaultThreshold, type Model } from './model.ts';
import type { PreparedTraining } from './prepare.ts';
import { transformTarget } from './target-transform.ts';

export interface BlendMember {
  learner: string;
  /** Complete. */
  parameters: Parameters;
  weight: number;
}

/** One learner with its parameters, to be fitted to prepared data. */
export interface FitOrder {
  target: string;
  /** `blend` for the weighted mean of its members. */
  learner: string;
  /** Complete; none of a blend. */
  parameters: Parameters;
  /** Of a blend; weights sum to 1. */
  members?: readonly BlendMember[];
  seed: number;
  /** Ranks runs; the task's own where absent. */
  metric?: string;
}

export interface FitOutcome {
  model: Model;
  metric: RankingMetric;
  /** One a fit: one, or one a member of a blend. */
  fits: { learner: string; summary: FitSummary; curve: FitCurve }[];
  /** Of the holdout, in the order of its positions. */
  answers: Answers;
  metrics: Metrics;
}

/**
 * Fits one learner, or the members of a blend, on the training part and judges it on the holdout. The same order gives the
 * same outcome; a member is fitted as it would be alone.
 * @param control its checkpoints are of one learner: a blend takes and offers none.
 */
export async function fitLearner(
  prepared: PreparedTraining,
  order: FitOrder,
  control: FitControl,
): Promise<FitOutcome> {
  const metric = rankingMetric(prepared.task, order.metric);
  const { model, fits } = await fitModel(prepared, order, fitSeed(order.seed), control);
  const answers = answerFeatures(model, prepared.holdout.layouts);
  control.throwIfCanceled();
  const metrics = metricsOf({ ...model, answers, target: prepared.holdout.target });
  return { model, metric, fits, answers, metrics };
}

async function fitModel(
  prepared: PreparedTraining,
  order: FitOrder,
  seed: number,
  control: FitControl,
): Promise<Pick<FitOutcome, 'model' | 'fits'>> {
  const { task, classes, features, targetTransform } = prepared;
  const { target, learner, members } = order;
  const base = { task, target, classes, threshold: defaultThreshold, features, targetTransform };
  const fitOne = async ({ learner: name, parameters }: Pick<FitOrder, 'learner' | 'parameters'>, own: FitControl) => {
    const { fitted, curve } = await fitRecorded(prepared, name, { ...order, parameters }, seed, own);
    return { model: { ...base, learner: name, fitted }, fit: { learner: name, summary: fitted.summary, curve } };
  };
  if (members === undefined) {
    const { model, fit } = await fitOne(order, control);
    return { model, fits: [fit] };
  }
  if (learner !== blendName) throw new TypeError(`${learner} has no members.`);
  const { checkpoint: _offered, resumeFrom: _taken, ...unbroken } = control;
  const fitted: Awaited<ReturnType<typeof fitOne>>[] = [];
  for (const member of members) fitted.push(await fitOne(member, unbroken));
  const weighted = fitted.map(({ model }, index) => ({ weight: (members[index] as BlendMember).weight, model }));
  return { model: { ...base, learner: blendName, members: weighted }, fits: fitted.map(({ fit }) => fit) };
}

/** A checkpoint of a learner with its curve until then. */
interface RecordedFit {
  state: Json;
  curve: RecordedCurve;
}

async function fitRecorded(
  prepared: PreparedTraining,
  name: string,
  order: Pick<FitOrder, 'parameters' | 'seed'>,
  seed: number,
  control: FitControl,
): Promise<{ fitted: FittedLearner; curve: FitCurve }> {
  const learner = findLearner(name);
  const before = control.resumeFrom as unknown as RecordedFit | undefined;
  const recorder = new CurveRecorder(before?.curve);
  let reached = { done: 0, total: 0 };
  const progress: FitControl['progress'] = (done, total, metrics) => {
    reached = { done, total };
    recorder.add(done, metrics);
    control.progress(done, total, metrics);
  };
  const task = learningTask(prepared, learner, order, seed);
  const checkpoint: FitControl['checkpoint'] = (state) =>
    control.checkpoint?.(() => ({ state: state(), curve: recorder.recorded }) satisfies RecordedFit as unknown as Json);
  const fitted = await learner.fit(task, order.parameters, {
    ...control,
    progress,
    checkpoint,
    resumeFrom: before?.state,
  });
  return { fitted, curve: { learner: name, points: recorder.points, ...reached } };
}

/** The seed that a fit gets from the seed of its order. */
export function fitSeed(seed: number): number {
  return Math.floor(seededRandom(seed)() * 2 ** 31);
}

/**
 * What a learner is asked to learn of a training part. Rows are kept aside where it wants some; the same order keeps
 * aside the same rows.
 * @param seed of the learner's own draws.
 * @throws GalleyError `train.invalid_weights` where all rows of a side have weight 0.
 */
export function learningTask(
  prepared: Pick<PreparedTraining, 'task' | 'classes' | 'features' | 'training' | 'targetTransform'>,
  learner: Learner,
  order: Pick<FitOrder, 'parameters' | 'seed'>,
  seed: number,
): LearningTask {
  const { task, classes, features, training, targetTransform } = prepared;
  const { weights, division } = training;
  const target = transformTarget(training.target, targetTransform);
  const all: LearningRows = { features: matrixOf(training.layouts, learner.layout), target, weights };
  const what = { task, classCount: classes.length, monotone: monotoneColumns(features, learner.layout), seed };
  const share = learner.validationShare?.(order.parameters, target.length) ?? 0;
  const { kept, aside } = divide(division, share, order.seed);
  if (kept.length === 0 || aside.length === 0) return { ...what, ...all };
  const [learnt, validation] = [kept, aside].map((rows) => selectLearningRows(all, rows)) as [
    LearningRows,
    LearningRows,
  ];
  requireWeight(learnt, 'left to learn from');
  requireWeight(validation, 'kept aside to stop early by');
  return { ...what, ...learnt, validation };
}

function requireWeight({ weights }: LearningRows, what: string): void {
  if (weights === undefined || weights.some((weight) => weight > 0)) return;
  const message = `All ${weights.length} training rows that were ${what} have weight 0.`;
  throw new GalleyError('train.invalid_weights', message, { details: { rows: weights.length } });
}

/** The rows at these positions, in this order. */
export function selectLearningRows({ features, target, weights }: LearningRows, rows: Int32Array): LearningRows {
  const select = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] as number);
  return { features: selectMatrixRows(features, rows), target: select(target), weights: weights && select(weights) };
}
