import type { Schedule } from '../../contract/retrain-schedule.ts';

type When = Pick<Schedule, 'cron' | 'timezone'>;

const named: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/**
 * The five fields of a cron line as every cron reads them, in numbers, Sunday being 0; undefined where it says more than that,
 * as `L` does.
 */
export function plainCron(cron: string): string | undefined {
  const fields = (named[cron.trim().toLowerCase()] ?? cron).trim().toUpperCase().split(/\s+/);
  const isPlain = fields.length === 5 && fields.every((field) => /^(?:[\d*,/-]|[A-Z]{3})+$/.test(field));
  if (!isPlain) return undefined;
  const [minutes = '', hours = '', date = '', month = '', weekday = ''] = fields;
  const days = numbered(weekday, weekdays, 0);
  const plainDays = /7|-0/.test(days) ? movedWeekdays(days, 0) : days;
  return plainDays && [minutes, hours, date, numbered(month, months, 1), plainDays].join(' ');
}

function numbered(field: string, names: readonly string[], first: number): string {
  return field.replaceAll(/[A-Z]{3}/g, (name) => String(names.indexOf(name) + first));
}

const hour = 60;
const day = 24 * hour;

/**
 * A cron line for a system whose clock shows UTC: as the zone has it in winter, without daylight saving time.
 * @param at UTC epoch milliseconds: the zone as it is in that year
 * @returns undefined where no one line says the same
 */
export function utcCron({ cron, timezone }: When, at: number): string | undefined {
  const plain = plainCron(cron);
  const offset = standardOffset(timezone, at);
  if (plain === undefined || offset === 0) return plain;
  const [minutes = '', hours = '', date, month, weekday = ''] = plain.split(' ');
  if (hours === '*' && offset % hour === 0 && [date, month, weekday].every((field) => field === '*')) return plain;
  const times = timesOf(minutes, hours).map((time) => time - offset);
  const days = new Set(times.map((time) => Math.floor(time / day)));
  const [shift] = days;
  if (shift === undefined || days.size > 1) return undefined;
  const utc = times.map((time) => time - shift * day);
  const product = [unique(utc.map((time) => time % hour)), unique(utc.map((time) => Math.floor(time / hour)))];
  if ((product[0] ?? []).length * (product[1] ?? []).length !== utc.length) return undefined;
  const moved = shift === 0 ? weekday : movedWeekdays(weekday, shift);
  if (moved === undefined || (shift !== 0 && (date !== '*' || month !== '*'))) return undefined;
  return [...product.map((numbers) => numbers.join(',')), date, month, moved].join(' ');
}

/** Minutes of the day; none where the fields are more than lists of numbers. */
function timesOf(minutes: string, hours: string): number[] {
  if (![minutes, hours].every((field) => /^\d+(?:,\d+)*$/.test(field))) return [];
  const numbers = (field: string) => unique(field.split(',').map(Number));
  return numbers(hours).flatMap((one) => numbers(minutes).map((minute) => one * hour + minute));
}

function unique(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((one, other) => one - other);
}

/** @returns undefined where it has steps */
function movedWeekdays(field: string, shift: number): string | undefined {
  if (field === '*') return field;
  const moved: number[] = [];
  for (const part of field.split(',')) {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    if (Number.isNaN(first + last)) return undefined;
    const end = last < first ? last + 7 : last;
    for (let one = first; one <= end; one++) moved.push((((one + shift) % 7) + 7) % 7);
  }
  return unique(moved).join(',');
}

/** Minutes that clocks of a zone are ahead of UTC when they are not put forward. */
function standardOffset(timezone: string, at: number): number {
  const year = new Date(at).getUTCFullYear();
  return Math.min(offsetAt(timezone, Date.UTC(year, 0, 1)), offsetAt(timezone, Date.UTC(year, 6, 1)));
}

function offsetAt(timezone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /^GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * hour + Number(minutes));
}
