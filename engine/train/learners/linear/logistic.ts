import type { LearningTask } from '../learner.ts';
import { linearScores, transposedProduct, weightedGram } from './design.ts';
import type { Evaluation, Objective } from './minimise.ts';

/** One score for two classes (of the second against the first), else one a class. */
export function scoreCount(classCount: number): number {
  return classCount === 2 ? 1 : classCount;
}

/** Scores rows x outputs to probabilities rows x classes: sigmoid for one score, softmax for several. */
export function probabilitiesOf(scores: Float64Array, classCount: number): Float64Array {
  const outputs = scoreCount(classCount);
  const rows = scores.length / outputs;
  const probabilities = new Float64Array(rows * classCount);
  for (let row = 0; row < rows; row++) {
    const first = row * classCount;
    let largest = outputs === 1 ? Math.max(0, scores[row] as number) : Number.NEGATIVE_INFINITY;
    for (let output = 0; output < outputs; output++) {
      largest = Math.max(largest, scores[row * outputs + output] as number);
    }
    let sum = 0;
    for (let index = 0; index < classCount; index++) {
      const score = outputs === 1 ? (index === 0 ? 0 : (scores[row] as number)) : (scores[first + index] as number);
      const power = Math.exp(score - largest);
      probabilities[first + index] = power;
      sum += power;
    }
    for (let index = 0; index < classCount; index++) {
      probabilities[first + index] = (probabilities[first + index] as number) / sum;
    }
  }
  return probabilities;
}

/**
 * Mean log loss of a logistic (two classes) or multinomial model plus |coefficients|^2 / (2 C n), intercepts free:
 * scikit-learn's `LogisticRegression(penalty='l2', C)` divided by C and the sum of weights n.
 * Points are outputs x (width + 1).
 */
export function logisticObjective(learning: LearningTask, inverseStrength: number): Objective {
  const { features, target, classCount } = learning;
  const outputs = scoreCount(classCount);
  const span = features.width + 1;
  const weights = learning.weights ?? new Float64Array(target.length).fill(1);
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / totalWeight);
  const penalty = 1 / (inverseStrength * totalWeight);

  const evaluate = (point: Float64Array): Evaluation => {
    const scores = linearScores(features, point, outputs);
    const probabilities = probabilitiesOf(scores, classCount);
    const loss = meanLogLoss(scores, probabilities, learning, shares);
    const residuals = residualsOf(probabilities, learning, shares);
    const gradient = transposedProduct(features, residuals, outputs);
    let squares = 0;
    forEachCoefficient(outputs, span, (place) => {
      const coefficient = point[place] as number;
      squares += coefficient * coefficient;
      gradient[place] = (gradient[place] as number) + penalty * coefficient;
    });
    const hessian = () => hessianOf(probabilities, learning, shares, penalty);
    return { value: loss + (penalty / 2) * squares, gradient, hessian };
  };
  return { size: outputs * span, evaluate };
}

function forEachCoefficient(outputs: number, span: number, visit: (place: number) => void): void {
  for (let place = 0; place < outputs * span; place++) if ((place + 1) % span !== 0) visit(place);
}

/** -ln of the true class's probability by log-sum-exp, so that it stays finite where the probability rounds to 0. */
function meanLogLoss(
  scores: Float64Array,
  probabilities: Float64Array,
  { target, classCount }: LearningTask,
  shares: Float64Array,
): number {
  const outputs = scoreCount(classCount);
  let total = 0;
  for (let row = 0; row < target.length; row++) {
    const label = target[row] as number;
    const probability = probabilities[row * classCount + label] as number;
    const loss = probability > 1e-300 ? -Math.log(probability) : scoreGap(scores, row, label, outputs);
    total += (shares[row] as number) * loss;
  }
  return total;
}

/** How far the true class's score lies below the largest. */
function scoreGap(scores: Float64Array, row: number, label: number, outputs: number): number {
  if (outputs === 1) return Math.abs(scores[row] as number);
  const own = scores.subarray(row * outputs, (row + 1) * outputs);
  return Math.max(...own) - (own[label] as number);
}

/** Weighted (probability - outcome), rows x outputs. */
function residualsOf(probabilities: Float64Array, learning: LearningTask, shares: Float64Array): Float64Array {
  const { target, classCount } = learning;
  const outputs = scoreCount(classCount);
  const firstClass = classCount - outputs;
  const residuals = new Float64Array(target.length * outputs);
  for (let row = 0; row < target.length; row++) {
    for (let output = 0; output < outputs; output++) {
      const scored = firstClass + output;
      const outcome = target[row] === scored ? 1 : 0;
      residuals[row * outputs + output] =
        (shares[row] as number) * ((probabilities[row * classCount + scored] as number) - outcome);
    }
  }
  return residuals;
}

function hessianOf(
  probabilities: Float64Array,
  { features, target, classCount }: LearningTask,
  shares: Float64Array,
  penalty: number,
): Float64Array {
  const outputs = scoreCount(classCount);
  const firstClass = classCount - outputs;
  const span = features.width + 1;
  const size = outputs * span;
  const hessian = new Float64Array(size * size);
  const curvatures = new Float64Array(target.length);
  for (let first = 0; first < outputs; first++) {
    for (let second = 0; second <= first; second++) {
      for (let row = 0; row < target.length; row++) {
        const one = probabilities[row * classCount + firstClass + first] as number;
        const other = probabilities[row * classCount + firstClass + second] as number;
        curvatures[row] = (shares[row] as number) * one * (first === second ? 1 - one : -other);
      }
      copyBlock(weightedGram(features, curvatures), span, hessian, size, first, second);
    }
  }
  forEachCoefficient(outputs, span, (place) => {
    hessian[place * size + place] = (hessian[place * size + place] as number) + penalty;
  });
  if (outputs > 1) fixCommonIntercept(hessian, size, span, outputs);
  return hessian;
}

/** Writes a symmetric block, given by its lower triangle, in full. */
function copyBlock(
  block: Float64Array,
  span: number,
  target: Float64Array,
  size: number,
  blockRow: number,
  blockColumn: number,
): void {
  for (let row = 0; row < span; row++) {
    const start = (blockRow * span + row) * size + blockColumn * span;
    for (let column = 0; column < span; column++) {
      target[start + column] = block[row >= column ? row * span + column : column * span + row] as number;
    }
  }
}

/**
 * The same number added to all free intercepts changes nothing, so the second derivative is 0 that way, and so is the
 * gradient: any positive value there gives the step that leaves their sum alone.
 */
function fixCommonIntercept(hessian: Float64Array, size: number, span: number, outputs: number): void {
  for (let first = 0; first < outputs; first++) {
    for (let second = 0; second < outputs; second++) {
      const place = (first * span + span - 1) * size + second * span + span - 1;
      hessian[place] = (hessian[place] as number) + 1 / outputs;
    }
  }
}
