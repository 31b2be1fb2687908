import type { FeatureMatrix } from '../../features/feature-matrix.ts';
import { expandOneHot } from '../../features/feature-matrix.ts';

/** Cells of a design that is copied to be factorised; larger ones go by the normal equations. */
const mostCells = 5_000_000;
const refinements = 5;

/**
 * Least squares without a penalty, as exactly as the design allows: Householder's QR factorisation of the columns divided
 * by their length, then refinement of coefficients and residuals together with residuals summed in twice the precision
 * (Bjorck 1967, "Iterative refinement of linear least squares solutions").
 * @returns the coefficients, the intercept's last; undefined where the columns are dependent, the rows
 * too few, or the design too large.
 */
export function leastSquares(
  features: FeatureMatrix,
  target: Float64Array,
  weights: Float64Array | undefined,
): Float64Array | undefined {
  const { rows, width } = features;
  const columns = width + 1;
  if (rows < columns || rows * columns > mostCells) return undefined;
  const design = weightedColumns(features, weights);
  const right = target.map((value, row) => value * Math.sqrt(weights?.[row] ?? 1));
  const scales = Float64Array.from({ length: columns }, (_, column) => lengthOf(columnOf(design, rows, column)) || 1);
  for (let column = 0; column < columns; column++) {
    const own = columnOf(design, rows, column);
    // A power of two, so that the division is exact and refinement is against the design itself.
    const scale = 2 ** Math.round(Math.log2(scales[column] as number));
    scales[column] = scale;
    for (let row = 0; row < rows; row++) own[row] = (own[row] as number) / scale;
  }
  const factor = factorise(design.slice(), rows, columns);
  if (factor === undefined) return undefined;
  const solution = refine(design, factor, right, rows, columns);
  return solution.map((value, column) => value / (scales[column] as number));
}

/** Columns one after the other and one of ones, each row multiplied by the root of its weight. */
function weightedColumns(features: FeatureMatrix, weights: Float64Array | undefined): Float64Array {
  const { rows, width } = features;
  const expanded = expandOneHot(features);
  const design = new Float64Array(rows * (width + 1));
  for (let row = 0; row < rows; row++) {
    const root = Math.sqrt(weights?.[row] ?? 1);
    for (let column = 0; column < width; column++) {
      design[column * rows + row] = (expanded[row * width + column] as number) * root;
    }
    design[width * rows + row] = root;
  }
  return design;
}

function columnOf(design: Float64Array, rows: number, column: number): Float64Array {
  return design.subarray(column * rows, (column + 1) * rows);
}

function lengthOf(values: Float64Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}

/** R in the upper triangle, the reflections below it and in `heads`. */
interface Factor {
  matrix: Float64Array;
  diagonal: Float64Array;
}

/** Householder's QR; undefined where a column depends on those before it. */
function factorise(matrix: Float64Array, rows: number, columns: number): Factor | undefined {
  const diagonal = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const own = columnOf(matrix, rows, column);
    const before = lengthOf(own);
    const tail = own.subarray(column);
    const length = lengthOf(tail);
    if (!(length > rows * Number.EPSILON * before)) return undefined;
    const head = tail[0] as number;
    const pivot = head > 0 ? -length : length;
    diagonal[column] = pivot;
    tail[0] = head - pivot;
    const half = -pivot * (tail[0] as number);
    for (let other = column + 1; other < columns; other++) {
      reflect(tail, half, columnOf(matrix, rows, other).subarray(column));
    }
  }
  return { matrix, diagonal };
}

/** values -= v (v' values) / half, with v' v = 2 half. */
function reflect(direction: Float64Array, half: number, values: Float64Array): void {
  let product = 0;
  for (let row = 0; row < direction.length; row++) product += (direction[row] as number) * (values[row] as number);
  const share = product / half;
  for (let row = 0; row < direction.length; row++) {
    values[row] = (values[row] as number) - share * (direction[row] as number);
  }
}

