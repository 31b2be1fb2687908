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

/** @throws GalleyError `retrain.invalid_schedule` where it can be read by nobody, or never comes */
export function requireSchedule(schedule: Schedule, now: number): void {
  const { cron, timezone } = schedule;
  if (!isTimezone(timezone)) {
    const zones = Intl.supportedValuesOf('timeZone');
    throw invalid(schedule, `"${timezone}" is no time zone. ${suggestZone(timezone, zones)}`);
  }
  if (!cron.startsWith('@') && cron.trim().split(/\s+/).length !== 5)
    throw invalid(schedule, `"${cron}" has not the five fields of cron: ${fields}.`);
  let next: number | null;
  try {
    next = nextOccurrence(schedule, now);
  } catch (error) {
    throw invalid(schedule, `"${cron}" cannot be read: ${(error as Error).message.replace(/^CronPattern: /, '')}.`);
  }
  if (next === null) throw invalid(schedule, `"${cron}" never comes.`);
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

function invalid({ cron, timezone }: Schedule, message: string): GalleyError {
  return new GalleyError('retrain.invalid_schedule', message, { details: { cron, timezone } });
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

/** @returns UTC epoch milliseconds of the last time in (after, until]; null where there was none */
export function lastOccurrence(when: When, after: number, until: number): number | null {
  const next = nextOccurrence(when, after);
  if (next === null || next > until) return null;
  const [last] = cronOf(when).previousRuns(1, new Date(until));
  return last === undefined || last.getTime() < next ? next : last.getTime();
}
