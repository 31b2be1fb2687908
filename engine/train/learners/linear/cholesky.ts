/**
 * Solves A x = b for a symmetric positive definite A by Cholesky's factorisation.
 * Where A is not numerically definite, its diagonal is raised by 1e-12 times its mean, then ten times as much, until it is.
 * @param lower size x size, row-major; only the lower triangle is read. Both arguments are left unchanged.
 */
export function solveSymmetric(lower: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  let trace = 0;
  for (let row = 0; row < size; row++) trace += lower[row * size + row] as number;
  const scale = trace > 0 ? trace / size : 1;
  for (let raise = 0; ; raise = raise === 0 ? 1e-12 : raise * 10) {
    const factor = lower.slice();
    for (let row = 0; row < size; row++)
      factor[row * size + row] = (factor[row * size + row] as number) + raise * scale;
    if (factorise(factor, size)) return substitute(factor, right);
    if (raise > 1) throw new RangeError('The matrix holds values that are not finite.');
  }
}

/** A = L L', L in place of the lower triangle; false where a pivot is not positive. */
function factorise(matrix: Float64Array, size: number): boolean {
  const smallest = Number.EPSILON * size;
  for (let row = 0; row < size; row++) {
    const start = row * size;
    const original = matrix[start + row] as number;
    for (let column = 0; column <= row; column++) {
      const other = column * size;
      let sum = matrix[start + column] as number;
      for (let k = 0; k < column; k++) sum -= (matrix[start + k] as number) * (matrix[other + k] as number);
      if (column < row) matrix[start + column] = sum / (matrix[other + column] as number);
      else if (!(sum > smallest * original)) return false;
      else matrix[start + row] = Math.sqrt(sum);
    }
  }
  return true;
}

function substitute(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let row = 0; row < size; row++) {
    let sum = solution[row] as number;
    for (let k = 0; k < row; k++) sum -= (factor[row * size + k] as number) * (solution[k] as number);
    solution[row] = sum / (factor[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = solution[row] as number;
    for (let k = row + 1; k < size; k++) sum -= (factor[k * size + row] as number) * (solution[k] as number);
    solution[row] = sum / (factor[row * size + row] as number);
  }
  return solution;
}
