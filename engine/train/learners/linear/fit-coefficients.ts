import type { FitControl, FitSummary, LearningTask, Parameters } from '../learner.ts';
import { leastSquares } from './least-squares.ts';
import { logisticObjective, scoreCount } from './logistic.ts';
import { limitedMemoryBfgs, type MinimiseOptions, newton } from './minimise.ts';
import { fista, proximalNewton } from './proximal.ts';
import { fitRidge } from './ridge.ts';
import { squaredLoss } from './squared-loss.ts';

export interface Fitted {
  /** outputs x (width + 1), each ending with its intercept. */
  coefficients: Float64Array;
  summary: FitSummary;
}

/**
 * Regression: least squares by QR without a penalty, ridge in closed form, elastic net by proximal Newton or FISTA.
 * Classification: Newton or L-BFGS, with an L1 penalty proximal Newton or FISTA.
 */
export function fitCoefficients(learning: LearningTask, parameters: Parameters, control: FitControl): Fitted {
  control.throwIfCanceled();
  return learning.task === 'regression'
    ? fitRegression(learning, parameters, control)
    : fitClassification(learning, parameters, control);
}

function fitRegression(learning: LearningTask, parameters: Parameters, control: FitControl): Fitted {
  const alpha = parameters.alpha as number;
  const share = (parameters.l1_ratio ?? 0) as number;
  if (share > 0 && alpha > 0) return fitElasticNet(learning, alpha, share, minimiseOptions(parameters, control));
  const exact = alpha === 0 ? leastSquares(learning.features, learning.target, learning.weights) : undefined;
  const coefficients = exact ?? fitRidge(learning, alpha);
  control.progress(1, 1);
  return { coefficients, summary: { converged: true, iterations: 1 } };
}

/**
 * Minimises sum w (y - x b - intercept)^2 + alpha ((1 - share) |b|^2 + 2 share |b|_1): scikit-learn's `ElasticNet` with
 * its alpha times the sum of weights, and `Ridge(alpha)` for share 0. The target is scaled to standard deviation 1, so
 * that the tolerance means the same for every target.
 */
function fitElasticNet(learning: LearningTask, alpha: number, share: number, options: MinimiseOptions): Fitted {
  const { features, target, weights } = learning;
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? target.length;
  const deviation = weightedDeviation(target, weights, total) || 1;
  const scaled = { features, weights, target: target.map((value) => value / deviation) };
  const objective = squaredLoss(scaled, (alpha * (1 - share)) / total);
  const limits = new Float64Array(objective.size).fill((alpha * share) / (total * deviation));
  limits[features.width] = 0;
  const minimise = objective.size <= largestHessian ? proximalNewton : fista;
  const { point, ...summary } = minimise(objective, limits, new Float64Array(objective.size), options);
  return { coefficients: point.map((value) => value * deviation), summary };
}

function weightedDeviation(target: Float64Array, weights: Float64Array | undefined, total: number): number {
  const sum = (term: (value: number) => number) =>
    target.reduce((all, value, row) => all + (weights?.[row] ?? 1) * term(value), 0);
  const mean = sum((value) => value) / total;
  return Math.sqrt(sum((value) => (value - mean) ** 2) / total);
}

function fitClassification(learning: LearningTask, parameters: Parameters, control: FitControl): Fitted {
  const strength = parameters.C as number;
  const share = (parameters.l1_ratio ?? 0) as number;
  const objective = logisticObjective(learning, strength / (1 - share));
  const options = minimiseOptions(parameters, control);
  const start = new Float64Array(objective.size);
  if (share === 0) {
    const minimise = newtonCostsLess(learning) ? newton : limitedMemoryBfgs;
    const { point, ...summary } = minimise(objective, start, options);
    return { coefficients: point, summary };
  }
  const total = learning.weights?.reduce((sum, weight) => sum + weight, 0) ?? learning.target.length;
  const span = learning.features.width + 1;
  const limits = start.map((_, place) => ((place + 1) % span === 0 ? 0 : share / (strength * total)));
  const minimise = newtonCostsLess(learning) ? proximalNewton : fista;
  const { point, ...summary } = minimise(objective, limits, start, options);
  return { coefficients: point, summary };
}

function minimiseOptions(parameters: Parameters, control: FitControl): MinimiseOptions {
  return {
    tolerance: parameters.tolerance as number,
    maximumIterations: parameters.max_iterations as number,
    onIteration(iteration, { value }) {
      control.throwIfCanceled();
      control.progress(iteration, 0, { loss: value });
    },
  };
}

const expectedNewtonSteps = 10;
const expectedBfgsSteps = 300;
const largestHessian = 3000;

/** By the multiplications of either; decided by sizes alone, so that a recipe always takes the same way. */
function newtonCostsLess({ features, classCount }: LearningTask): boolean {
  const outputs = scoreCount(classCount);
  const touched = features.denseWidth + features.blocks.length + 1;
  const size = outputs * (features.width + 1);
  const grams = (outputs * (outputs + 1)) / 2;
  const newtonStep = (features.rows * grams * touched ** 2) / 2 + size ** 3 / 6;
  const bfgsStep = 2 * features.rows * outputs * touched + 40 * size;
  return size <= largestHessian && expectedNewtonSteps * newtonStep <= expectedBfgsSteps * bfgsStep;
}
