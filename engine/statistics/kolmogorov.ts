import { poissonDeviance, stirlingError } from './gamma.ts';

/**
 * P(sup |B(t)| >= x) of the Brownian bridge: the limit law of sqrt(n) D_n (Kolmogorov 1933), scipy's `kstwobign`.
 */
export function kolmogorovLimitSurvival(x: number): number {
  if (!(x > 0)) return 1;
  if (x < 1) {
    const base = -(Math.PI ** 2) / (8 * x * x);
    let sum = 0;
    for (let odd = 1; odd <= 9; odd += 2) sum += Math.exp(base * odd * odd);
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let index = 5; index >= 1; index--) sum += (index % 2 === 1 ? 2 : -2) * Math.exp(-2 * index * index * x * x);
  return sum;
}

/**
 * P(D_n >= distance) of the two-sided one-sample Kolmogorov-Smirnov statistic, scipy's `kstwo.sf`. Chooses between exact
 * and approximate methods as Simard and L'Ecuyer (2011, J. Stat. Software 39:11) recommend;
 * beyond a million rows the tail is Maag and Dicaire's (1971), good to about 1e-6.
 * @param rows a positive integer n. @param distance D in [0, 1].
 */
export function kolmogorovSurvival(rows: number, distance: number): number {
  if (!(Number.isInteger(rows) && rows > 0)) throw new RangeError(`kolmogorovSurvival: ${rows} rows`);
  if (distance >= 1) return 0;
  const scaled = rows * distance;
  if (scaled <= 0.5) return 1;
  if (scaled <= 1) return 1 - smallestDistancesCdf(rows, 2 * scaled - 1);
  if (scaled >= rows - 1) return 2 * (1 - distance) ** rows;
  const square = scaled * distance;
  if (distance >= 0.5 || square >= (rows <= 140 ? 4 : 2.2)) return upperTail(rows, distance, square);
  const isExactCheap = rows <= 100_000 && rows * distance ** 1.5 <= 1.4;
  const below = rows <= 140 || isExactCheap ? matrixCdf(rows, distance) : pelzGoodCdf(rows, distance);
  return Math.min(Math.max(1 - below, 0), 1);
}

/** Ruben, Gambino (1982): n! ((2 n D - 1) / n)^n for 1/2 <= n D <= 1. */
function smallestDistancesCdf(rows: number, base: number): number {
  const logFactorialOverPower = Math.log(2 * Math.PI * rows) / 2 - rows + stirlingError(rows);
  return Math.exp(logFactorialOverPower + rows * Math.log(base));
}

/** Miller (1956): twice the one-sided probability, exact from D = 1/2 on. */
function upperTail(rows: number, distance: number, square: number): number {
  if (square >= 370) return 0;
  const oneSided =
    rows > 1_000_000 ? Math.exp(-((6 * rows * distance + 1) ** 2) / (18 * rows)) : oneSidedSurvival(rows, distance);
  return Math.min(2 * oneSided, 1);
}

/**
 * P(D_n+ >= d) = d sum over j <= n (1 - d) of C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j) (Birnbaum, Tingey 1951). The
 * binomial factors are in Loader's form, whose rounding does not grow with n.
 */
function oneSidedSurvival(rows: number, distance: number): number {
  let sum = (1 - distance) ** rows;
  const last = Math.floor(rows * (1 - distance));
  for (let hits = 1; hits <= last; hits++) {
    const misses = rows - hits;
    const expectedMisses = rows * (1 - distance) - hits;
    if (misses === 0 || expectedMisses <= 0) continue;
    const expectedHits = rows * distance + hits;
    const logBinomial =
      stirlingError(rows) -
      stirlingError(hits) -
      stirlingError(misses) -
      poissonDeviance(hits, expectedHits) -
      poissonDeviance(misses, expectedMisses);
    sum += ((distance * rows) / expectedHits) * Math.sqrt(rows / (2 * Math.PI * hits * misses)) * Math.exp(logBinomial);
  }
  return sum;
}

const scaleUp = 2 ** 128;

