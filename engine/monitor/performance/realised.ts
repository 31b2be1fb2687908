import { dayMilliseconds } from '../../base/clock.ts';
import { addSums, figuresOfSums } from '../../statistics/performance-sums.ts';
import type { Judged } from '../../train/for-jobs.ts';
import type { TimeWindow } from '../windows.ts';
import { type Effort, type Figures, figuresOf } from './figures.ts';
import { type PerformanceDay, sumsOf } from './performance-days.ts';

/** What labelled rows of a window were worth, those that the log keeps no more included. */
export interface RealisedWindow {
  labelled: number;
  /** Of them those that are known from sums only. */
  summed: number;
  realised: Figures | null;
}

/**
 * The metrics of rows and of days that are summed up: from sums alone where there is one, which takes areas under curves and
 * medians from bins.
 * @param judged null where no row is labelled
 * @param days with sums of the same task and classes
 * @param minimumRows labelled rows below which nothing is said
 */
export function realisedWindow(
  judged: Judged | null,
  days: readonly PerformanceDay[],
  minimumRows: number,
  effort: Effort,
): RealisedWindow {
  const own = judged && (days.length > 0 ? sumsOf(judged) : null);
  const kept = days.flatMap(({ sums }) => sums ?? []);
  const summed = kept.reduce((sum, { rows }) => sum + rows, 0);
  const labelled = (judged?.target.length ?? 0) + summed;
  if (labelled === 0 || labelled < minimumRows) return { labelled, summed, realised: null };
  if (summed === 0 && judged) return { labelled, summed, realised: figuresOf(judged, effort) };
  const all = [...(own ? [own] : []), ...kept];
  return { labelled, summed, realised: figuresOfSums(all.reduce(addSums)) };
}

/** The days that begin in each window; none in one that is shorter than a day. */
export function daysByWindow(days: readonly PerformanceDay[], windows: readonly TimeWindow[]): PerformanceDay[][] {
  return windows.map(({ from, to }) =>
    to - from < dayMilliseconds ? [] : days.filter(({ day }) => day >= from && day < to),
  );
}
