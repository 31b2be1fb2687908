const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const timestampPattern =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))?$/;

/** UTC midnight of an ISO 8601 calendar date (`2004-02-29`) in epoch milliseconds, or null where it is none. */
export function parseIsoDate(text: string): number | null {
  const match = datePattern.exec(text);
  if (!match) return null;
  const day = Number(match[3]);
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse rolls 31 April over to 1 May instead of refusing it.
  return Number.isNaN(time) || new Date(time).getUTCDate() !== day ? null : time;
}

/** UTC epoch milliseconds of an ISO 8601 date or timestamp, or null where a value is none. */
export function parseIsoTime(value: unknown): number | null {
  return typeof value === 'string' ? (parseIsoTimestamp(value) ?? parseIsoDate(value)) : null;
}

/**
 * Epoch milliseconds of an ISO 8601 timestamp (`2004-02-29T13:45`, seconds, fraction and offset optional), or null
 * where it is none. Without an offset it is UTC, as in the datasets; digits beyond the millisecond are cut.
 */
export function parseIsoTimestamp(text: string): number | null {
  const match = timestampPattern.exec(text);
  if (!match) return null;
  const [, date, hours, minutes, seconds, fraction, sign, offsetHours, offsetMinutes] = match;
  const midnight = parseIsoDate(date as string);
  if (midnight === null) return null;
  const offset = sign ? (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1) : 0;
  const milliseconds = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
  return (
    midnight + (Number(hours) * 60 + Number(minutes) - offset) * 60_000 + Number(seconds ?? 0) * 1000 + milliseconds
  );
}
