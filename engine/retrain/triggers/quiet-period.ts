import type { QuietPeriod } from '../../contract/retrain-triggers.ts';
import { nextOccurrence, occurrencesBetween } from '../schedule/occurrences.ts';

const minute = 60_000;
const dayMinutes = 24 * 60;

/**
 * When a quiet period ends that lasts now. The hours are those that clocks show in its time zone, also on days on which these
 * are changed.
 * @param now UTC epoch milliseconds, as the answer; null where it does not last
 */
export function endOfQuiet(now: number, quiet: QuietPeriod | null): number | null {
  if (quiet === null) return null;
  const { to, timezone } = quiet;
  const shown = wallClock(now, timezone);
  if (!isWithin(shown, quiet)) return null;
  const wait = (minuteOf(to) - minuteOf(shown) + dayMinutes) % dayMinutes;
  const end = (Math.floor(now / minute) + wait) * minute;
  // A schedule would come to a time that clocks show twice the first time only.
  return wallClock(end, timezone) === to ? end : nextOccurrence({ cron: dailyAt(to), timezone }, now);
}

/** Quiet periods that touch [from, to), at most so many, UTC epoch milliseconds. */
export function quietPeriods(
  quiet: QuietPeriod,
  from: number,
  to: number,
  most: number,
): { from: number; to: number }[] {
  const periods: { from: number; to: number }[] = [];
  const running = endOfQuiet(from, quiet);
  if (running !== null) periods.push({ from, to: running });
  const start = { cron: dailyAt(quiet.from), timezone: quiet.timezone };
  for (const at of occurrencesBetween(start, from, to, most - periods.length)) {
    const end = endOfQuiet(at, quiet);
    // Null where clocks leave out the whole period.
    if (end !== null) periods.push({ from: at, to: end });
  }
  return periods;
}

/** Times compare as texts. */
function isWithin(time: string, { from, to }: QuietPeriod): boolean {
  return from < to ? time >= from && time < to : time >= from || time < to;
}

function dailyAt(time: string): string {
  const minutes = minuteOf(time);
  return `${minutes % 60} ${Math.floor(minutes / 60)} * * *`;
}

/** Of the day. */
function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return 60 * hours + minutes;
}

/** What clocks show: `07:05`. */
function wallClock(time: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    time,
  );
}
