import type { WindowSize } from '../client/monitor-view.ts';
import { formatDay, formatMonth } from '../ui/format.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What a window of time is called: `2015`, `Q3 2015`, `Feb 2015`, `week of 4 Feb 2015`, `4 Feb 2015`, `4 Feb 2015, 10:00`. In UTC. */
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
    case 'hour':
      return `${formatDay(from)}, ${timeOfDay(from)}`;
    case undefined:
      return Date.parse(to) - start.getTime() < day
        ? `${formatDay(from)}, ${timeOfDay(from)} to ${timeOfDay(to)}`
        : `${formatDay(from)} to ${formatDay(new Date(Date.parse(to) - 1).toISOString())}`;
  }
}

/** The size of a window by its length and start; undefined for one of the user's own. */
export function windowSizeOf(from: string, to: string): WindowSize | 'hour' | undefined {
  const days = (Date.parse(to) - Date.parse(from)) / day;
  const start = new Date(from);
  const first = start.getUTCDate() === 1;
  if (days >= 365 && days <= 366 && first && start.getUTCMonth() === 0) return 'year';
  if (days >= 90 && days <= 92 && first && start.getUTCMonth() % 3 === 0) return 'quarter';
  if (days >= 28 && days <= 31 && first) return 'month';
  if (days === 7) return 'week';
  if (days === 1) return 'day';
  return days === hour / day ? 'hour' : undefined;
}

function timeOfDay(time: string): string {
  return new Date(time).toISOString().slice(11, 16);
}

export interface TimeTick {
  at: number;
  label: string;
}

/** That a day divides into. */
const wholeHours = [1, 2, 3, 6, 12];

/**
 * About `most` ticks at round times between two instants (epoch milliseconds, UTC). `span` is how much of the time
 * between them is shown, where some is left out.
 */
export function timeTicks(from: number, to: number, most: number, span = to - from): TimeTick[] {
  const years = span / (365.25 * day);
  if (years >= 2) return yearTicks(from, to, Math.max(1, Math.ceil(years / most)));
  if (span > 60 * day) return monthTicks(from, to, Math.max(1, Math.ceil(span / (30.4 * day) / most)));
  const hours = span <= 2 * day ? wholeHours.find((count) => count * hour * most >= span) : undefined;
  const step = hours === undefined ? Math.max(1, Math.ceil(span / day / most)) * day : hours * hour;
  const unit = Math.min(step, day);
  const ticks: TimeTick[] = [];
  for (let at = Math.ceil(from / unit) * unit; at <= to; at += step) {
    const time = new Date(at).toISOString();
    ticks.push({ at, label: at % day === 0 ? formatDay(time).replace(/ \d{4}$/, '') : timeOfDay(time) });
  }
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
