import type { WindowSize } from '../client/monitor-view.ts';
import { formatDay, formatMonth } from '../ui/format.ts';

const day = 86_400_000;

/** What a window of time is called: `2015`, `Q3 2015`, `Feb 2015`, `week of 4 Feb 2015`, `4 Feb 2015`. In UTC. */
export function periodName(from: string, to: string): string {
  const start = new Date(from);
  switch (windowSizeOf(from, to)) {
    case 'year':
      return String(start.getUTCFullYear());
    case 'quarter':
      return `Q${Math.floor(start.getUTCMonth() / 3) + 1} ${start.getUTCFullYear()}`;
    case 'month':
      return formatMonth(from);
    case 'week':
      return `the week of ${formatDay(from)}`;
    case 'day':
      return formatDay(from);
    case undefined:
      return `${formatDay(from)} to ${formatDay(new Date(Date.parse(to) - 1).toISOString())}`;
  }
}

/** The size of a window by its length and start; undefined for one of the user's own. */
export function windowSizeOf(from: string, to: string): WindowSize | undefined {
  const days = (Date.parse(to) - Date.parse(from)) / day;
  const start = new Date(from);
  const first = start.getUTCDate() === 1;
  if (days >= 365 && days <= 366 && first && start.getUTCMonth() === 0) return 'year';
  if (days >= 90 && days <= 92 && first && start.getUTCMonth() % 3 === 0) return 'quarter';
  if (days >= 28 && days <= 31 && first) return 'month';
  if (days === 7) return 'week';
  return days <= 1 ? 'day' : undefined;
}

export interface TimeTick {
  at: number;
  label: string;
}

/**
 * About `most` ticks at round times between two instants (epoch milliseconds, UTC). `span` is how much of the time
 * between them is shown, where some is left out.
 */
export function timeTicks(from: number, to: number, most: number, span = to - from): TimeTick[] {
  const years = span / (365.25 * day);
  if (years >= 2) return yearTicks(from, to, Math.max(1, Math.ceil(years / most)));
  if (span > 60 * day) return monthTicks(from, to, Math.max(1, Math.ceil(span / (30.4 * day) / most)));
  const step = Math.max(1, Math.ceil(span / day / most)) * day;
  const ticks: TimeTick[] = [];
  for (let at = Math.ceil(from / day) * day; at <= to; at += step)
    ticks.push({ at, label: formatDay(new Date(at).toISOString()).replace(/ \d{4}$/, '') });
  return ticks;
}

function yearTicks(from: number, to: number, step: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  for (let year = new Date(from).getUTCFullYear(); Date.UTC(year, 0) <= to; year++) {
    const at = Date.UTC(year, 0);
    if (at >= from && (year - new Date(from).getUTCFullYear()) % step === 0) ticks.push({ at, label: String(year) });
  }
  return ticks;
}

function monthTicks(from: number, to: number, step: number): TimeTick[] {
  const ticks: TimeTick[] = [];
  const start = new Date(from);
  for (let index = 0; ; index += step) {
    const at = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + index);
    if (at > to) return ticks;
    if (at >= from) ticks.push({ at, label: formatMonth(new Date(at).toISOString()) });
  }
}
