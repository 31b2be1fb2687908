import type { TObject } from 'typebox';
import type { Json } from '../../base/canonical-json.ts';
import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { SearchSpace } from '../../contract/train-sweeps.ts';
import type { TaskKind } from '../../contract/values.ts';
import type { SourceContributions } from '../explain/source-contributions.ts';
import type { FeatureMatrix, GraphFeatures, Layout } from '../features/feature-matrix.ts';
import type { BinnedFeatures } from './trees/bin-features.ts';

export type ParameterValue = number | string | boolean;
export type Parameters = Record<string, ParameterValue>;

export interface LearningRows {
  features: FeatureMatrix;
  /** One a row: the number to predict, or the index of the class. */
  target: Float64Array;
  /** One a row, not negative, a weight column and class weights multiplied; all 1 where absent. */
  weights?: Float64Array;
}

/** What a learner is asked to learn. */
export interface LearningTask extends LearningRows {
  task: TaskKind;
  /** Classes of a classification (2 for binary), 0 for a regression. */
  classCount: number;
  /** Rows of the training part kept aside for learners that ask for them by `validationShare`; never the holdout. */
  validation?: LearningRows;
  /** The features in bins, made once for many fits on these rows; learners that need bins make them where absent. */
  binned?: BinnedFeatures;
  /** One a dense column: 1 where answers may only rise with it, -1 only fall, 0 as it comes. All 0 where absent. */
  monotone?: Int8Array;
  seed: number;
}

/** What a learner may tell and ask while it fits. */
export interface FitControl {
  /** `total` 0 where the end is not known. */
  progress(done: number, total: number, metrics?: Record<string, number>): void;
  /** To be called at least every 100 ms. @throws GalleyError `job.canceled` */
  throwIfCanceled(): void;
  /** Offered now and then: a state that `Learner.restore` and a later `resumeFrom` understand, made when it is asked for. */
  checkpoint?(state: () => Json): void;
  /** A checkpoint of a fit of the same task with the same parameters, to go on from: the result is the same. */
  resumeFrom?: Json;
}

/** Remarks on how a fit went, for the run's page. */
export interface FitSummary {
  converged: boolean;
  iterations: number;
}

/** A learner after its fit. */
export interface FittedLearner {
  summary: FitSummary;
  /** Rows x classes probabilities that sum to 1 a row, or rows x 1 predictions; row-major. */
  predict(features: FeatureMatrix): Float64Array;
  /**
   * For many looks at the same rows, where that is quicker: what `predict` says of a matrix that differs from `features` in
   * some columns alone, dense ones by their index, then blocks.
   */
  predictChanged?(
    features: FeatureMatrix,
  ): ((changed: FeatureMatrix, columns: readonly number[]) => Float64Array) | undefined;
  /** Everything that `Learner.restore` needs for the same predictions, bit for bit. */
  state(): Json;
  /**
   * Exact Shapley values of its scores, where it has them.
   * @param background rows of the training part, for methods that compare with such.
   */
  explain?(features: FeatureMatrix, background: FeatureMatrix, throwIfCanceled?: () => void): SourceContributions;
  /** Steps of some hundred nanoseconds that `explain` takes a row, where they are many. */
  explainSteps?: number;
  /** Adds the same computation to a graph; returns a double [N, classes] or [N, 1] value. */
  writeGraph(builder: GraphBuilder, features: GraphFeatures): string;
}

/** What a search may try of a learner. */
export interface LearnerSpace {
  ranges: SearchSpace;
  /** The parameter, of rounds or epochs, of which successive halving takes a share; of the rows where absent. */
  resource?: string;
}

/** A way to learn. Adding one is a new file and a line in `learners.ts`. */
export interface Learner {
  name: string;
  title: string;
  /** One sentence for people who choose. */
  description: string;
  /** TypeBox object; every property has a default and a description. */
  parameters: TObject;
  /** What its `FeatureMatrix` and its `GraphFeatures` look like. */
  layout: Layout;
  /** Whether it keeps to `LearningTask.monotone`. */
  keepsMonotone?: true;
  /** Share of the training rows, from 0 (none) to below 1, that it wants as `validation`. Absent: never any. */
  validationShare?(parameters: Parameters, trainingRows: number): number;
  /** Bins a column of the `binned` features that it takes. Absent: it takes none. */
  maximumBins?(parameters: Parameters): number;
  /** Where a search looks for its parameters by default; absent where it has none to try. */
  searchSpace?(task: TaskKind): LearnerSpace;
  /**
   * Same task and parameters: the same result, bit for bit, on one platform.
   * @param parameters complete and checked against `parameters`.
   */
  fit(task: LearningTask, parameters: Parameters, control: FitControl): Promise<FittedLearner>;
  restore(state: Json): FittedLearner;
}
