const largestSweeps = 60;

export interface Eigen {
  /** Descending. */
  values: Float64Array;
  /** One row of `size` numbers for each value, of length 1. */
  vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub, Van Loan 2013, 8.5), accurate to
 * rounding; quick up to a few hundred rows.
 * @param matrix size x size, row-major; is left as it is
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const work = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let index = 0; index < size; index++) vectors[index * size + index] = 1;
  const negligible = squaredNorm(work) * Number.EPSILON ** 2;
  for (let sweep = 0; sweep < largestSweeps && squaredOffDiagonal(work, size) > negligible; sweep++) {
    for (let row = 0; row < size - 1; row++) {
      for (let column = row + 1; column < size; column++) rotate(work, vectors, size, row, column);
    }
  }
  const order = Array.from({ length: size }, (_, index) => index).sort(
    (one, other) => (work[other * size + other] as number) - (work[one * size + one] as number),
  );
  const sorted = new Float64Array(size * size);
  for (const [place, index] of order.entries()) {
    sorted.set(vectors.subarray(index * size, (index + 1) * size), place * size);
  }
  return { values: Float64Array.from(order, (index) => work[index * size + index] as number), vectors: sorted };
}

/** Turns the plane of two axes so that their element of the matrix vanishes. */
function rotate(work: Float64Array, vectors: Float64Array, size: number, first: number, second: number): void {
  const off = work[first * size + second] as number;
  if (off === 0) return;
  const difference = (work[second * size + second] as number) - (work[first * size + first] as number);
  const theta = difference / (2 * off);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (let index = 0; index < size; index++) mix(work, index * size + first, index * size + second, cosine, sine);
  for (let index = 0; index < size; index++) mix(work, first * size + index, second * size + index, cosine, sine);
  for (let index = 0; index < size; index++) mix(vectors, first * size + index, second * size + index, cosine, sine);
}

function mix(values: Float64Array, first: number, second: number, cosine: number, sine: number): void {
  const [one, other] = [values[first] as number, values[second] as number];
  values[first] = cosine * one - sine * other;
  values[second] = sine * one + cosine * other;
}

function squaredNorm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function squaredOffDiagonal(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (row !== column) sum += (matrix[row * size + column] as number) ** 2;
    }
  }
  return sum;
}
