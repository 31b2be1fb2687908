import type { LearningTask } from '../learner.ts';
import { solveSymmetric } from './cholesky.ts';
import { transposedProduct, weightedGram } from './design.ts';

/**
 * Minimises sum w (y - x b - intercept)^2 + alpha |b|^2 in closed form, scikit-learn's `Ridge(alpha)`: the normal
 * equations of the centred columns by Cholesky.
 * @returns width coefficients and the intercept.
 */
export function fitRidge(learning: LearningTask, alpha: number): Float64Array {
  const { features, target } = learning;
  const weights = learning.weights ?? new Float64Array(target.length).fill(1);
  const { width } = features;
  const span = width + 1;
  // The last row of the Gram matrix with the intercept's column of ones holds the sums of all columns.
  const gram = weightedGram(features, weights);
  const totalWeight = gram[width * span + width] as number;
  const targetMean = target.reduce((sum, value, row) => sum + value * (weights[row] as number), 0) / totalWeight;
  const residuals = target.map((value, row) => (value - targetMean) * (weights[row] as number));
  const right = transposedProduct(features, residuals, 1).subarray(0, width);

  const means = Float64Array.from(
    { length: width },
    (_, column) => (gram[width * span + column] as number) / totalWeight,
  );
  const system = new Float64Array(width * width);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column <= row; column++) {
      const centred =
        (gram[row * span + column] as number) - totalWeight * (means[row] as number) * (means[column] as number);
      system[row * width + column] = row === column ? centred + alpha : centred;
    }
  }
  const coefficients = solveSymmetric(system, right);
  const intercept = coefficients.reduce((rest, value, column) => rest - value * (means[column] as number), targetMean);
  return Float64Array.from([...coefficients, intercept]);
}
