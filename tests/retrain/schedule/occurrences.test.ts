import { expect, test } from 'vitest';
import { isoTime } from '../../../engine/base/clock.ts';
import { lastOccurrence, nextOccurrences, requireSchedule } from '../../../engine/retrain/schedule/occurrences.ts';

const times = (cron: string, timezone: string, after: string, count: number) =>
  nextOccurrences({ cron, timezone }, Date.parse(after), count).map((time) => isoTime(time).slice(0, 16));

test('times are those that clocks of the zone show, in winter and summer', () => {
  expect(times('0 6 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 2)).toEqual([
    '2026-03-28T05:00',
    '2026-03-29T04:00',
  ]);
  expect(times('0 6 2 1 *', 'America/Chicago', '2026-06-01T00:00:00Z', 2)).toEqual([
    '2027-01-02T12:00',
    '2028-01-02T12:00',
  ]);
  expect(times('@daily', 'UTC', '2026-06-01T00:00:00Z', 1)).toEqual(['2026-06-02T00:00']);
});

test('a time that clocks leave out comes as soon as they go on, one that they show twice comes once', () => {
  expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
    '2026-03-29T01:00',
    '2026-03-30T00:30',
  ]);
  expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2)).toEqual([
    '2026-10-25T00:30',
    '2026-10-26T01:30',
  ]);
});

test('what recurs within the hour goes on through the change of the clocks', () => {
  expect(times('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30:00Z', 4)).toEqual([
    '2026-10-25T00:00',
    '2026-10-25T01:00',
    '2026-10-25T02:00',
    '2026-10-25T03:00',
  ]);
  expect(times('0 * * * *', 'Europe/Berlin', '2026-03-28T23:30:00Z', 3)).toEqual([
    '2026-03-29T00:00',
    '2026-03-29T01:00',
    '2026-03-29T02:00',
  ]);
});

test('the last time within a span is found however many it has', () => {
  const daily = { cron: '0 6 * * *', timezone: 'UTC' };
  const at = (text: string) => Date.parse(`2026-05-${text}Z`);
  expect(lastOccurrence(daily, at('01T06:00:00'), at('02T05:59:59'))).toBeNull();
  expect(lastOccurrence(daily, at('01T06:00:00'), at('02T06:00:00'))).toBe(at('02T06:00:00'));
  expect(lastOccurrence(daily, at('01T06:00:00'), at('09T12:00:00'))).toBe(at('09T06:00:00'));
  expect(lastOccurrence({ cron: '* * * * *', timezone: 'UTC' }, Date.parse('2020-01-01'), at('09T12:00:30'))).toBe(
    at('09T12:00:00'),
  );
});

test.each([
  ['0 6 * *', 'UTC', /"0 6 \* \*" has not the five fields of cron/],
  ['0 6 * * * 2030', 'UTC', /has not the five fields/],
  ['61 6 * * *', 'UTC', /cannot be read: Invalid value for minute: 61/],
  ['0 0 30 2 *', 'UTC', /never comes/],
  ['@dayly', 'UTC', /cannot be read/],
  ['0 6 * * *', 'Europe/Berln', /"Europe\/Berln" is no time zone\. Did you mean "Europe\/Berlin"\?/],
  ['0 6 * * *', 'here', /"here" is no time zone\. It is a name such as Europe\/Berlin/],
])('%s in %s is refused', (cron, timezone, message) => {
  expect(() => requireSchedule({ cron, timezone, missed: 'once' }, 0)).toThrowError(message);
});
