import { Cron } from 'croner';
import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { Schedule } from '../../contract/retrain-schedule.ts';

type When = Pick<Schedule, 'cron' | 'timezone'>;

const fields = 'minute, hour, day of the month, month and day of the week';

/**
 * Times are those that clocks show in the zone. A time that a clock leaves out in spring comes as soon as it goes on, one that
 * it shows twice in autumn comes the first time only, and what recurs within the hour goes on through both.
 */
function cronOf({ cron, timezone }: When): Cron {
  const isName = cron.startsWith('@');
  return new Cron(cron, { timezone, paused: true, ...(isName ? {} : { mode: '5-part' }) });
}

/** Why a schedule can be read by nobody, or never comes after a time. */
export function scheduleFault(when: When, after: number): { member: 'cron' | 'timezone'; message: string } | undefined {
  const { cron, timezone } = when;
  const zone = zoneFault(timezone);
  if (zone) return { member: 'timezone', message: zone };
  const fault = (message: string) => ({ member: 'cron' as const, message });
  if (!cron.startsWith('@') && cron.trim().split(/\s+/).length !== 5)
    return fault(`"${cron}" has not the five fields of cron: ${fields}.`);
  try {
    if (nextOccurrence(when, after) === null) return fault(`"${cron}" never comes.`);
  } catch (error) {
    return fault(`"${cron}" cannot be read: ${(error as Error).message.replace(/^CronPattern: /, '')}.`);
  }
  return undefined;
}

/** @throws GalleyError `retrain.invalid_schedule` where it can be read by nobody, or never comes */
export function requireSchedule({ cron, timezone }: Schedule, now: number): void {
  const fault = scheduleFault({ cron, timezone }, now);
  if (fault) throw new GalleyError('retrain.invalid_schedule', fault.message, { details: { cron, timezone } });
}

/** Why a name is none of a time zone. */
export function zoneFault(timezone: string): string | undefined {
  if (isTimezone(timezone)) return undefined;
  return `"${timezone}" is no time zone. ${suggestZone(timezone, Intl.supportedValuesOf('timeZone'))}`;
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Of hundreds only the one that was meant is worth a word. */
function suggestZone(wanted: string, zones: readonly string[]): string {
  const said = suggestName(wanted, zones);
  return said.startsWith('Did') ? said : 'It is a name such as Europe/Berlin or America/Chicago, or UTC.';
}

/** @returns UTC epoch milliseconds of the first time after another; null where none comes */
export function nextOccurrence(when: When, after: number): number | null {
  return cronOf(when).nextRun(new Date(after))?.getTime() ?? null;
}

/** @returns UTC epoch milliseconds of the first times after another, fewer where no more come */
export function nextOccurrences(when: When, after: number, count: number): number[] {
  return cronOf(when)
    .nextRuns(count, new Date(after))
    .map((time) => time.getTime());
}

/** @returns UTC epoch milliseconds of the times in (after, until), at most so many */
export function occurrencesBetween(when: When, after: number, until: number, most: number): number[] {
  const cron = cronOf(when);
  const times: number[] = [];
  for (let next = cron.nextRun(new Date(after)); next !== null; next = cron.nextRun(next)) {
    if (next.getTime() >= until || times.length === most) break;
    times.push(next.getTime());
  }
  return times;
}

/** @returns UTC epoch milliseconds of the last time in (after, until]; null where there was none */
export function lastOccurrence(when: When, after: number, until: number): number | null {
  const next = nextOccurrence(when, after);
  if (next === null || next > until) return null;
  const [last] = cronOf(when).previousRuns(1, new Date(until));
  return last === undefined || last.getTime() < next ? next : last.getTime();
}
