import { normalTwoSidedP } from './special-functions.ts';
import { sortedPresentValues } from './summary.ts';

export interface MannWhitneyResult {
  /** Pairs in which the reference is larger, ties counting half. */
  statistic: number;
  /** Two-sided, from the normal approximation with corrections for ties and continuity. */
  p: number;
}

/**
 * Mann-Whitney U test, scipy's `mannwhitneyu(method='asymptotic')`. Missing values (NaN) are left out.
 * @returns null where a side has no value or all values are equal.
 */
export function mannWhitney(reference: Float64Array, current: Float64Array): MannWhitneyResult | null {
  return mannWhitneyOfSorted(sortedPresentValues(reference), sortedPresentValues(current));
}

function mannWhitneyOfSorted(reference: Float64Array, current: Float64Array): MannWhitneyResult | null {
  const [rows, otherRows] = [reference.length, current.length];
  const total = rows + otherRows;
  let below = 0;
  let currentBelow = 0;
  let statistic = 0;
  let ties = 0;
  while (below < rows || currentBelow < otherRows) {
    const value = Math.min(
      reference[below] ?? Number.POSITIVE_INFINITY,
      current[currentBelow] ?? Number.POSITIVE_INFINITY,
    );
    const [first, second] = [below, currentBelow];
    while (reference[below] === value) below++;
    while (current[currentBelow] === value) currentBelow++;
    statistic += (below - first) * (second + (currentBelow - second) / 2);
    const tied = below - first + currentBelow - second;
    ties += tied ** 3 - tied;
  }
  const variance = ((rows * otherRows) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (rows === 0 || otherRows === 0 || !(variance > 0)) return null;
  const deviation = Math.abs(statistic - (rows * otherRows) / 2) - 0.5;
  return { statistic, p: deviation <= 0 ? 1 : normalTwoSidedP(deviation / Math.sqrt(variance)) };
}