function reflectAll({ matrix, diagonal }: Factor, rows: number, values: Float64Array, backwards: boolean): void {
  const columns = diagonal.length;
  for (let index = 0; index < columns; index++) {
    const column = backwards ? columns - 1 - index : index;
    const tail = columnOf(matrix, rows, column).subarray(column);
    reflect(tail, -(diagonal[column] as number) * (tail[0] as number), values.subarray(column));
  }
}

/** Solves [I A; A' 0] [r; x] = [f; g] for the residuals r and the coefficients x. */
function solveAugmented(
  factor: Factor,
  rows: number,
  top: Float64Array,
  bottom: Float64Array,
): { residuals: Float64Array; solution: Float64Array } {
  const { matrix, diagonal } = factor;
  const columns = diagonal.length;
  const entry = (row: number, column: number) => matrix[column * rows + row] as number;
  // R' h = g.
  const forward = new Float64Array(columns);
  for (let row = 0; row < columns; row++) {
    let sum = bottom[row] as number;
    for (let k = 0; k < row; k++) sum -= entry(k, row) * (forward[k] as number);
    forward[row] = sum / (diagonal[row] as number);
  }
  const turned = top.slice();
  reflectAll(factor, rows, turned, false);
  // R x = (Q' f)[first] - h.
  const solution = new Float64Array(columns);
  for (let row = columns - 1; row >= 0; row--) {
    let sum = (turned[row] as number) - (forward[row] as number);
    for (let k = row + 1; k < columns; k++) sum -= entry(row, k) * (solution[k] as number);
    solution[row] = sum / (diagonal[row] as number);
  }
  turned.set(forward, 0);
  reflectAll(factor, rows, turned, true);
  return { residuals: turned, solution };
}

function refine(
  design: Float64Array,
  factor: Factor,
  right: Float64Array,
  rows: number,
  columns: number,
): Float64Array {
  const first = solveAugmented(factor, rows, right, new Float64Array(columns));
  const { residuals, solution } = first;
  for (let round = 0; round < refinements; round++) {
    const top = Float64Array.from({ length: rows }, (_, row) => {
      const sum = new ExactSum();
      sum.add(right[row] as number);
      sum.add(-(residuals[row] as number));
      for (let column = 0; column < columns; column++) {
        sum.addProduct(-(design[column * rows + row] as number), solution[column] as number);
      }
      return sum.value;
    });
    const bottom = Float64Array.from({ length: columns }, (_, column) => {
      const sum = new ExactSum();
      for (let row = 0; row < rows; row++)
        sum.addProduct(-(design[column * rows + row] as number), residuals[row] as number);
      return sum.value;
    });
    const change = solveAugmented(factor, rows, top, bottom);
    for (let row = 0; row < rows; row++)
      residuals[row] = (residuals[row] as number) + (change.residuals[row] as number);
    for (let column = 0; column < columns; column++) {
      solution[column] = (solution[column] as number) + (change.solution[column] as number);
    }
  }
  return solution;
}

const splitter = 2 ** 27 + 1;

/** A sum in about twice the precision of a number: Ogita, Rump, Oishi 2005, "Accurate sum and dot product". */
class ExactSum {
  #high = 0;
  #low = 0;

  get value(): number {
    return this.#high + this.#low;
  }

  add(term: number): void {
    const sum = this.#high + term;
    const virtual = sum - this.#high;
    this.#low += this.#high - (sum - virtual) + (term - virtual);
    this.#high = sum;
  }

  addProduct(left: number, right: number): void {
    const product = left * right;
    const [leftHigh, leftLow] = halves(left);
    const [rightHigh, rightLow] = halves(right);
    const error = leftLow * rightLow - (product - leftHigh * rightHigh - leftLow * rightHigh - leftHigh * rightLow);
    this.add(product);
    this.#low += error;
  }
}

/** Veltkamp's splitting into two numbers of 26 bits. */
function halves(value: number): [high: number, low: number] {
  const scaled = splitter * value;
  const high = scaled - (scaled - value);
  return [high, value - high];
}
