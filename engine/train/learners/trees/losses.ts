import { GalleyError } from '../../../base/errors.ts';
import type { LearningRows, LearningTask, Parameters } from '../learner.ts';
import { weightedMean } from '../weighted-mean.ts';
import type { Gradients } from './histograms.ts';
import { weightedQuantile } from './weighted-quantile.ts';

/** Learning data of a loss: `target` and `weights` of as many rows as there are scores. */
type Labels = Pick<LearningRows, 'target' | 'weights'>;

/** What boosting makes small: a function of scores, `outputs` a row, row-major. */
export interface Loss {
  outputs: number;
  /** Every second derivative is 1 where rows have no weights. */
  constantHessian: boolean;
  /** The best constant scores. */
  baseline(labels: Labels): Float64Array;
  /** First and second derivatives by the scores of each output, times the row's weight. */
  differentiate(scores: Float64Array, labels: Labels, into: readonly Gradients[]): void;
  /** Loss of one row, without its weight. */
  lossOf(scores: Float64Array, row: number, target: number): number;
  /** The constant to add to the scores of these rows that lowers the loss most, where that is not the Newton step. */
  leafValue?(scores: Float64Array, labels: Labels, rows: Uint32Array): number;
}

export const regressionLosses = ['squared', 'absolute', 'quantile', 'poisson'] as const;

/** @throws GalleyError `train.target_unusable` where the loss cannot be had for this target. */
export function chooseLoss({ task, classCount, target }: LearningTask, parameters: Parameters): Loss {
  if (task === 'binary') return logistic;
  if (task === 'multiclass') return multinomial(classCount);
  switch (parameters.loss as (typeof regressionLosses)[number]) {
    case 'absolute':
      return quantileLoss(0.5, 2);
    case 'quantile':
      return quantileLoss(parameters.quantile as number, 1);
    case 'poisson':
      requireCounts(target);
      return poisson;
    default:
      return squared;
  }
}

function requireCounts(target: Float64Array): void {
  const lowest = target.reduce((least, value) => Math.min(least, value), 0);
  if (lowest >= 0 && target.some((value) => value > 0)) return;
  const message = `The poisson loss needs numbers of at least 0, some above; the target goes down to ${lowest}.`;
  throw new GalleyError('train.target_unusable', message, { details: { loss: 'poisson', lowest } });
}

/** -log of the probability 1 / (1 + exp(-score)) of the second class. */
const logistic: Loss = {
  outputs: 1,
  constantHessian: false,
  baseline({ target, weights }) {
    // A class that has no weight would give an infinite score.
    const share = Math.min(1 - Number.EPSILON, Math.max(weightedMean(target, weights), Number.EPSILON));
    return Float64Array.of(Math.log(share / (1 - share)));
  },
  differentiate(scores, { target, weights }, [gradients]) {
    const into = gradients as Gradients;
    for (let row = 0; row < target.length; row++) {
      const probability = 1 / (1 + Math.exp(-(scores[row] as number)));
      const weight = weights === undefined ? 1 : (weights[row] as number);
      into[2 * row] = weight * (probability - (target[row] as number));
      into[2 * row + 1] = weight * probability * (1 - probability);
    }
  },
  lossOf(scores, row, target) {
    const score = scores[row] as number;
    const margin = target === 1 ? score : -score;
    return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
  },
};

