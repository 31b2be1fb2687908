/** A rising function through points, straight between them and level outside. */
export interface Isotonic {
  /** Strictly ascending. */
  x: Float64Array;
  /** Ascending, one per `x`. */
  y: Float64Array;
}

/**
 * The rising function with the least squared distance to the points: pool adjacent violators (Ayer et al. 1955), with
 * points of one x pooled first, as scikit-learn's `IsotonicRegression(out_of_bounds="clip")`.
 * @param x finite, in any order. @param y one per x. @returns a function of 0 everywhere without points
 */
export function fitIsotonic(x: ArrayLike<number>, y: ArrayLike<number>): Isotonic {
  const { values, means, weights } = pooledByX(x, y);
  const blocks = poolViolators(means, weights);
  const levels = new Float64Array(values.length);
  let start = 0;
  for (const { mean, length } of blocks) {
    levels.fill(mean, start, start + length);
    start += length;
  }
  // Points within a level stretch say nothing.
  const kept = Array.from(values.keys()).filter((at) => levels[at] !== levels[at - 1] || levels[at] !== levels[at + 1]);
  return {
    x: Float64Array.from(kept, (at) => values[at] as number),
    y: Float64Array.from(kept, (at) => levels[at] as number),
  };
}

function pooledByX(x: ArrayLike<number>, y: ArrayLike<number>) {
  const order = Int32Array.from({ length: x.length }, (_, row) => row).sort(
    (one, other) => (x[one] as number) - (x[other] as number),
  );
  const values: number[] = [];
  const means: number[] = [];
  const weights: number[] = [];
  for (const row of order) {
    const last = values.length - 1;
    if (last >= 0 && values[last] === x[row]) {
      const weight = (weights[last] as number) + 1;
      means[last] = (means[last] as number) + ((y[row] as number) - (means[last] as number)) / weight;
      weights[last] = weight;
    } else {
      values.push(x[row] as number);
      means.push(y[row] as number);
      weights.push(1);
    }
  }
  return { values, means, weights };
}

interface Block {
  mean: number;
  weight: number;
  /** Points in it. */
  length: number;
}

function poolViolators(means: readonly number[], weights: readonly number[]): Block[] {
  const blocks: Block[] = [];
  for (const [at, mean] of means.entries()) {
    let block: Block = { mean, weight: weights[at] as number, length: 1 };
    for (let before = blocks.at(-1); before && before.mean >= block.mean; before = blocks.at(-1)) {
      blocks.pop();
      const weight = before.weight + block.weight;
      block = {
        mean: (before.mean * before.weight + block.mean * block.weight) / weight,
        weight,
        length: before.length + block.length,
      };
    }
    blocks.push(block);
  }
  return blocks;
}

/** The value at each x; 0 where the function has no points. */
export function isotonicValues({ x, y }: Isotonic, at: ArrayLike<number>): Float64Array {
  const values = new Float64Array(at.length);
  if (x.length === 0) return values;
  for (let row = 0; row < values.length; row++) values[row] = valueAt(x, y, at[row] as number);
  return values;
}

function valueAt(x: Float64Array, y: Float64Array, at: number): number {
  let low = 0;
  let high = x.length - 1;
  if (at <= (x[low] as number)) return y[low] as number;
  if (at >= (x[high] as number)) return y[high] as number;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) <= at) low = middle;
    else high = middle;
  }
  const [left, right] = [x[low] as number, x[high] as number];
  const share = (at - left) / (right - left);
  return (y[low] as number) + share * ((y[high] as number) - (y[low] as number));
}
