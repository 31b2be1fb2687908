import type { CodeBlock, FeatureMatrix } from '../../features/feature-matrix.ts';
import { denseGram } from './gram-kernel.ts';

/*
 * A linear model's rows are [dense columns, one-hot columns, 1]: the last coefficient is the intercept. One-hot columns
 * are never written out; a row touches the dense columns, one coefficient a block, and the intercept.
 */

/**
 * Scores rows x outputs.
 * @param coefficients outputs x (width + 1), row-major.
 */
export function linearScores(matrix: FeatureMatrix, coefficients: Float64Array, outputs: number): Float64Array {
  const { rows, width, denseWidth, dense, blocks } = matrix;
  const scores = new Float64Array(rows * outputs);
  for (let output = 0; output < outputs; output++) {
    const own = coefficients.subarray(output * (width + 1), (output + 1) * (width + 1));
    for (let row = 0; row < rows; row++) {
      const start = row * denseWidth;
      let score = own[width] as number;
      for (let column = 0; column < denseWidth; column++) {
        score += (dense[start + column] as number) * (own[column] as number);
      }
      scores[row * outputs + output] = score;
    }
    for (const { offset, levels, codes } of blocks) {
      for (let row = 0; row < rows; row++) {
        const code = codes[row] as number;
        if (code < levels)
          scores[row * outputs + output] = (scores[row * outputs + output] as number) + (own[offset + code] as number);
      }
    }
  }
  return scores;
}

/**
 * Sum over rows of residual times row: outputs x (width + 1).
 * @param residuals rows x outputs.
 */
export function transposedProduct(matrix: FeatureMatrix, residuals: Float64Array, outputs: number): Float64Array {
  const { rows, width, denseWidth, dense, blocks } = matrix;
  const product = new Float64Array(outputs * (width + 1));
  for (let output = 0; output < outputs; output++) {
    const own = product.subarray(output * (width + 1), (output + 1) * (width + 1));
    for (let row = 0; row < rows; row++) {
      const residual = residuals[row * outputs + output] as number;
      const start = row * denseWidth;
      for (let column = 0; column < denseWidth; column++) {
        own[column] = (own[column] as number) + residual * (dense[start + column] as number);
      }
      own[width] = (own[width] as number) + residual;
    }
    for (const { offset, levels, codes } of blocks) {
      for (let row = 0; row < rows; row++) {
        const code = codes[row] as number;
        if (code < levels)
          own[offset + code] = (own[offset + code] as number) + (residuals[row * outputs + output] as number);
      }
    }
  }
  return product;
}

/**
 * Sum over rows of weight x row x row': (width + 1) square, row-major, of which only the lower triangle is filled.
 * @param weights one a row.
 */
export function weightedGram(matrix: FeatureMatrix, weights: Float64Array): Float64Array {
  const { width, denseWidth, dense } = matrix;
  const size = width + 1;
  const denseSize = denseWidth + 1;
  const ofDense = denseGram(dense, denseWidth, weights);
  if (size === denseSize) return ofDense;
  const gram = new Float64Array(size * size);
  for (let row = 0; row < denseSize; row++) {
    const place = row < denseWidth ? row : width;
    gram.set(ofDense.subarray(row * denseSize, row * denseSize + denseWidth), place * size);
  }
  gram[width * size + width] = ofDense[denseWidth * denseSize + denseWidth] as number;
  addBlocks(gram, matrix, weights);
  return gram;
}

/** What one-hot columns, which lie between the dense ones and the intercept, add to the lower triangle. */
function addBlocks(gram: Float64Array, matrix: FeatureMatrix, weights: Float64Array): void {
  const { rows, width, denseWidth, dense, blocks } = matrix;
  const size = width + 1;
  const add = (row: number, column: number, value: number) => {
    gram[row * size + column] = (gram[row * size + column] as number) + value;
  };
  for (let row = 0; row < rows; row++) {
    const weight = weights[row] as number;
    for (let block = 0; block < blocks.length; block++) {
      const place = placeOf(blocks[block] as CodeBlock, row);
      if (place === undefined) continue;
      for (let column = 0; column < denseWidth; column++) {
        add(place, column, weight * (dense[row * denseWidth + column] as number));
      }
      for (let other = 0; other <= block; other++) {
        const otherPlace = placeOf(blocks[other] as CodeBlock, row);
        if (otherPlace !== undefined) add(place, otherPlace, weight);
      }
      add(width, place, weight);
    }
  }
}

/** The column where a row of a block has its 1. */
function placeOf({ offset, levels, codes }: CodeBlock, row: number): number | undefined {
  const code = codes[row] as number;
  return code < levels ? offset + code : undefined;
}
