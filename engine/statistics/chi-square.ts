import { chiSquareSurvival } from './special-functions.ts';

export interface ChiSquareResult {
  statistic: number;
  /** Levels that occur, less one. */
  degreesOfFreedom: number;
  p: number;
  /** Smallest expected count; below 5 the p-value is rough (Cochran 1954). */
  minimumExpected: number;
  /** Cramér's V, 0 to 1. */
  cramersV: number;
}

/**
 * Pearson's chi-square test of homogeneity of the 2 x levels table, without continuity correction (scipy's
 * `chi2_contingency(correction=False)`). Levels that occur on neither side are left out.
 * @param reference rows per level. @param current the same levels.
 * @returns null where a side has no rows or fewer than two levels occur.
 */
export function chiSquareTest(reference: ArrayLike<number>, current: ArrayLike<number>): ChiSquareResult | null {
  if (reference.length !== current.length) {
    throw new RangeError(`chiSquareTest: ${reference.length} levels against ${current.length}`);
  }
  let rows = 0;
  let otherRows = 0;
  for (let level = 0; level < reference.length; level++) {
    rows += reference[level] as number;
    otherRows += current[level] as number;
  }
  const total = rows + otherRows;
  let levels = 0;
  let statistic = 0;
  let smallestLevel = total;
  for (let level = 0; level < reference.length; level++) {
    const count = (reference[level] as number) + (current[level] as number);
    if (count === 0) continue;
    levels++;
    smallestLevel = Math.min(smallestLevel, count);
    const expected = (count * rows) / total;
    const difference = (reference[level] as number) - expected;
    statistic += difference * difference * (1 / expected + total / (count * otherRows));
  }
  if (rows === 0 || otherRows === 0 || levels < 2) return null;
  const degreesOfFreedom = levels - 1;
  return {
    statistic,
    degreesOfFreedom,
    p: chiSquareSurvival(statistic, degreesOfFreedom),
    minimumExpected: (smallestLevel * Math.min(rows, otherRows)) / total,
    cramersV: Math.sqrt(statistic / total),
  };
}
