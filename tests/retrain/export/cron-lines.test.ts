import { expect, test } from 'vitest';
import { plainCron, utcCron } from '../../../engine/retrain/export/cron-lines.ts';
import { nextOccurrences } from '../../../engine/retrain/schedule/occurrences.ts';

const winter = Date.UTC(2026, 0, 1);
const utc = (cron: string, timezone: string) => utcCron({ cron, timezone }, winter);

test('a line is plain where every cron reads it: names become numbers, Sunday is 0, a last day is refused', () => {
  expect(plainCron('@daily')).toBe('0 0 * * *');
  expect(plainCron(' 0  6 * * mon-fri ')).toBe('0 6 * * 1-5');
  expect(plainCron('*/15 8-18 * JAN,jul 1')).toBe('*/15 8-18 * 1,7 1');
  expect(plainCron('0 6 * * 7')).toBe('0 6 * * 0');
  expect(plainCron('0 6 * * FRI-SUN,2')).toBe('0 6 * * 0,2,5,6');
  expect(plainCron('0 6 * * 0-7/2')).toBeUndefined();
  expect(plainCron('0 0 L * *')).toBeUndefined();
  expect(plainCron('0 0 * * 5#2')).toBeUndefined();
  expect(plainCron('0 0 ? * 5')).toBeUndefined();
  expect(plainCron('0 0 * * * *')).toBeUndefined();
});

test('times of a zone come at the same moments in UTC', () => {
  for (const [cron, timezone] of [
    ['0 6 * * 1', 'Europe/Berlin'],
    ['30 0 * * 1-5', 'Europe/Berlin'],
    ['0,30 20 * * SUN', 'America/Chicago'],
    ['15 9,18 * * *', 'Asia/Kolkata'],
    ['15 2 * * 6,0', 'Asia/Kolkata'],
    ['0 23 * * FRI-SUN', 'America/New_York'],
    ['5 * * * *', 'Asia/Tokyo'],
    ['@daily', 'UTC'],
    ['0 12 1 * *', 'Europe/Berlin'],
  ] as const) {
    const line = utc(cron, timezone);
    expect(line, cron).toBeDefined();
    const own = nextOccurrences({ cron, timezone }, winter, 20).filter((time) => time < Date.UTC(2026, 2, 1));
    const converted = nextOccurrences({ cron: line as string, timezone: 'UTC' }, winter, 20);
    expect(converted.slice(0, own.length), `${cron} in ${timezone}: ${line}`).toEqual(own);
  }
});

test('what one line in UTC cannot say is not said wrongly', () => {
  expect(utc('0 0 1 * *', 'Europe/Berlin')).toBeUndefined();
  expect(utc('0 0,12 * * *', 'Europe/Berlin')).toBeUndefined();
  expect(utc('0 * * 6 *', 'Europe/Berlin')).toBeUndefined();
  expect(utc('*/7 6 * * *', 'Europe/Berlin')).toBeUndefined();
  expect(utc('5 * * * *', 'Asia/Kolkata')).toBeUndefined();
  expect(utc('0 0 * * 1-5/2', 'Europe/Berlin')).toBeUndefined();
});
