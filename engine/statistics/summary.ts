/** The values that are not missing (NaN), in their order; the same array where none is missing. */
export function presentValues(values: Float64Array): Float64Array {
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) return values.filter((value) => !Number.isNaN(value));
  }
  return values;
}

/** A sorted copy without the missing values (NaN). */
export function sortedPresentValues(values: Float64Array): Float64Array {
  return presentValues(values).slice().sort();
}

/** Arithmetic mean of the present values; null where there is none. Two passes keep the error of rounding small. */
export function mean(values: Float64Array): number | null {
  const present = presentValues(values);
  if (present.length === 0) return null;
  let sum = 0;
  for (const value of present) sum += value;
  const firstPass = sum / present.length;
  if (!Number.isFinite(firstPass)) return firstPass;
  let correction = 0;
  for (const value of present) correction += value - firstPass;
  return firstPass + correction / present.length;
}

/**
 * Variance of the present values by the corrected two-pass algorithm (Chan, Golub, LeVeque 1983).
 * @param deltaDegreesOfFreedom the divisor is rows - this: 0 (population, numpy's default) or 1 (sample).
 * @returns null where the divisor is not positive.
 */
export function variance(values: Float64Array, deltaDegreesOfFreedom: 0 | 1 = 0): number | null {
  const present = presentValues(values);
  const divisor = present.length - deltaDegreesOfFreedom;
  const center = mean(present);
  if (divisor <= 0 || center === null) return null;
  let squares = 0;
  let deviations = 0;
  for (const value of present) {
    const deviation = value - center;
    squares += deviation * deviation;
    deviations += deviation;
  }
  return (squares - (deviations * deviations) / present.length) / divisor;
}

/**
 * Arithmetic mean and standard deviation (ddof 0) of values without NaN in two passes, the second of which corrects the first
 * (Chan, Golub, LeVeque 1983); null where there are none.
 */
export function meanAndDeviation(present: Float64Array): { mean: number; deviation: number } | null {
  const count = present.length;
  if (count === 0) return null;
  let sum = 0;
  for (let row = 0; row < count; row++) sum += present[row] as number;
  const center = sum / count;
  let squares = 0;
  let deviations = 0;
  for (let row = 0; row < count; row++) {
    const deviation = (present[row] as number) - center;
    squares += deviation * deviation;
    deviations += deviation;
  }
  const variance = (squares - (deviations * deviations) / count) / count;
  return { mean: center + deviations / count, deviation: Math.sqrt(variance) };
}

/** Square root of `variance`. */
export function standardDeviation(values: Float64Array, deltaDegreesOfFreedom: 0 | 1 = 0): number | null {
  const squared = variance(values, deltaDegreesOfFreedom);
  return squared === null ? null : Math.sqrt(squared);
}

/**
 * Quantile of ascending values without NaN by linear interpolation (type 7 of Hyndman and Fan 1996, numpy's default).
 * @param share in [0, 1]. @throws RangeError where there are no values or the share is outside.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError('quantileOfSorted: no values');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`quantileOfSorted: share ${share} is outside [0, 1]`);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  const fraction = position - below;
  if (fraction === 0 || low === high) return low;
  // From the nearer end, as numpy does, so that both ends are met exactly.
  return fraction < 0.5 ? low + (high - low) * fraction : high - (high - low) * (1 - fraction);
}

/** Type-7 quantiles of the present values; null where there is none. */
export function quantiles(values: Float64Array, shares: readonly number[]): (number | null)[] {
  const sorted = sortedPresentValues(values);
  return shares.map((share) => (sorted.length === 0 ? null : quantileOfSorted(sorted, share)));
}

/** Median of the present values; null where there is none. */
export function median(values: Float64Array): number | null {
  return quantiles(values, [0.5])[0] ?? null;
}

/** Number of elements of `sorted` that are smaller than or equal to the value (numpy's searchsorted, side right). */
export function countAtMost(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of ascending values are less than the value. */
export function countBelow(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Rows per bin as numpy.histogram: bins [edge, next edge), the last one closed; values outside and NaN are not counted.
 * @param edges ascending, at least two. @returns `edges.length - 1` counts. @throws RangeError on fewer edges.
 */
export function histogram(values: Float64Array, edges: ArrayLike<number>): number[] {
  if (edges.length < 2) throw new RangeError('histogram: at least two edges are needed');
  const counts = new Array<number>(edges.length - 1).fill(0);
  const last = edges[edges.length - 1] as number;
  for (const value of values) {
    if (!(value >= (edges[0] as number) && value <= last)) continue;
    const bin = value === last ? counts.length - 1 : countAtMost(edges, value) - 1;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}
