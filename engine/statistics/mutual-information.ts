import { seededRandom } from '../base/random.ts';
import { type Categories, contingency } from './association.ts';

const eulerGamma = 0.5772156649015329;
/** Neighbours that the estimators for numbers look at, as scikit-learn does. */
const neighbours = 3;
const noise = 1e-10;

/** ψ(n) of whole numbers from 1 up to `most`; index 0 is not used. */
function digammaTable(most: number): Float64Array {
  const table = new Float64Array(most + 1);
  table[0] = Number.NaN;
  if (most >= 1) table[1] = -eulerGamma;
  for (let n = 2; n <= most; n++) table[n] = (table[n - 1] as number) + 1 / (n - 1);
  return table;
}

/** Mutual information of two categories in nats, from the counts of their pairs (the plug-in estimate). */
export function categoryInformation(left: Categories, right: Categories): number {
  const { cells, left: lefts, right: rights, rows } = contingency(left, right);
  let sum = 0;
  for (const [key, count] of cells) {
    const expected = (lefts[Math.floor(key / right.levels)] as number) * (rights[key % right.levels] as number);
    sum += (count / rows) * Math.log((count * rows) / expected);
  }
  return Math.max(0, sum);
}

/** Entropy of a category in nats. */
export function entropy({ codes, levels }: Categories): number {
  const counts = new Float64Array(levels);
  let rows = 0;
  for (const code of codes) {
    if (code < 0) continue;
    counts[code] = (counts[code] as number) + 1;
    rows++;
  }
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / rows) * Math.log(count / rows)), 0);
}

/** Divided by the standard deviation, with a noise of 1e-10 that parts equal values, as scikit-learn does. */
function prepared(values: Float64Array, seed: number): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  const scaled = values.map((value) => value / deviation);
  const size = Math.max(1, scaled.reduce((sum, value) => sum + Math.abs(value), 0) / scaled.length);
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return scaled.map((value) => value + noise * size * normal());
}

/** How many of the sorted values lie strictly nearer to `value` than `radius`. */
function countWithin(sorted: Float64Array, value: number, radius: number): number {
  return lowerBound(sorted, value + radius) - upperBound(sorted, value - radius);
}

function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function upperBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Mutual information of two numbers in nats by their nearest neighbours: the first estimator of Kraskov, Stögbauer and
 * Grassberger (2004) with k = 3, as in scikit-learn's `mutual_info_regression`. Rows are searched in the order of the
 * first number, which needs about sqrt(k * rows) steps a row. Both sides are finite in every row.
 */
export function numberInformation(left: Float64Array, right: Float64Array, seed = 0): number {
  const rows = left.length;
  if (rows <= neighbours) return 0;
  const rawX = prepared(left, seed + 1);
  const rawY = prepared(right, seed + 2);
  const order = Int32Array.from(rawX.keys()).sort((a, b) => (rawX[a] as number) - (rawX[b] as number));
  const x = Float64Array.from(order, (row) => rawX[row] as number);
  const y = Float64Array.from(order, (row) => rawY[row] as number);
  const sortedY = y.slice().sort();
  const psi = digammaTable(rows);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const radius = neighbourDistance(x, y, row);
    sum += psi[Math.max(1, countWithin(x, x[row] as number, radius))] as number;
    sum += psi[Math.max(1, countWithin(sortedY, y[row] as number, radius))] as number;
  }
  return Math.max(0, (psi[rows] as number) + (psi[neighbours] as number) - sum / rows);
}

/** Distance (the larger of the two differences) to the k-th nearest row, where `x` is sorted. */
function neighbourDistance(x: Float64Array, y: Float64Array, row: number): number {
  const nearest = new Float64Array(neighbours).fill(Number.POSITIVE_INFINITY);
  const insert = (distance: number) => {
    let place = neighbours - 1;
    if (distance >= (nearest[place] as number)) return;
    for (; place > 0 && (nearest[place - 1] as number) > distance; place--)
      nearest[place] = nearest[place - 1] as number;
    nearest[place] = distance;
  };
  let below = row - 1;
  let above = row + 1;
  for (;;) {
    const farthest = nearest[neighbours - 1] as number;
    const down = below >= 0 ? (x[row] as number) - (x[below] as number) : Number.POSITIVE_INFINITY;
    const up = above < x.length ? (x[above] as number) - (x[row] as number) : Number.POSITIVE_INFINITY;
    const step = Math.min(down, up);
    if (step >= farthest || step === Number.POSITIVE_INFINITY) return farthest;
    const other = down <= up ? below-- : above++;
    insert(Math.max(step, Math.abs((y[other] as number) - (y[row] as number))));
  }
}

/**
 * Mutual information of a category and a number in nats by nearest neighbours within the category: Ross (2014) with
 * k = 3, as in scikit-learn's `mutual_info_classif`. Every row is present and finite; categories of one row are left out.
 */
export function mixedInformation(categories: Categories, values: Float64Array, seed = 0): number {
  const number = prepared(values, seed + 1);
  const groups = Array.from({ length: categories.levels }, () => [] as number[]);
  for (let row = 0; row < number.length; row++) groups[categories.codes[row] as number]?.push(number[row] as number);
  const kept = groups.filter((group) => group.length > 1).map((group) => Float64Array.from(group).sort());
  const rows = kept.reduce((sum, group) => sum + group.length, 0);
  if (rows === 0) return 0;
  const all = new Float64Array(rows);
  let filled = 0;
  for (const group of kept) {
    all.set(group, filled);
    filled += group.length;
  }
  all.sort();
  const psi = digammaTable(rows);
  let sum = 0;
  for (const group of kept) {
    const k = Math.min(neighbours, group.length - 1);
    for (let place = 0; place < group.length; place++) {
      const radius = distanceInSorted(group, place, k);
      sum += (psi[k] as number) - (psi[group.length] as number);
      sum -= psi[Math.max(1, countWithin(all, group[place] as number, radius))] as number;
    }
  }
  return Math.max(0, (psi[rows] as number) + sum / rows);
}

/** Distance to the k-th nearest of sorted values. */
function distanceInSorted(sorted: Float64Array, place: number, k: number): number {
  let below = place - 1;
  let above = place + 1;
  let distance = 0;
  for (let found = 0; found < k; found++) {
    const down = below >= 0 ? (sorted[place] as number) - (sorted[below] as number) : Number.POSITIVE_INFINITY;
    const up = above < sorted.length ? (sorted[above] as number) - (sorted[place] as number) : Number.POSITIVE_INFINITY;
    distance = Math.min(down, up);
    if (down <= up) below--;
    else above++;
  }
  return distance;
}
