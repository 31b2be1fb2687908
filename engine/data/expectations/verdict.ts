import type { CheckResult, FailingRow } from '../../contract/data-expectations.ts';
import type { PreparedExpectation } from './check-input.ts';
import { describeExpectation } from './words.ts';

export type Verdict = Omit<CheckResult, 'key' | 'expectation' | 'says'>;

/** First failing rows that a result keeps. */
export const sampleSize = 10;

/** A verdict about a table as a whole. */
export function wholeVerdict(passed: boolean | null, observed: unknown, found: string): Verdict {
  return { passed, observed, found, rows: null, sample: [] };
}

/** A verdict about single rows. */
export function rowVerdict(
  passed: boolean,
  observed: unknown,
  found: string,
  rows: number,
  sample: FailingRow[],
): Verdict {
  return { passed, observed, found, rows, sample };
}

export function resultOf({ key, expectation }: PreparedExpectation, verdict: Verdict): CheckResult {
  return { key, expectation, says: describeExpectation(expectation), ...verdict };
}

/** Whether so few of the judged rows fail that the expectation is met. */
export function isTolerated(failed: number, judged: number, tolerance: number | undefined): boolean {
  return failed === 0 || failed <= (tolerance ?? 0) * judged;
}
