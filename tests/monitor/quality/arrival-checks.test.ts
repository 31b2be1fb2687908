import { expect, test } from 'vitest';
import { dayMilliseconds } from '../../../engine/base/clock.ts';
import { freshnessCheck, pausesOf, volumeCheck } from '../../../engine/monitor/quality/arrival-checks.ts';

/** A Wednesday, at noon. */
const now = Date.UTC(2026, 5, 17, 12);
const today = Date.UTC(2026, 5, 17);
const minuteOf = (time: number) => Math.floor(time / 60_000);

/** Rows every ten minutes from 8 to 18 o'clock, Monday to Friday, until a time. */
function officeMinutes(until: number): number[] {
  const minutes: number[] = [];
  for (let day = today - 27 * dayMilliseconds; day <= today; day += dayMilliseconds) {
    if ([0, 6].includes(new Date(day).getUTCDay())) continue;
    for (let minute = 8 * 60; minute <= 18 * 60; minute += 10) {
      const time = day + minute * 60_000;
      if (time <= until) minutes.push(minuteOf(time));
    }
  }
  return minutes;
}

const freshness = (minutes: number[], at: number, isRunning = true) =>
  freshnessCheck(pausesOf({ minutes }), at, isRunning);

test('nights and weekends are usual pauses; a longer one is late, a much longer one bad', () => {
  const minutes = officeMinutes(now);
  expect(freshness(minutes, now)).toMatchObject({ kind: 'freshness', light: 'good', value: 0 });
  const hours = (count: number) => freshness(minutes, now + count * 3_600_000).light;
  // From Friday evening to Monday morning there are 62 hours.
  expect(hours(60)).toBe('good');
  expect(hours(100)).toBe('warning');
  expect(hours(200)).toBe('bad');
  const late = freshness(minutes, now + 200 * 3_600_000);
  expect(late.says).toBe(
    'The last row came 8 days ago; pauses of up to 3 days are usual. Look at whether its callers still run, and whether they reach the server.',
  );
});

test('one outage does not make the next one usual', () => {
  const minutes = Array.from({ length: 20 * 24 }, (_, hour) => minuteOf(now) - hour * 60).filter(
    (minute) => minute < minuteOf(now) - 8 * 24 * 60 || minute > minuteOf(now) - 6 * 24 * 60,
  );
  minutes.reverse();
  expect(freshness(minutes, now).light).toBe('good');
  expect(freshness(minutes, now + 4 * 3_600_000).light).toBe('bad');
});

test('nothing is said of what nobody can know yet', () => {
  expect(freshness([], now)).toMatchObject({ light: 'unknown', says: 'No row has come yet.' });
  const burst = Array.from({ length: 50 }, (_, minute) => minuteOf(now) + minute);
  expect(freshness(burst, now + 5 * dayMilliseconds).light).toBe('unknown');
  expect(freshness(officeMinutes(now), now + 5 * dayMilliseconds, false)).toMatchObject({
    light: 'unknown',
    value: 7200,
  });
});

test('a clock that was set back makes no row come from the future', () => {
  expect(freshness(officeMinutes(now), now - 3_600_000)).toMatchObject({ value: 0, light: 'good' });
});

const volume = (days: { day: number; rows: number }[], at = now) => volumeCheck({ days }, at);

/** Rows of the days before today, the oldest first. */
function days(count: number, rowsOf: (day: Date, ago: number) => number) {
  return Array.from({ length: count }, (_, index) => {
    const ago = count - index;
    const day = today - ago * dayMilliseconds;
    return { day, rows: rowsOf(new Date(day), ago) };
  }).filter(({ rows }) => rows > 0);
}

test('the day before is compared with the same weekday where enough are known', () => {
  const weekly = (rows: number) => days(60, (day, ago) => (ago === 1 ? rows : day.getUTCDay() === 2 ? 1000 : 200));
  expect(volume(weekly(1020))).toMatchObject({ light: 'good', value: 1020, expected: 1000 });
  expect(volume(weekly(1020)).says).toContain('are usual on a Tuesday');
  expect(volume(weekly(200)).light).toBe('bad');
  expect(volume(weekly(1150)).light).toBe('warning');
});

test('with little history all days count, with less nothing is said', () => {
  const even = (count: number, rows: number) => days(count, (_, ago) => (ago === 1 ? rows : 100));
  expect(volume(even(10, 100))).toMatchObject({ light: 'good', expected: 100 });
  expect(volume(even(10, 0))).toMatchObject({ light: 'bad', value: 0 });
  expect(volume(even(10, 400)).says).toContain('sent twice');
  expect(volume(even(6, 0)).light).toBe('unknown');
  expect(volume([]).light).toBe('unknown');
});

test('the day before stands for itself also where no row came since; days of today are not complete', () => {
  const stopped = days(30, (_, ago) => (ago < 3 ? 0 : 100));
  expect(volume(stopped)).toMatchObject({ light: 'bad', value: 0, expected: 100 });
  const begun = [...days(30, () => 100), { day: today, rows: 3 }];
  expect(volume(begun)).toMatchObject({ light: 'good', value: 100 });
});

test('of events that were replayed the last complete day is judged', () => {
  const old = days(40, () => 100).map(({ day, rows }) => ({ day: day - 4000 * dayMilliseconds, rows }));
  expect(volume(old)).toMatchObject({ light: 'good', value: 100 });
});
