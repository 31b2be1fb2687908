import type { FeatureMatrix } from '../../features/feature-matrix.ts';

export const activations = ['relu', 'tanh', 'silu'] as const;
export type Activation = (typeof activations)[number];

/** What a network is made of. Two networks of the same shape have their weights in the same places. */
export interface NetworkShape {
  denseWidth: number;
  /** Levels of each block of codes. A code and one more, for "none of them", have a row each in the table of codes. */
  blockLevels: readonly number[];
  /** Units of each hidden layer; at least one layer. */
  hidden: readonly number[];
  /** One score for two classes or a regression, else one a class. */
  outputs: number;
  activation: Activation;
  batchNorm: boolean;
}

/**
 * A tensor within the flat vector of all weights. `kernel` weighs the numbers that enter a layer, `table` has a row for
 * each code (the same as a kernel over one-hot columns); batch normalisation has `scale` and `shift` in place of a `bias`.
 */
export interface Segment {
  kind: 'kernel' | 'table' | 'bias' | 'scale' | 'shift';
  layer: number;
  offset: number;
  size: number;
  /** [in, out], or [out]. */
  shape: readonly number[];
}

/** @param outputs scores of a row. */
export function shapeOf(
  features: Pick<FeatureMatrix, 'denseWidth' | 'blocks'>,
  rest: Pick<NetworkShape, 'hidden' | 'outputs' | 'activation' | 'batchNorm'>,
): NetworkShape {
  return { denseWidth: features.denseWidth, blockLevels: features.blocks.map(({ levels }) => levels), ...rest };
}

/** Row of the table of codes at which each block begins. */
export function tableOffsets({ blockLevels }: NetworkShape): number[] {
  const offsets: number[] = [];
  let next = 0;
  for (const levels of blockLevels) {
    offsets.push(next);
    next += levels + 1;
  }
  return offsets;
}

/** Rows of the table of codes. */
export function tableRows({ blockLevels }: NetworkShape): number {
  return blockLevels.reduce((total, levels) => total + levels + 1, 0);
}

/** The order of all weights: layer by layer, the scores last. */
export function segmentsOf(shape: NetworkShape): Segment[] {
  const segments: Segment[] = [];
  let offset = 0;
  const add = (kind: Segment['kind'], layer: number, dimensions: readonly number[]) => {
    const size = dimensions.reduce((product, dimension) => product * dimension, 1);
    if (size > 0) segments.push({ kind, layer, offset, size, shape: dimensions });
    offset += size;
  };
  const widths = [...shape.hidden, shape.outputs];
  widths.forEach((width, layer) => {
    add('kernel', layer, [layer === 0 ? shape.denseWidth : (widths[layer - 1] as number), width]);
    if (layer === 0) add('table', layer, [tableRows(shape), width]);
    if (shape.batchNorm && layer < shape.hidden.length) {
      add('scale', layer, [width]);
      add('shift', layer, [width]);
    } else add('bias', layer, [width]);
  });
  return segments;
}

/** Numbers in the flat vector of all weights. */
export function weightCount(shape: NetworkShape): number {
  return segmentsOf(shape).reduce((total, { size }) => total + size, 0);
}

/** Running means and variances of batch normalisation, layer by layer; 0 without it. */
export function statisticCount(shape: NetworkShape): number {
  return shape.batchNorm ? 2 * shape.hidden.reduce((total, units) => total + units, 0) : 0;
}
