import { GalleyError } from '../../base/errors.ts';
import type { QuietHours } from '../../contract/monitor-alerts.ts';

const minute = 60_000;
/** Quiet hours end within a day, or an hour later where the clocks are put back. */
const mostMinutes = 26 * 60;

/** @throws GalleyError `monitor.unknown_time_zone` */
export function requireTimeZone(timeZone: string): void {
  try {
    wallClock(timeZone);
  } catch (cause) {
    throw new GalleyError('monitor.unknown_time_zone', `There is no time zone "${timeZone}".`, {
      details: { timeZone },
      cause,
    });
  }
}

/**
 * When somebody may be told: at once outside of the quiet hours, else at their end. The hours are those that clocks show in
 * their time zone, also on days on which these are changed. A time zone that this machine does not know has none.
 * @param now UTC epoch milliseconds, as the answer
 */
export function endOfQuiet(now: number, hours: QuietHours | null): number {
  if (hours === null) return now;
  const clock = knownClock(hours.timeZone);
  if (!clock || !isWithin(clock(now), hours)) return now;
  const start = Math.floor(now / minute) * minute;
  for (let step = 1; step <= mostMinutes; step++) {
    if (!isWithin(clock(start + step * minute), hours)) return start + step * minute;
  }
  return now;
}

/** A span past midnight is meant as such; one that ends where it begins is none. Times compare as texts. */
function isWithin(time: string, { from, to }: QuietHours): boolean {
  if (from === to) return false;
  return from < to ? time >= from && time < to : time >= from || time < to;
}

/** Zones are checked where they are set, but a project may come from a machine that knows more of them. */
function knownClock(timeZone: string): ReturnType<typeof wallClock> | undefined {
  try {
    return wallClock(timeZone);
  } catch {
    return undefined;
  }
}

/** What clocks show: `07:05`. */
function wallClock(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (time) => format.format(time);
}
