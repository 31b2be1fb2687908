import type { Frame } from '../base/frame.ts';
import type { TargetTransform } from '../contract/train-features.ts';
import type { Problem } from '../contract/values.ts';
import type { DivisionKeys } from './divide.ts';
import type { DrawnRows, TrainingRequest } from './draw-rows.ts';
import type { Layout, Layouts } from './features/feature-matrix.ts';
import { applyFeatures, type FittedFeatures } from './features/features.ts';
import { fitFeatures } from './features/fit-features.ts';
import type { Fold } from './folds.ts';
import { divisionKeys } from './split.ts';
import type { Target } from './task.ts';
import { rowWeights } from './weights.ts';

/** One side of the split. */
export interface Part {
  /** Rows of the dataset version, ascending. */
  positions: Int32Array;
  /** The features in each layout that was asked for. */
  layouts: Layouts;
  /** Numbers, or class indexes. */
  target: Float64Array;
}

/** The side that is learnt from. */
export interface TrainingPart extends Part {
  /** How much each row counts; all the same where absent. */
  weights?: Float64Array;
  /** For drawing validation rows from it. */
  division: DivisionKeys;
}

/** Everything that learners need, the same for all of them. */
export interface PreparedTraining {
  task: Target['task'];
  classes: string[];
  features: FittedFeatures;
  /** Of a regression: learners learn the transformed target, `target` of both parts is as it stands in the data. */
  targetTransform?: TargetTransform;
  training: TrainingPart;
  holdout: Part;
  /** Rows of the window that are on neither side: their target is missing, or a class that was not trained on. */
  dropped: number;
  warnings: Problem[];
}

/**
 * One fold of the training part: what is fitted is fitted on its training rows alone, and its validation rows stand
 * where the holdout does. Task and classes are those of the whole training part.
 * @throws GalleyError `train.no_features` where no column has two values among the fold's training rows.
 */
export function prepareFold(
  frame: Frame,
  request: TrainingRequest,
  drawn: DrawnRows,
  { training, validation }: Fold,
  layouts: readonly Layout[],
): PreparedTraining {
  return prepareDrawn(frame, request, { ...drawn, training, holdout: validation, dropped: 0 }, layouts);
}

/**
 * Fits the features on the drawn training rows.
 * @param frame all columns of the dataset version.
 * @param layouts those of the learners that are to be fitted.
 * @throws GalleyError `train.…` for what makes training impossible.
 */
export function prepareDrawn(
  frame: Frame,
  request: TrainingRequest,
  drawn: DrawnRows,
  layouts: readonly Layout[],
): PreparedTraining {
  const { target, choices } = drawn;
  const warnings = [...drawn.warnings];
  const weights = rowWeights(frame, drawn.training, target, request.weights);
  const features = fitFeatures(
    frame,
    drawn.training,
    { choices, settings: request.columns ?? {}, interactions: request.interactions ?? [] },
    warnings,
  );
  const part = (positions: Int32Array): Part => ({
    positions,
    layouts: Object.fromEntries(
      layouts.map((layout) => [layout, applyFeatures(features, frame, layout, positions)] as const),
    ),
    target: Float64Array.from(positions, (row) => target.values[row] as number),
  });
  const division = divisionKeys(frame, drawn.training, request.split, request);
  return {
    task: target.task,
    classes: target.classes,
    features,
    targetTransform: request.targetTransform,
    training: { ...part(drawn.training), weights, division },
    holdout: part(drawn.holdout),
    dropped: drawn.dropped,
    warnings,
  };
}
