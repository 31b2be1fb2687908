import { seededRandom } from '../base/random.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { type ColumnImportance, columnImportance } from './importance.ts';
import type { FitControl, FitSummary, Parameters } from './learners/learner.ts';
import { findLearner } from './learners/learners.ts';
import { type RankingMetric, rankingMetric } from './metrics.ts';
import { type Answers, answerFeatures, defaultThreshold, type TrainedModel } from './model.ts';
import type { PreparedTraining } from './prepare.ts';

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
  const { task, classes, features, training, holdout } = prepared;
  const metric = rankingMetric(task, order.metric);
  const seeds = seededRandom(order.seed);
  const nextSeed = () => Math.floor(seeds() * 2 ** 31);
  const fitted = await findLearner(order.learner).fit(
    { task, classCount: classes.length, features: training.features, target: training.target, seed: nextSeed() },
    order.parameters,
    control,
  );
  const model: TrainedModel = {
    task,
    target: order.target,
    classes,
    threshold: defaultThreshold,
    features,
    learner: order.learner,
    fitted,
  };
  const answers = answerFeatures(model, holdout.features);
  control.throwIfCanceled();
  const evaluation = evaluate({ ...model, answers, target: holdout.target }, nextSeed());
  control.throwIfCanceled();
  const importance = columnImportance(model, holdout, metric, nextSeed());
  return { ...evaluation, model, metric, summary: fitted.summary, importance, answers };
}