/** Durbin's matrix as Marsaglia, Tsang, Wang (2003, J. Stat. Software 8:18) raise it to the n-th power; exact. */
function matrixCdf(rows: number, distance: number): number {
  const scaled = rows * distance;
  const center = Math.ceil(scaled);
  const size = 2 * center - 1;
  const power = matrixPower(durbinMatrix(size, center - scaled), size, rows, center - 1);
  let exponent = power.exponent;
  let probability = power.matrix[(center - 1) * size + center - 1] as number;
  for (let index = 1; index <= rows; index++) {
    probability *= index / rows;
    if (probability < 1 / scaleUp) {
      probability *= scaleUp;
      exponent--;
    }
  }
  return probability * scaleUp ** exponent;
}

function durbinMatrix(size: number, fraction: number): Float64Array {
  const inverseFactorials = new Float64Array(size + 1).fill(1);
  for (let index = 1; index <= size; index++) {
    inverseFactorials[index] = (inverseFactorials[index - 1] as number) / index;
  }
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= Math.min(row + 1, size - 1); column++) {
      let share = 1;
      if (column === 0) share -= fraction ** (row + 1);
      if (row === size - 1) share -= fraction ** (size - column);
      if (column === 0 && row === size - 1) share += Math.max(2 * fraction - 1, 0) ** size;
      matrix[row * size + column] = share * (inverseFactorials[row - column + 1] as number);
    }
  }
  return matrix;
}

/** The matrix to a power by repeated squaring, times scaleUp ** -exponent, kept in range by its element at `pivot`. */
function matrixPower(base: Float64Array, size: number, power: number, pivot: number) {
  let factor = { matrix: base, exponent: 0 };
  let result = { matrix: identity(size), exponent: 0 };
  for (let rest = power; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = scaledProduct(result, factor, size, pivot);
    if (rest > 1) factor = scaledProduct(factor, factor, size, pivot);
  }
  return result;
}

interface ScaledMatrix {
  matrix: Float64Array;
  exponent: number;
}

function scaledProduct(left: ScaledMatrix, right: ScaledMatrix, size: number, pivot: number): ScaledMatrix {
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < size; inner++) {
      const factor = left.matrix[row * size + inner] as number;
      for (let column = 0; column < size; column++) {
        const place = row * size + column;
        matrix[place] = (matrix[place] as number) + factor * (right.matrix[inner * size + column] as number);
      }
    }
  }
  const exponent = left.exponent + right.exponent;
  if ((matrix[pivot * size + pivot] as number) <= scaleUp) return { matrix, exponent };
  return { matrix: matrix.map((value) => value / scaleUp), exponent: exponent + 1 };
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let index = 0; index < size; index++) matrix[index * size + index] = 1;
  return matrix;
}

/** Pelz, Good (1976): the limit law and its corrections of order n^-1/2, n^-1 and n^-3/2 by theta functions. */
function pelzGoodCdf(rows: number, distance: number): number {
  const z = Math.sqrt(rows) * distance;
  const z2 = z * z;
  const pi2 = Math.PI ** 2;
  const terms = Math.ceil((16 * z) / Math.PI);
  const sums = [0, 0, 0, 0] as [number, number, number, number];
  let second = 0;
  let third = 0;
  for (let k = 1; k <= terms; k++) {
    const m2 = (2 * k - 1) ** 2;
    const odd = Math.exp((-pi2 * m2) / (8 * z2));
    const a = (pi2 * m2) / 4;
    sums[0] += odd;
    sums[1] += odd * (a - z2);
    sums[2] += odd * (6 * z2 ** 3 + 2 * z2 ** 2 + (2 * z2 ** 2 - 5 * z2) * a + (1 - 2 * z2) * a ** 2);
    sums[3] +=
      odd *
      (-30 * z2 ** 3 -
        90 * z2 ** 4 +
        (135 * z2 ** 2 - 96 * z2 ** 3) * a +
        (212 * z2 ** 2 - 60 * z2) * a ** 2 +
        (5 - 30 * z2) * a ** 3);
    const every = Math.exp((-pi2 * k * k) / (2 * z2));
    second += k * k * every;
    third += (3 * z2 - pi2 * k * k) * k * k * every;
  }
  const root = Math.sqrt(2 * Math.PI);
  return (
    (root * sums[0]) / z +
    (root * sums[1]) / (6 * z2 ** 2 * Math.sqrt(rows)) +
    (root * (sums[2] / (72 * z ** 7) - (pi2 * second) / (36 * z ** 3))) / rows +
    (root * (sums[3] / (6480 * z ** 10) + (pi2 * third) / (216 * z ** 6))) / rows ** 1.5
  );
}
