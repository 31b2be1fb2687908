import type { FittedLearner } from '../learner.ts';
import { changedScores } from './changed-scores.ts';
import { addScores, type TreeEnsemble } from './ensemble.ts';

/** @param answersOf what the summed scores of rows mean. */
export function treePredictions(
  ensemble: TreeEnsemble,
  answersOf: (sums: Float64Array) => Float64Array,
): Pick<FittedLearner, 'predict' | 'predictChanged'> {
  return {
    predict(features) {
      const sums = new Float64Array(features.rows * ensemble.outputs);
      addScores(ensemble, features, sums);
      return answersOf(sums);
    },
    predictChanged(features) {
      const sumsOf = changedScores(ensemble, features);
      return sumsOf && ((changed, columns) => answersOf(sumsOf(changed, columns)));
    },
  };
}
