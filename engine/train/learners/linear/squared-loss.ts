import type { LearningTask } from '../learner.ts';
import { linearScores, transposedProduct, weightedGram } from './design.ts';
import type { Evaluation, Objective } from './minimise.ts';

/**
 * Half the weighted mean of squared residuals plus `penalty` |coefficients|^2 / 2, the intercept free.
 * Points are width + 1 coefficients.
 */
export function squaredLoss(
  learning: Pick<LearningTask, 'features' | 'target' | 'weights'>,
  penalty: number,
): Objective {
  const { features, target } = learning;
  const weights = learning.weights ?? new Float64Array(target.length).fill(1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / total);
  const { width } = features;
  let hessian: Float64Array | undefined;

  const evaluate = (point: Float64Array): Evaluation => {
    const residuals = linearScores(features, point, 1).map((score, row) => score - (target[row] as number));
    let value = 0;
    for (let row = 0; row < residuals.length; row++) {
      value += ((shares[row] as number) * (residuals[row] as number) ** 2) / 2;
      residuals[row] = (residuals[row] as number) * (shares[row] as number);
    }
    const gradient = transposedProduct(features, residuals, 1);
    for (let place = 0; place < width; place++) {
      const coefficient = point[place] as number;
      value += (penalty / 2) * coefficient ** 2;
      gradient[place] = (gradient[place] as number) + penalty * coefficient;
    }
    return { value, gradient, hessian: () => (hessian ??= secondDerivatives()) };
  };

  function secondDerivatives(): Float64Array {
    const gram = weightedGram(features, shares);
    for (let place = 0; place < width; place++) {
      gram[place * (width + 1) + place] = (gram[place * (width + 1) + place] as number) + penalty;
    }
    return gram;
  }
  return { size: width + 1, evaluate };
}
