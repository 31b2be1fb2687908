import type { Json } from '../base/canonical-json.ts';
import type { Frame } from '../base/frame.ts';
import type { TaskKind } from '../contract/values.ts';
import { predictedClasses } from '../statistics/classification-metrics.ts';
import type { FeatureMatrix } from './features/feature-matrix.ts';
import { applyFeatures, type FittedFeatures } from './features/features.ts';
import type { FittedLearner } from './learners/learner.ts';
import { findLearner } from './learners/learners.ts';

/** From raw columns to answers: what a run leaves behind, and what a graph is made of. */
export interface TrainedModel {
  task: TaskKind;
  target: string;
  /** Empty for a regression. */
  classes: readonly string[];
  /** Binary only: the second class is the label where its probability reaches this. */
  threshold: number;
  features: FittedFeatures;
  learner: string;
  fitted: FittedLearner;
}

export const defaultThreshold = 0.5;

/** What a model says of rows. */
export interface Answers {
  /** Rows x classes probabilities or rows x 1 predictions, rounded to float32 as the graph gives them. */
  values: Float64Array;
  /** Index of the class, by the threshold or the largest probability; absent for a regression. */
  labels?: Int32Array;
}

/** @param frame raw columns; those of the model's features must be there. */
export function answerRows(model: TrainedModel, frame: Frame): Answers {
  return answerFeatures(model, applyFeatures(model.features, frame, findLearner(model.learner).layout));
}

/** @param features in the layout of the model's learner. */
export function answerFeatures(
  model: Pick<TrainedModel, 'classes' | 'threshold' | 'fitted'>,
  features: FeatureMatrix,
): Answers {
  const values = model.fitted.predict(features).map(Math.fround);
  if (model.classes.length === 0) return { values };
  const { classes, threshold } = model;
  return { values, labels: predictedClasses({ classes, threshold, probabilities: values, labels: [] }) };
}

/** A model as JSON, for the run's file. */
export function modelState(model: TrainedModel): Json {
  const { task, target, classes, threshold, features, learner, fitted } = model;
  const plainFeatures = features as unknown as Json;
  return {
    format: 1,
    task,
    target,
    classes: [...classes],
    threshold,
    features: plainFeatures,
    learner,
    state: fitted.state(),
  };
}

/** The model again, with the same answers bit for bit. */
export function restoreModel(json: Json): TrainedModel {
  const { state, ...rest } = json as unknown as Omit<TrainedModel, 'fitted'> & { state: Json };
  const { task, target, classes, threshold, features, learner } = rest;
  return { task, target, classes, threshold, features, learner, fitted: findLearner(learner).restore(state) };
}
