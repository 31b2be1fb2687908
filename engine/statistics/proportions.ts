import { normalTwoSidedP } from './special-functions.ts';

export interface ProportionTest {
  /** Second share minus the first. */
  difference: number;
  z: number;
  /** Two-sided. */
  p: number;
}

/**
 * z test of two shares with the pooled variance; its square is Pearson's chi-square of the 2 x 2 table.
 * @returns null where a side has no rows; z = 0 where all or none of the rows are hits.
 */
export function twoProportionTest(
  hits: number,
  rows: number,
  otherHits: number,
  otherRows: number,
): ProportionTest | null {
  if (rows === 0 || otherRows === 0) return null;
  const difference = otherHits / otherRows - hits / rows;
  const pooled = (hits + otherHits) / (rows + otherRows);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / otherRows));
  const z = deviation === 0 ? 0 : difference / deviation;
  return { difference, z, p: normalTwoSidedP(z) };
}
