import type { Random } from '../../../base/random.ts';
import { type NetworkShape, segmentsOf, statisticCount, weightCount } from './shape.ts';

/** Everything that training changes, as flat float32 vectors in the order of `segmentsOf`. */
export interface NetworkWeights {
  weights: Float32Array;
  /** Adam's running means of gradients and of their squares. */
  firstMoments: Float32Array;
  secondMoments: Float32Array;
  /** Of batch normalisation: mean and variance of each hidden layer in turn. */
  statistics: Float32Array;
}

/** In memory of its own, which training does not go on to change. */
export function copyWeights({ weights, firstMoments, secondMoments, statistics }: NetworkWeights): NetworkWeights {
  return {
    weights: weights.slice(),
    firstMoments: firstMoments.slice(),
    secondMoments: secondMoments.slice(),
    statistics: statistics.slice(),
  };
}

/**
 * Normal weights of variance 2 / fan-in for the layers before relu and silu (He et al. 2015), 1 / fan-in elsewhere
 * (LeCun et al. 1998), biases 0 but those of the scores. A code table's fan-in counts one code a block, and its rows for
 * "none of the levels" begin at 0.
 * @param outputBias where scores begin: what is right without any feature.
 */
export function initialWeights(shape: NetworkShape, outputBias: readonly number[], random: Random): NetworkWeights {
  const weights = new Float32Array(weightCount(shape));
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  for (const { kind, layer, offset, size, shape: dimensions } of segmentsOf(shape)) {
    const own = weights.subarray(offset, offset + size);
    const isOutput = layer === shape.hidden.length;
    if (kind === 'kernel' || kind === 'table') {
      const fanIn = layer === 0 ? shape.denseWidth + shape.blockLevels.length : (dimensions[0] as number);
      const gain = isOutput || shape.activation === 'tanh' ? 1 : 2;
      const deviation = Math.sqrt(gain / fanIn);
      for (let place = 0; place < size; place++) own[place] = deviation * normal();
      if (kind === 'table') clearNoneRows(own, shape, dimensions[1] as number);
    } else if (kind === 'scale') own.fill(1);
    else if (kind === 'bias' && isOutput) own.set(outputBias);
  }
  const zeros = () => new Float32Array(weights.length);
  return { weights, firstMoments: zeros(), secondMoments: zeros(), statistics: initialStatistics(shape) };
}

function clearNoneRows(table: Float32Array, { blockLevels }: NetworkShape, width: number): void {
  let row = -1;
  for (const levels of blockLevels) {
    row += levels + 1;
    table.fill(0, row * width, (row + 1) * width);
  }
}

/** Means 0, variances 1. */
function initialStatistics(shape: NetworkShape): Float32Array {
  const statistics = new Float32Array(statisticCount(shape));
  let offset = 0;
  if (shape.batchNorm) {
    for (const units of shape.hidden) {
      statistics.fill(1, offset + units, offset + 2 * units);
      offset += 2 * units;
    }
  }
  return statistics;
}
