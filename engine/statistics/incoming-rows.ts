import { twoProportionTest, wilsonInterval } from './proportions.ts';
import { median } from './summary.ts';

/** Some of many rows. */
export interface Part {
  hits: number;
  rows: number;
}

export interface ShareVerdict {
  /** Null without rows. */
  share: number | null;
  expected: number | null;
  /** Further from what is expected than chance alone would bring, and than matters. */
  isUnusual: boolean;
}

/**
 * Whether shares of columns changed: two-sided z tests of two proportions (pooled variance) at a family-wise error rate, kept by
 * Holm's (1979) step-down correction, and a least difference, since with many rows the smallest change is significant.
 * @param pairs reference and current counts of each column
 */
export function changedShares(
  pairs: readonly { before: Part; now: Part }[],
  { rate, leastDifference }: { rate: number; leastDifference: number },
): ShareVerdict[] {
  const tests = pairs.map(({ before, now }) => twoProportionTest(before.hits, before.rows, now.hits, now.rows));
  const order = tests.map((_, index) => index).sort((one, other) => (tests[one]?.p ?? 2) - (tests[other]?.p ?? 2));
  const judged = tests.filter((test) => test !== null).length;
  const significant = new Set<number>();
  for (const [place, index] of order.entries()) {
    const p = tests[index]?.p ?? 2;
    if (p > rate / (judged - place)) break;
    significant.add(index);
  }
  return pairs.map(({ before, now }, index) => ({
    share: shareOf(now),
    expected: shareOf(before),
    isUnusual: significant.has(index) && Math.abs(tests[index]?.difference ?? 0) >= leastDifference,
  }));
}

/**
 * Whether a share is above what is expected of it: the lower end of Wilson's interval is, and by a least difference.
 * @param level of the two-sided interval
 */
export function exceedsShare(
  now: Part,
  expected: number,
  { level, leastDifference }: { level: number; leastDifference: number },
): ShareVerdict {
  const interval = wilsonInterval(now.hits, now.rows, level);
  const isUnusual = interval !== null && interval.low > expected && interval.share - expected >= leastDifference;
  return { share: interval?.share ?? null, expected, isUnusual };
}

/**
 * Share of further values that were not seen among these, as Good and Turing estimate it (Good 1953): the share of those that
 * were seen once. Missing values do not count; null without others.
 */
export function unseenMass(values: readonly (string | null)[]): number | null {
  const counts = new Map<string, number>();
  let present = 0;
  for (const value of values) {
    if (value === null) continue;
    present++;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (present === 0) return null;
  let once = 0;
  for (const count of counts.values()) if (count === 1) once++;
  return once / present;
}

/** Share of further numbers of one distribution that lie outside of the smallest and the largest of so many. */
export function outsideMass(rows: number): number {
  return 2 / (rows + 1);
}

export interface CountVerdict {
  /** Median of the earlier counts. */
  usual: number;
  /** Robust standard deviations from it. */
  deviations: number;
}

/**
 * How far a count is from earlier ones: in units of 1.4826 times the median absolute deviation (Iglewicz and Hoaglin 1993), or of
 * the root of the median where that is more, since counts of independent events vary by so much (Poisson).
 * @returns null without earlier counts
 */
export function countDeviation(count: number, earlier: readonly number[]): CountVerdict | null {
  const usual = median(Float64Array.from(earlier));
  if (usual === null) return null;
  const spread = median(Float64Array.from(earlier, (each) => Math.abs(each - usual))) ?? 0;
  const unit = Math.max(1.4826 * spread, Math.sqrt(usual), 1);
  return { usual, deviations: (count - usual) / unit };
}

function shareOf({ hits, rows }: Part): number | null {
  return rows === 0 ? null : hits / rows;
}
