import { kolmogorovSurvival } from './kolmogorov.ts';
import { sortedPresentValues } from './summary.ts';

/**
 * asymptotic: Smirnov's law of D at the rounded harmonic size n m / (n + m). exact: all orders of the pooled rows, at a
 * cost of n m steps. auto: exact up to 10,000 rows on either side, as scipy chooses.
 */
export type KolmogorovSmirnovMethod = 'asymptotic' | 'exact' | 'auto';

export interface KolmogorovSmirnovResult {
  /** Largest distance of the two empirical distribution functions, 0 to 1. */
  statistic: number;
  /** Two-sided p-value; conservative where values are tied. */
  p: number;
}

/**
 * Two-sample Kolmogorov-Smirnov test, scipy's `ks_2samp`, two-sided. Missing values (NaN) are left out.
 * @returns null where a side has no value.
 */
export function kolmogorovSmirnov(
  reference: Float64Array,
  current: Float64Array,
  method: KolmogorovSmirnovMethod = 'asymptotic',
): KolmogorovSmirnovResult | null {
  return kolmogorovSmirnovOfSorted(sortedPresentValues(reference), sortedPresentValues(current), method);
}

/** The same for ascending values without NaN. */
export function kolmogorovSmirnovOfSorted(
  reference: Float64Array,
  current: Float64Array,
  method: KolmogorovSmirnovMethod = 'asymptotic',
): KolmogorovSmirnovResult | null {
  if (reference.length === 0 || current.length === 0) return null;
  const statistic = largestDistance(reference, current);
  const isExact = method === 'exact' || (method === 'auto' && Math.max(reference.length, current.length) <= 10_000);
  const p = isExact
    ? exactP(reference.length, current.length, statistic)
    : asymptoticP(reference.length, current.length, statistic);
  return { statistic, p };
}

function largestDistance(reference: Float64Array, current: Float64Array): number {
  let below = 0;
  let currentBelow = 0;
  let largest = 0;
  while (below < reference.length && currentBelow < current.length) {
    const value = Math.min(reference[below] as number, current[currentBelow] as number);
    while (below < reference.length && reference[below] === value) below++;
    while (currentBelow < current.length && current[currentBelow] === value) currentBelow++;
    largest = Math.max(largest, Math.abs(below / reference.length - currentBelow / current.length));
  }
  return largest;
}

/** Ties to even, as numpy and scipy round. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** P-value of a statistic of two samples of those sizes, by Smirnov's law. */
export function asymptoticP(rows: number, otherRows: number, statistic: number): number {
  const effectiveRows = (rows * otherRows) / (rows + otherRows);
  // scipy rounds 1/2 to no row at all and answers NaN; one row is the least that has a distribution.
  return kolmogorovSurvival(Math.max(roundHalfEven(effectiveRows), 1), statistic);
}

/**
 * Share of the lattice paths from (0, 0) to (n, m) that leave the band |x / n - y / m| < D somewhere (Hodges 1958). The share is
 * carried from cell to cell as a mean of its two predecessors, so nothing cancels or overflows.
 */
function exactP(rows: number, otherRows: number, statistic: number): number {
  const long = Math.max(rows, otherRows);
  const short = Math.min(rows, otherRows);
  const limit = Math.round(statistic * long * short);
  if (limit === 0) return 1;
  // outside[y]: share of the paths to (x, y) that have left the band; a cell outside the band has 1.
  const outside = new Float64Array(short + 1).fill(1);
  for (let y = 0; y * long < limit && y <= short; y++) outside[y] = 0;
  for (let x = 1; x <= long; x++) {
    const first = Math.max(Math.floor((x * short - limit) / long) + 1, 0);
    const end = Math.min(Math.ceil((x * short + limit) / long), short + 1);
    if (end <= first) return 1;
    let left = first === 0 ? 0 : 1;
    for (let y = first; y < end; y++) {
      left = ((outside[y] as number) * x + left * y) / (x + y);
      outside[y] = left;
    }
  }
  return Math.min(outside[short] as number, 1);
}
