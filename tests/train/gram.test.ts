import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { expandOneHot, type FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import { weightedGram } from '../../engine/train/learners/linear/design.ts';

/** The definition: row after row, cell after cell. */
function plainGram(matrix: FeatureMatrix, weights: Float64Array): Float64Array {
  const { rows, width } = matrix;
  const size = width + 1;
  const expanded = expandOneHot(matrix);
  const value = (row: number, column: number) => (column < width ? (expanded[row * width + column] as number) : 1);
  const gram = new Float64Array(size * size);
  for (let row = 0; row < rows; row++) {
    for (let one = 0; one < size; one++) {
      const weighted = (weights[row] as number) * value(row, one);
      for (let other = 0; other <= one; other++) {
        const place = one * size + other;
        gram[place] = (gram[place] as number) + weighted * value(row, other);
      }
    }
  }
  return gram;
}

function matrixOf(rows: number, denseWidth: number, levels: readonly number[]): FeatureMatrix {
  const random = seededRandom(rows + denseWidth);
  const dense = Float64Array.from({ length: rows * denseWidth }, () => 100 * random() - 50);
  let width = denseWidth;
  const blocks = levels.map((count) => {
    const offset = width;
    width += count;
    return {
      offset,
      levels: count,
      codes: Int32Array.from({ length: rows }, () => Math.floor(random() * (count + 1))),
    };
  });
  return { rows, width, denseWidth, dense, blocks };
}

const shapes = [
  { rows: 1, denseWidth: 1, levels: [] },
  { rows: 3, denseWidth: 2, levels: [2] },
  { rows: 256, denseWidth: 7, levels: [] },
  { rows: 258, denseWidth: 30, levels: [3, 1, 12] },
  { rows: 1027, denseWidth: 0, levels: [4, 5] },
  { rows: 40, denseWidth: 129, levels: [] },
];

test.each(shapes)(
  'the Gram matrix of $rows rows, $denseWidth numbers and levels $levels is that of its definition, bit for bit',
  ({ rows, denseWidth, levels }) => {
    const matrix = matrixOf(rows, denseWidth, levels);
    const random = seededRandom(7);
    const weights = Float64Array.from({ length: rows }, () => random() - 0.25);
    expect(weightedGram(matrix, weights)).toEqual(plainGram(matrix, weights));
  },
);
