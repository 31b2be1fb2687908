import type { FeatureMatrix } from '../../features/feature-matrix.ts';
import type { LearningRows } from '../learner.ts';
import { weightedMean } from '../weighted-mean.ts';
import type { InputScaling } from './input-scaling.ts';
import { scaleInputs } from './input-scaling.ts';
import { type NetworkShape, tableOffsets } from './shape.ts';

/** What enters a network, in float32. */
export interface NetworkInputs {
  rows: number;
  /** rows x denseWidth. */
  dense: Float32Array;
  /** rows x blocks: rows of the table of codes. */
  codes: Int32Array;
}

/** Rows to learn from or to judge by. */
export interface NetworkRows extends NetworkInputs {
  /** Scaled number, or index of the class. */
  target: Float32Array;
  /** Of mean 1 over the training part; all 1 where absent. */
  weights?: Float32Array;
}

/** Mean and standard deviation of a regression's target; 0 and 1 for classes. */
export interface TargetScale {
  mean: number;
  scale: number;
}

export function networkInputs(features: FeatureMatrix, shape: NetworkShape, scaling: InputScaling): NetworkInputs {
  const { rows, blocks } = features;
  const offsets = tableOffsets(shape);
  const codes = new Int32Array(rows * blocks.length);
  blocks.forEach((block, index) => {
    const offset = offsets[index] as number;
    for (let row = 0; row < rows; row++) codes[row * blocks.length + index] = offset + (block.codes[row] as number);
  });
  return { rows, dense: Float32Array.from(scaleInputs(features, scaling)), codes };
}

/** @param weightUnit what counts as a weight of 1. */
export function networkRows(
  { features, target, weights }: LearningRows,
  shape: NetworkShape,
  scaling: InputScaling,
  { mean, scale }: TargetScale,
  weightUnit: number,
): NetworkRows {
  return {
    ...networkInputs(features, shape, scaling),
    target: Float32Array.from(target, (value) => (value - mean) / scale),
    ...(weights && { weights: Float32Array.from(weights, (weight) => weight / weightUnit) }),
  };
}

/** Weighted; a scale of 0 (a constant target) is taken as 1. Squares of numbers near the largest do not overflow. */
export function targetScale({ target, weights }: Pick<LearningRows, 'target' | 'weights'>): TargetScale {
  const peak = target.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  const shares = target.map((value) => value / peak);
  const mean = weightedMean(shares, weights);
  const variance = weightedMean(
    shares.map((share) => (share - mean) ** 2),
    weights,
  );
  return { mean: mean * peak, scale: Math.sqrt(variance) * peak || 1 };
}
