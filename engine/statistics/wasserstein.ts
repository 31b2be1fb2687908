import { sortedPresentValues, standardDeviation } from './summary.ts';

/**
 * Wasserstein-1 (earth mover's) distance in the values' unit: the area between the two empirical distribution functions
 * (scipy's `wasserstein_distance`). Missing values (NaN) are left out; null where a side has no value.
 */
export function wassersteinDistance(reference: Float64Array, current: Float64Array): number | null {
  return wassersteinDistanceOfSorted(sortedPresentValues(reference), sortedPresentValues(current));
}

/** The same for ascending values without NaN. */
export function wassersteinDistanceOfSorted(reference: Float64Array, current: Float64Array): number | null {
  if (reference.length === 0 || current.length === 0) return null;
  let below = 0;
  let currentBelow = 0;
  let area = 0;
  let last = Math.min(reference[0] as number, current[0] as number);
  while (below < reference.length || currentBelow < current.length) {
    const left = below < reference.length ? (reference[below] as number) : Number.POSITIVE_INFINITY;
    const right = currentBelow < current.length ? (current[currentBelow] as number) : Number.POSITIVE_INFINITY;
    const value = Math.min(left, right);
    const height = Math.abs(below / reference.length - currentBelow / current.length);
    const width = value - last;
    if (height > 0) area += Number.isFinite(width) ? height * width : height * value - height * last;
    last = value;
    while (below < reference.length && reference[below] === value) below++;
    while (currentBelow < current.length && current[currentBelow] === value) currentBelow++;
  }
  return area;
}

/** The distance in standard deviations (ddof 0) of the reference; null where that is zero. */
export function normalizedWassersteinDistance(reference: Float64Array, current: Float64Array): number | null {
  const distance = wassersteinDistance(reference, current);
  const unit = standardDeviation(reference);
  return distance === null || !unit ? null : distance / unit;
}