/** -log of the softmax of the true class's score. */
function multinomial(classCount: number): Loss {
  return {
    outputs: classCount,
    constantHessian: false,
    baseline({ target, weights }) {
      const shares = new Float64Array(classCount);
      for (let row = 0; row < target.length; row++) {
        const label = target[row] as number;
        shares[label] = (shares[label] as number) + (weights?.[row] ?? 1);
      }
      const total = shares.reduce((sum, share) => sum + share, 0);
      return shares.map((share) => Math.log(Math.max(share / total, Number.EPSILON)));
    },
    differentiate(scores, { target, weights }, into) {
      const powers = new Float64Array(classCount);
      for (let row = 0; row < target.length; row++) {
        const start = row * classCount;
        let largest = Number.NEGATIVE_INFINITY;
        for (let output = 0; output < classCount; output++) {
          largest = Math.max(largest, scores[start + output] as number);
        }
        let total = 0;
        for (let output = 0; output < classCount; output++) {
          const power = Math.exp((scores[start + output] as number) - largest);
          powers[output] = power;
          total += power;
        }
        const weight = weights === undefined ? 1 : (weights[row] as number);
        for (let output = 0; output < classCount; output++) {
          const probability = (powers[output] as number) / total;
          const gradients = into[output] as Gradients;
          gradients[2 * row] = weight * (probability - Number(target[row] === output));
          gradients[2 * row + 1] = weight * probability * (1 - probability);
        }
      }
    },
    lossOf(scores, row, target) {
      const start = row * classCount;
      let largest = Number.NEGATIVE_INFINITY;
      for (let output = 0; output < classCount; output++) largest = Math.max(largest, scores[start + output] as number);
      let total = 0;
      for (let output = 0; output < classCount; output++) {
        total += Math.exp((scores[start + output] as number) - largest);
      }
      return Math.log(total) + largest - (scores[start + target] as number);
    },
  };
}

/** Half the squared error. */
const squared: Loss = {
  outputs: 1,
  constantHessian: true,
  baseline: ({ target, weights }) => Float64Array.of(weightedMean(target, weights)),
  differentiate(scores, { target, weights }, [gradients]) {
    const into = gradients as Gradients;
    for (let row = 0; row < target.length; row++) {
      const weight = weights === undefined ? 1 : (weights[row] as number);
      into[2 * row] = weight * ((scores[row] as number) - (target[row] as number));
      into[2 * row + 1] = weight;
    }
  },
  lossOf: (scores, row, target) => ((scores[row] as number) - target) ** 2 / 2,
};

/**
 * `scale` times the pinball loss; 2 at level 0.5 is the absolute error. A step along its gradient cannot know how far to
 * go, so leaves answer the quantile of their rows' residuals (Friedman 2001, section 4.4).
 */
function quantileLoss(level: number, scale: number): Loss {
  return {
    outputs: 1,
    constantHessian: true,
    baseline: ({ target, weights }) => Float64Array.of(weightedQuantile(target, level, weights)),
    differentiate(scores, { target, weights }, [gradients]) {
      const into = gradients as Gradients;
      for (let row = 0; row < target.length; row++) {
        const weight = weights === undefined ? 1 : (weights[row] as number);
        const isAbove = (scores[row] as number) > (target[row] as number);
        into[2 * row] = weight * scale * (isAbove ? 1 - level : -level);
        into[2 * row + 1] = weight;
      }
    },
    lossOf(scores, row, target) {
      const residual = target - (scores[row] as number);
      return scale * (residual >= 0 ? level * residual : (level - 1) * residual);
    },
    leafValue(scores, { target, weights }, rows) {
      const residuals = Float64Array.from(rows, (row) => (target[row] as number) - (scores[row] as number));
      return weightedQuantile(residuals, level, weights && Float64Array.from(rows, (row) => weights[row] as number));
    },
  };
}

/** Half the deviance of counts whose mean is exp(score), without what does not depend on the score. */
const poisson: Loss = {
  outputs: 1,
  constantHessian: false,
  baseline: ({ target, weights }) => Float64Array.of(Math.log(Math.max(weightedMean(target, weights), Number.EPSILON))),
  differentiate(scores, { target, weights }, [gradients]) {
    const into = gradients as Gradients;
    for (let row = 0; row < target.length; row++) {
      const weight = weights === undefined ? 1 : (weights[row] as number);
      const mean = Math.exp(scores[row] as number);
      into[2 * row] = weight * (mean - (target[row] as number));
      into[2 * row + 1] = weight * mean;
    }
  },
  lossOf: (scores, row, target) => Math.exp(scores[row] as number) - target * (scores[row] as number),
};
