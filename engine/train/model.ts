import { base64Of, bytesOf } from '../base/base64.ts';
import type { Json } from '../base/canonical-json.ts';
import type { Frame } from '../base/frame.ts';
import type { TargetTransform } from '../contract/train-features.ts';
import type { TaskKind } from '../contract/values.ts';
import { predictedClasses } from '../statistics/classification-metrics.ts';
import { answerForeign } from './adopted/answer-foreign.ts';
import type { ForeignPart } from './adopted/foreign-part.ts';
import { type Layout, type Layouts, matrixOf } from './features/feature-matrix.ts';
import { applyFeatures, type FittedFeatures } from './features/features.ts';
import type { FittedLearner } from './learners/learner.ts';
import { findLearner, layoutOf } from './learners/learners.ts';
import { transformBack } from './target-transform.ts';

interface ModelBase {
  task: TaskKind;
  target: string;
  /** Empty for a regression. */
  classes: readonly string[];
  /** Binary only: the second class is the label where its probability reaches this. */
  threshold: number;
  features: FittedFeatures;
  /** Of a regression: what its learners learnt instead of the target. */
  targetTransform?: TargetTransform;
}

/** One learner on one set of fitted features. */
export interface TrainedModel extends ModelBase {
  learner: string;
  fitted: FittedLearner;
}

export const blendName = 'blend';

/** Answers with the weighted mean of what its members answer. All of them were fitted on the same features. */
export interface BlendedModel extends ModelBase {
  learner: typeof blendName;
  /** Weights sum to 1. */
  members: readonly { weight: number; model: TrainedModel }[];
}

export const adoptedName = 'adopted';

/** A model that another program trained: its graph is run, by ONNX Runtime. Its features are the raw columns. */
export interface AdoptedModel extends ModelBase {
  learner: typeof adoptedName;
  foreign: ForeignPart;
}

/** From raw columns to answers: what a run leaves behind, and what a graph is made of. */
export type Model = TrainedModel | BlendedModel | AdoptedModel;

export function isAdopted(model: Pick<Model, 'learner'>): model is AdoptedModel {
  return model.learner === adoptedName;
}

export function isBlend(model: Pick<Model, 'learner'>): model is BlendedModel {
  return model.learner === blendName;
}

/** The layouts that a model's learners compute with, each once. */
export function layoutsOf(model: Model): Layout[] {
  if (isAdopted(model)) return [];
  return isBlend(model)
    ? [...new Set(model.members.flatMap((member) => layoutsOf(member.model)))]
    : [layoutOf(model.learner)];
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
export function answerRows(model: Model, frame: Frame): Answers {
  if (isAdopted(model)) return answersOfPredictions(model, answerForeign(model.foreign, model.classes, frame));
  const layouts = layoutsOf(model).map((layout) => [layout, applyFeatures(model.features, frame, layout)] as const);
  return answerFeatures(model, Object.fromEntries(layouts));
}

/** @param layouts at least those that the model's learners compute with. */
export function answerFeatures(model: Model, layouts: Layouts): Answers {
  return answersOfPredictions(model, predict(model, layouts));
}

/** @param predictions what the learners say, before it is transformed back and rounded. */
export function answersOfPredictions(model: Model, predictions: Float64Array): Answers {
  const values = transformBack(predictions, model.targetTransform).map(Math.fround);
  if (model.classes.length === 0) return { values };
  const { classes, threshold } = model;
  return { values, labels: predictedClasses({ classes, threshold, probabilities: values, labels: [] }) };
}

function predict(model: Model, layouts: Layouts): Float64Array {
  if (isAdopted(model)) throw new TypeError('A model from elsewhere answers raw columns.');
  if (!isBlend(model)) return model.fitted.predict(matrixOf(layouts, layoutOf(model.learner)));
  const answers = model.members.map(({ weight, model: member }) => ({ weight, values: predict(member, layouts) }));
  return (answers[0] as { values: Float64Array }).values.map((_, place) =>
    answers.reduce((sum, { weight, values }) => sum + weight * (values[place] as number), 0),
  );
}

/** A model as JSON, for the run's file. */
export function modelState(model: Model): Json {
  const { task, target, classes, threshold, features, targetTransform, learner } = model;
  const plainFeatures = features as unknown as Json;
  const base = {
    format: 1,
    task,
    target,
    classes: [...classes],
    threshold,
    features: plainFeatures,
    learner,
    ...(targetTransform && { targetTransform }),
  };
  if (isAdopted(model)) {
    const foreign = { ...model.foreign, onnx: base64Of(model.foreign.onnx) };
    return { ...base, foreign: foreign as unknown as Json };
  }
  if (!isBlend(model)) return { ...base, state: model.fitted.state() };
  const members = model.members.map(({ weight, model: member }) => {
    return { weight, learner: member.learner, state: member.fitted.state() };
  });
  return { ...base, members };
}

interface MemberJson {
  weight: number;
  learner: string;
  state: Json;
}

/** The model again, with the same answers bit for bit. */
export function restoreModel(json: Json): Model {
  const { state, members, foreign, ...rest } = json as unknown as ModelBase & {
    learner: string;
    state: Json;
    members?: MemberJson[];
    foreign?: Omit<ForeignPart, 'onnx'> & { onnx: string };
  };
  const { task, target, classes, threshold, features, targetTransform, learner } = rest;
  const base = { task, target, classes, threshold, features, targetTransform };
  if (foreign) {
    const onnx = new Uint8Array(bytesOf(foreign.onnx));
    return { ...base, learner: adoptedName, foreign: { ...foreign, onnx } };
  }
  const restore = (name: string, from: Json): TrainedModel => {
    return { ...base, learner: name, fitted: findLearner(name).restore(from) };
  };
  if (!members) return restore(learner, state);
  return {
    ...base,
    learner: blendName,
    members: members.map((member) => ({ weight: member.weight, model: restore(member.learner, member.state) })),
  };
}
