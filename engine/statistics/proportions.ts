import { normalQuantile, normalTwoSidedP } from './special-functions.ts';

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

export interface ShareInterval {
  share: number;
  low: number;
  high: number;
}

/**
 * A share with Wilson's (1927) interval, which stays inside [0, 1] and holds its level also for few rows.
 * @param level share of samples in which the interval holds the true share. @returns null without rows.
 */
export function wilsonInterval(hits: number, rows: number, level = 0.95): ShareInterval | null {
  if (rows === 0) return null;
  const z = normalQuantile((1 + level) / 2);
  const share = hits / rows;
  const scale = 1 + (z * z) / rows;
  const center = (share + (z * z) / (2 * rows)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / rows + (z * z) / (4 * rows * rows));
  return { share, low: hits === 0 ? 0 : center - half, high: hits === rows ? 1 : center + half };
}
