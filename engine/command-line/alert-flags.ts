import type { QuietHours } from '../contract/monitor-alerts.ts';
import { usageError } from './command.ts';

const minutesOf: Record<string, number> = { m: 1, h: 60, d: 1440, w: 10_080 };

/** `30m`, `2h`, `1d`, `1w` in minutes. @throws GalleyError `cli.usage` */
export function readMinutes(text: string): number {
  const [, digits, unit = ''] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  if (digits === undefined) throw usageError(`--for takes a time, such as 30m, 2h, 1d or 1w, not "${text}".`);
  return Number(digits) * (minutesOf[unit] as number);
}

/** `22:00-06:00@Europe/Berlin`, or `none`. @throws GalleyError `cli.usage` */
export function parseQuietHours(text: string): QuietHours | null {
  if (text === 'none') return null;
  const [, from, to, timeZone] = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)@(.+)$/.exec(text) ?? [];
  if (!from || !to || !timeZone) {
    throw usageError(`--quiet takes hours and a time zone, such as 22:00-06:00@Europe/Berlin, or none, not "${text}".`);
  }
  return { from, to, timeZone };
}
