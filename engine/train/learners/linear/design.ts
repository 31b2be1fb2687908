import type { FeatureMatrix } from '../../features/feature-matrix.ts';

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
  const { rows, width, denseWidth, dense, blocks } = matrix;
  const size = width + 1;
  const gram = new Float64Array(size * size);
  const places = new Int32Array(denseWidth + blocks.length + 1);
  const values = new Float64Array(places.length);
  for (let column = 0; column < denseWidth; column++) places[column] = column;
  for (let row = 0; row < rows; row++) {
    let count = denseWidth;
    for (let column = 0; column < denseWidth; column++) values[column] = dense[row * denseWidth + column] as number;
    for (const { offset, levels, codes } of blocks) {
      const code = codes[row] as number;
      if (code >= levels) continue;
      places[count] = offset + code;
      values[count++] = 1;
    }
    places[count] = width;
    values[count++] = 1;
    addOuterProduct(gram, size, places, values, count, weights[row] as number);
  }
  return gram;
}

/** `places` must rise, so that only the lower triangle is touched. */
function addOuterProduct(
  gram: Float64Array,
  size: number,
  places: Int32Array,
  values: Float64Array,
  count: number,
  weight: number,
): void {
  for (let i = 0; i < count; i++) {
    const weighted = weight * (values[i] as number);
    const start = (places[i] as number) * size;
    for (let j = 0; j <= i; j++) {
      const place = start + (places[j] as number);
      gram[place] = (gram[place] as number) + weighted * (values[j] as number);
    }
  }
}
