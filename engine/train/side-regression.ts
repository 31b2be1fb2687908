import type { Frame } from '../base/frame.ts';
import type { FeatureMatrix } from './features/feature-matrix.ts';
import { applyFeatures } from './features/features.ts';
import { fitFeatures } from './features/fit-features.ts';
import type { Parameters } from './learners/learner.ts';
import { boost } from './learners/trees/boost.ts';
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

/**
 * Regressions beside a model, of numbers that are known of the same rows, as of its errors: boosted trees on the raw columns.
 * @param changed parameters of the trees learner
 * @param throwIfCanceled called many times a second
 * @throws GalleyError `train.no_features` where no column tells rows apart
 */
export function sideRegression(
  frame: Frame,
  changed: Parameters = {},
  throwIfCanceled: () => void = () => undefined,
): SideRows {
  const parameters = { ...defaults, ...changed };
  const all = Int32Array.from({ length: frame.rows }, (_, row) => row);
  const choices = frame.columns.map(({ name }) => ({ name }));
  const fitted = fitFeatures(frame, all, { choices, settings: {}, interactions: [] }, []);
  const features = applyFeatures(fitted, frame, 'raw');
  const control = { throwIfCanceled, progress: () => undefined };
  return {
    rowsOf: (other) => applyFeatures(fitted, other, 'raw'),
    fit(target) {
      const learning = { task: 'regression' as const, classCount: 0, features, target, seed: 0 };
      const { ensemble, baseline } = boost(learning, parameters, control, undefined, () => undefined);
      return (rows) => {
        const scores = new Float64Array(rows.rows).fill(baseline[0] as number);
        addScores(ensemble, rows, scores);
        return scores;
      };
    },
  };
}
