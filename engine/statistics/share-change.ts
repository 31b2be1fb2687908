import { twoProportionTest } from './proportions.ts';
import { normalQuantile } from './special-functions.ts';

/** Rows of both sides of a comparison. */
export interface Sides {
  reference: number;
  current: number;
}

/** A share of the rows on both sides, tested. */
export interface MeasuredShareChange {
  /** Shares, 0 to 1. */
  reference: number;
  current: number;
  /** Current minus reference. */
  change: number;
  z: number;
  p: number;
  /** Of `change` where nothing has changed; z is measured in it. */
  deviation: number;
}

/**
 * Change of a share of the rows, by the two-proportion z test with the pooled variance.
 * @param hits rows that count, by side. @param rows all rows, by side.
 * @param clump current rows that come together, for the design effect (Kish 1965): a level that is new brings all its rows at
 *   once, so that its rows count as fewer than they are. 1 where every row is drawn by itself.
 * @returns null where a side has no rows.
 */
export function measureShareChange(hits: Sides, rows: Sides, clump = 1): MeasuredShareChange | null {
  const test = twoProportionTest(hits.reference, rows.reference, hits.current / clump, rows.current / clump);
  if (test === null) return null;
  return {
    reference: hits.reference / rows.reference,
    current: hits.current / rows.current,
    change: test.difference,
    z: test.z,
    p: test.p,
    deviation: test.z === 0 ? 0 : test.difference / test.z,
  };
}

export interface JudgedShareChange extends Omit<MeasuredShareChange, 'deviation'> {
  threshold: number;
  /** Change that sampling alone stays below at these sizes; null where sampling was not asked. */
  samplingLimit: number | null;
  drifted: boolean;
}

/**
 * A share has drifted when it changed by the threshold and by more than sampling alone would change it.
 * @param level chance of an alarm by sampling alone; null to give no verdict. @param threshold in shares, 0 to 1.
 */
export function judgeShareChange(
  change: MeasuredShareChange,
  level: number | null,
  threshold: number,
): JudgedShareChange {
  const { deviation, ...measured } = change;
  if (level === null) return { ...measured, threshold, samplingLimit: null, drifted: false };
  const samplingLimit = deviation * normalQuantile(1 - level / 2);
  const size = Math.abs(change.change);
  return { ...measured, threshold, samplingLimit, drifted: size >= threshold && size > samplingLimit };
}
