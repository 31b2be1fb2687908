import { dayMilliseconds, hourMilliseconds } from '../../base/clock.ts';

/** Spans of the UTC calendar that rows are summed up by, from the finest on. */
export const profileUnits = ['hour', 'day', 'month'] as const;
export type ProfileUnit = (typeof profileUnits)[number];

/** Times beyond are none (ECMAScript, time values). */
export const largestTime = 8.64e15;

/** Start of the span that a time lies in. All are UTC epoch milliseconds, whole and within ±8.64e15. */
export function spanStart(unit: ProfileUnit, time: number): number {
  if (unit === 'hour') return Math.floor(time / hourMilliseconds) * hourMilliseconds;
  if (unit === 'day') return Math.floor(time / dayMilliseconds) * dayMilliseconds;
  const date = new Date(time);
  return monthStart(date.getUTCFullYear(), date.getUTCMonth());
}

/** End of the span that begins at a time. */
export function spanEnd(unit: ProfileUnit, start: number): number {
  if (unit === 'hour') return start + hourMilliseconds;
  if (unit === 'day') return start + dayMilliseconds;
  const date = new Date(start);
  return monthStart(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function monthStart(year: number, month: number): number {
  // Date.UTC takes years below 100 for those of the twentieth century.
  const start = new Date(0).setUTCFullYear(year, month, 1);
  return Number.isNaN(start) ? -largestTime : start;
}

export function isFiner(unit: ProfileUnit, than: ProfileUnit): boolean {
  return profileUnits.indexOf(unit) < profileUnits.indexOf(than);
}
