import { seededRandom } from '../base/random.ts';
import { divide } from './divide.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { selectMatrixRows } from './features/feature-matrix.ts';
import { monotoneColumns } from './features/features.ts';
import { type ColumnImportance, columnImportance } from './importance.ts';
import type { FitControl, FitSummary, Learner, LearningRows, LearningTask, Parameters } from './learners/learner.ts';
import { findLearner } from './learners/learners.ts';
import { type RankingMetric, rankingMetric } from './metrics.ts';
import { type Answers, answerFeatures, defaultThreshold, type TrainedModel } from './model.ts';
import { featuresOf, type PreparedTraining } from './prepare.ts';

/** One learner with its parameters, to be fitted to prepared data. */
export interface FitOrder {
  target: string;
  learner: string;
  /** Complete. */
  parameters: Parameters;
  seed: number;
  /** Ranks runs; the task's own where absent. */
  metric?: string;
}

export interface FitOutcome extends Evaluation {
  model: TrainedModel;
  metric: RankingMetric;
  summary: FitSummary;
  importance: ColumnImportance[];
  /** Of the holdout, in the order of its positions. */
  answers: Answers;
}

/** Fits one learner on the training part and judges it on the holdout. The same order gives the same outcome. */
export async function fitLearner(
  prepared: PreparedTraining,
  order: FitOrder,
  control: FitControl,
): Promise<FitOutcome> {
  const { task, classes, features, holdout } = prepared;
  const learner = findLearner(order.learner);
  const metric = rankingMetric(task, order.metric);
  const seeds = seededRandom(order.seed);
  const nextSeed = () => Math.floor(seeds() * 2 ** 31);
  const fitted = await learner.fit(learningTask(prepared, learner, order, nextSeed()), order.parameters, control);
  const model: TrainedModel = {
    task,
    target: order.target,
    classes,
    threshold: defaultThreshold,
    features,
    learner: order.learner,
    fitted,
  };
  const answers = answerFeatures(model, featuresOf(holdout, learner.layout));
  control.throwIfCanceled();
  const evaluation = evaluate({ ...model, answers, target: holdout.target }, nextSeed());
  control.throwIfCanceled();
  const importance = columnImportance(model, holdout, metric, nextSeed());
  return { ...evaluation, model, metric, summary: fitted.summary, importance, answers };
}

/**
 * What a learner is asked to learn of a training part. Rows are kept aside where it wants some; the same order keeps
 * aside the same rows.
 * @param seed of the learner's own draws.
 */
export function learningTask(
  { task, classes, features, training }: Pick<PreparedTraining, 'task' | 'classes' | 'features' | 'training'>,
  learner: Learner,
  order: Pick<FitOrder, 'parameters' | 'seed'>,
  seed: number,
): LearningTask {
  const { target, weights, division } = training;
  const all: LearningRows = { features: featuresOf(training, learner.layout), target, weights };
  const what = { task, classCount: classes.length, monotone: monotoneColumns(features, learner.layout), seed };
  const share = learner.validationShare?.(order.parameters, target.length) ?? 0;
  const { kept, aside } = divide(division, share, order.seed);
  if (kept.length === 0 || aside.length === 0) return { ...what, ...all };
  return { ...what, ...selectLearningRows(all, kept), validation: selectLearningRows(all, aside) };
}

function selectLearningRows({ features, target, weights }: LearningRows, rows: Int32Array): LearningRows {
  const select = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] as number);
  return { features: selectMatrixRows(features, rows), target: select(target), weights: weights && select(weights) };
}
