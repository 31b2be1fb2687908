import type { Frame } from '../base/frame.ts';
import { selectMatrixRows } from './features/feature-matrix.ts';
import type { Parameters } from './learners/learner.ts';
import { binFeatures, selectBinnedRows } from './learners/trees/bin-features.ts';
import { addScores } from './learners/trees/ensemble.ts';
import { boostedSide, sideFeatures, sideParameters } from './side-regression.ts';

/**
 * What boosted trees say of each row that were fitted on the rows of the other folds. Columns are encoded and binned once
 * over all rows: neither looks at the target.
 * @param fold of each row, from 0 to `folds` - 1, none without rows
 * @param changed parameters of the trees learner
 * @throws GalleyError `train.no_features` where no column tells rows apart
 */
export function outOfFoldAnswers(
  frame: Frame,
  target: Float64Array,
  fold: Uint8Array,
  folds: number,
  changed: Parameters = {},
): Float64Array {
  const parameters = sideParameters(changed);
  const features = sideFeatures(frame).of(frame);
  const binned = binFeatures(features, parameters.max_bins as number);
  const answers = new Float64Array(frame.rows);
  for (let tested = 0; tested < folds; tested++) {
    const rows = rowsWhere(fold, (one) => one !== tested);
    const learning = {
      features: selectMatrixRows(features, rows),
      target: Float64Array.from(rows, (row) => target[row] as number),
      binned: selectBinnedRows(binned, rows),
    };
    const { ensemble, baseline } = boostedSide(learning, parameters);
    const others = rowsWhere(fold, (one) => one === tested);
    for (const row of others) answers[row] = baseline[0] as number;
    addScores(ensemble, features, answers, { rows: others });
  }
  return answers;
}

function rowsWhere(fold: Uint8Array, isTaken: (fold: number) => boolean): Uint32Array {
  return Uint32Array.from(fold.keys()).filter((row) => isTaken(fold[row] as number));
}
