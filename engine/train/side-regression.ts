import type { Frame } from '../base/frame.ts';
import type { FeatureMatrix } from './features/feature-matrix.ts';
import { applyFeatures } from './features/features.ts';
import { fitFeatures } from './features/fit-features.ts';
import type { LearningTask, Parameters } from './learners/learner.ts';
import { type Boosted, boost } from './learners/trees/boost.ts';
import { addScores } from './learners/trees/ensemble.ts';

/** Rows as the trees see them. */
export interface SideRows {
  /** The same columns with other rows. @throws RangeError where a column is missing */
  rowsOf(frame: Frame): FeatureMatrix;
  /** Boosted trees of one number a row, and what they say of other rows. */
  fit(target: Float64Array): (rows: FeatureMatrix) => Float64Array;
}

/** The defaults of LightGBM, of scikit-learn and of the trees that are trained here. */
const defaults: Parameters = {
  loss: 'squared',
  rounds: 100,
  learning_rate: 0.1,
  max_leaves: 31,
  max_depth: 0,
  min_samples_leaf: 20,
  min_hessian_leaf: 1e-3,
  l2: 0,
  max_bins: 255,
  row_share: 1,
  column_share: 1,
  early_stopping: 'off',
  validation_share: 0,
  patience: 10,
};

/** The defaults with some of them changed. */
export function sideParameters(changed: Parameters): Parameters {
  return { ...defaults, ...changed };
}

/** The columns of a frame as trees see them, raw. @throws GalleyError `train.no_features` where no column tells rows apart */
export function sideFeatures(frame: Frame): { of(other: Frame): FeatureMatrix } {
  const all = Int32Array.from({ length: frame.rows }, (_, row) => row);
  const choices = frame.columns.map(({ name }) => ({ name }));
  const fitted = fitFeatures(frame, all, { choices, settings: {}, interactions: [] }, []);
  return { of: (other) => applyFeatures(fitted, other, 'raw') };
}

/** Boosted trees of one number a row. */
export function boostedSide(
  rows: Pick<LearningTask, 'features' | 'target' | 'binned'>,
  parameters: Parameters,
): Boosted {
  const learning = { task: 'regression' as const, classCount: 0, seed: 0, ...rows };
  const control = { throwIfCanceled: () => undefined, progress: () => undefined };
  return boost(learning, parameters, control, undefined, () => undefined);
}

/**
 * Regressions beside a model, of numbers that are known of the same rows, as of its errors: boosted trees on the raw columns.
 * @throws GalleyError `train.no_features` where no column tells rows apart
 */
export function sideRegression(frame: Frame): SideRows {
  const rowsOf = sideFeatures(frame).of;
  const features = rowsOf(frame);
  return {
    rowsOf,
    fit(target) {
      const { ensemble, baseline } = boostedSide({ features, target }, defaults);
      return (rows) => {
        const scores = new Float64Array(rows.rows).fill(baseline[0] as number);
        addScores(ensemble, rows, scores);
        return scores;
      };
    },
  };
}
