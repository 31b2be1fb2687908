import type { ParameterRange, SearchSpace } from './train-sweeps.ts';

/** The value at a share of the way from low to high; of the way of their logarithms where the scale says so. */
export function valueBetween(scale: 'linear' | 'log' | undefined, share: number, low: number, high: number): number {
  return scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
}

/** What a grid takes of a range: every choice, every whole number of at most `points`, else `points` values evenly. */
export function gridValues(range: ParameterRange, points: number): (number | string | boolean)[] {
  if (range.kind === 'choice') return range.values;
  const { low, high, scale } = range;
  if (low === high) return [low];
  if (range.kind === 'integer' && high - low < points) {
    return Array.from({ length: high - low + 1 }, (_, index) => low + index);
  }
  const values = Array.from({ length: points }, (_, index) => {
    if (index === points - 1) return high;
    const value = valueBetween(scale, index / (points - 1), low, high);
    return range.kind === 'integer' ? Math.round(value) : value;
  });
  return [...new Set(values)];
}

/** How many combinations a grid has. */
export function gridSize(space: SearchSpace, points: number): number {
  return Object.values(space).reduce((size, range) => size * gridValues(range, points).length, 1);
}
