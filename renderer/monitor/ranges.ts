import type { TimeSpan } from '../client/monitor-view.ts';
import { periodName } from './periods.ts';

/** Stretches of time that end with the last row. */
export const lastSpans = [
  { label: 'Last year', months: 12 },
  { label: 'Last 3 months', months: 3 },
  { label: 'Last month', months: 1 },
  { label: 'Last 7 days', days: 7 },
] as const;

/** The stretch before and with the day of an instant, in UTC. */
export function lastSpan(last: string, { months = 0, days = 0 }: { months?: number; days?: number }): TimeSpan {
  const until = new Date(last);
  until.setUTCHours(0, 0, 0, 0);
  until.setUTCDate(until.getUTCDate() + 1);
  const since = new Date(until);
  since.setUTCMonth(since.getUTCMonth() - months);
  // Where the month before has no such day, the last that it has.
  if (since.getUTCDate() !== until.getUTCDate()) since.setUTCDate(0);
  since.setUTCDate(since.getUTCDate() - days);
  return { since: since.toISOString(), until: until.toISOString() };
}

/** A span of whole days, both of which belong to it; undefined where they are no days or in the wrong order. */
export function spanOfDays(first: string, last: string): TimeSpan | undefined {
  const since = Date.parse(first);
  const until = Date.parse(last) + 86_400_000;
  if (!(since < until)) return undefined;
  return { since: new Date(since).toISOString(), until: new Date(until).toISOString() };
}

/** The first and the last day of a span. */
export function daysOf({ since, until }: TimeSpan): [first: string, last: string] {
  return [since.slice(0, 10), new Date(Date.parse(until) - 1).toISOString().slice(0, 10)];
}

export function rangeName(range: TimeSpan | undefined): string {
  return range ? periodName(range.since, range.until) : 'All time';
}
