import type { RehearsalPeriod } from '../../../engine/contract/retrain-rehearsal.ts';

/** `2008`, `2008-04`, or the day on which it begins. */
export function periodName(from: string, period: RehearsalPeriod): string {
  if (period === 'year') return from.slice(0, 4);
  return period === 'month' || period === 'quarter' ? from.slice(0, 7) : from.slice(0, 10);
}

/** The day of an ISO time. */
export function formatExactDay(time: string): string {
  return time.slice(0, 10);
}
