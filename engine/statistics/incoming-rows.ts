import { holmLevels } from './drift-judgement.ts';
import { fisherExact, type Part } from './fisher-exact.ts';
import { median } from './summary.ts';

/** A share of incoming rows beside what is expected of it. */
export interface ShareTest {
  /** Null without rows. */
  share: number | null;
  expected: number | null;
  /** Chance of a share that is so far off where nothing has changed; null where it cannot be tested. */
  p: number | null;
}

/** A share that is to be expected, and the rows that it is known from. */
export interface ExpectedShare {
  share: number;
  known: Part;
}

/** Whether a share is another one now, lower or higher: Fisher's exact test. */
export function changedShare(before: Part, now: Part): ShareTest {
  return { share: shareOf(now), expected: shareOf(before), p: fisherExact(before, now)?.twoSided ?? null };
}

/** Whether a share is above what is expected of it: Fisher's exact test against the rows that this is known from. */
export function exceedingShare({ share, known }: ExpectedShare, now: Part): ShareTest {
  return { share: shareOf(now), expected: share, p: fisherExact(known, now)?.greater ?? null };
}

/**
 * Which shares are further from what is expected than chance alone would bring, and than matters. The chance of any false
 * alarm among all of them is kept by Holm's (1979) step-down correction.
 * @param rate that chance @param leastDifference in shares: with many rows the smallest change is significant
 */
export function unusualShares(
  tests: readonly ShareTest[],
  { rate, leastDifference }: { rate: number; leastDifference: number },
): boolean[] {
  const levels = holmLevels(
    tests.map(({ p }) => p),
    rate,
  );
  return tests.map(({ share, expected, p }, index) => {
    if (share === null || expected === null || p === null) return false;
    return p <= (levels[index] as number) && Math.abs(share - expected) >= leastDifference;
  });
}

/**
 * Share of further values that were not seen among these, as Good and Turing estimate it (Good 1953): the share of those that
 * were seen once. It varies as a share of fewer rows does: by Esty's (1983) variance, to which values that were seen twice add.
 * Missing values do not count; null without others.
 */
export function unseenMass(values: readonly (string | null)[]): ExpectedShare | null {
  const counts = new Map<string, number>();
  let present = 0;
  for (const value of values) {
    if (value === null) continue;
    present++;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (present === 0) return null;
  let [once, twice] = [0, 0];
  for (const count of counts.values()) {
    if (count === 1) once++;
    else if (count === 2) twice++;
  }
  const effect = 1 + (2 * twice) / Math.max(1, once);
  const rows = Math.max(1, Math.floor(present / effect));
  return { share: once / present, known: { hits: Math.min(rows, Math.ceil(once / effect)), rows } };
}

/**
 * Share of further numbers of one distribution that lie outside of the smallest and the largest of so many. How many of them do
 * follows a law that does not depend on the distribution (Wilks 1942), the same as that of Fisher's test with one hit.
 */
export function outsideMass(rows: number): ExpectedShare {
  return { share: 2 / (rows + 1), known: { hits: 1, rows } };
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
