import { seededRandom } from '../../../engine/base/random.ts';

export interface TreesData {
  width: number;
  /** rows x width, row-major, float32 numbers. */
  dense: Float64Array;
  /** 0 or 1. */
  target: Float64Array;
}

/**
 * Two classes by a score with interactions, curves and noise, of normal columns. Every column that matters does so by itself
 * too: when a pure interaction is found is luck, and would be compared instead of learners.
 */
export function makeTreesData(rows: number, width: number): TreesData {
  const random = seededRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const dense = new Float64Array(rows * width);
  const target = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    for (let column = 0; column < width; column++) dense[start + column] = Math.fround(normal());
    const value = (column: number) => dense[start + column] as number;
    const score =
      value(0) +
      Math.max(value(1), value(2)) +
      Math.sin(2 * value(3)) +
      value(4) ** 2 / 2 +
      (Math.abs(value(5)) * value(6)) / 2;
    target[row] = Number(score - 1 + 1.5 * normal() > 0);
  }
  return { width, dense, target };
}
