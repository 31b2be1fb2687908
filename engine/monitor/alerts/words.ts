import { dayMilliseconds, isoTime } from '../../base/clock.ts';

/** Days of UTC, and the hours of a span that is no longer than one: `2008-01-01 to 2009-01-01`. */
export function spanText(from: number, to: number): string {
  const digits = to - from < dayMilliseconds ? 16 : 10;
  const text = (time: number) => isoTime(time).slice(0, digits).replace('T', ' ');
  return `${text(from)} to ${text(to)}`;
}
