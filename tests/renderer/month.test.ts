import { expect, test } from 'vitest';
import type { CalendarEntry } from '../../engine/contract/retrain-triggers.ts';
import {
  byDay,
  dayByKey,
  dayKey,
  linesOf,
  movedBy,
  nextMonth,
  rangeOf,
  weeksOf,
} from '../../renderer/retrain/calendar/month.ts';

const entry = (time: Date, subject = 'price', kind: CalendarEntry['kind'] = 'pipeline'): CalendarEntry => ({
  time: time.toISOString(),
  kind,
  subject,
  says: '',
  waitsUntil: null,
});

test('a month is whole weeks from Monday to Sunday', () => {
  const weeks = weeksOf({ year: 2026, month: 10 });
  expect(weeks.map((week) => week.length)).toEqual([7, 7, 7, 7, 7, 7]);
  expect(weeks[0]?.map(({ key }) => key)[0]).toBe('2026-10-26');
  expect(weeks.flat().filter(({ isOfMonth }) => isOfMonth)).toHaveLength(30);
  expect(weeksOf({ year: 2027, month: 1 })).toHaveLength(4);
  const { from, to } = rangeOf({ year: 2026, month: 10 });
  expect([new Date(from), new Date(to)].map(dayKey)).toEqual(['2026-10-26', '2026-12-07']);
});

test('days and months follow each other over their ends', () => {
  expect(movedBy('2026-12-31', 1)).toBe('2027-01-01');
  expect(movedBy('2028-03-01', -1)).toBe('2028-02-29');
  expect(nextMonth({ year: 2026, month: 11 }, 1)).toEqual({ year: 2027, month: 0 });
  expect(nextMonth({ year: 2026, month: 0 }, -1)).toEqual({ year: 2025, month: 11 });
  expect(dayByKey('2026-11-30', 'ArrowDown')).toBe('2026-12-07');
  expect(dayByKey('2026-11-30', 'Enter')).toBeUndefined();
});

test('times stand on the day of the reader, those of one pipeline together', () => {
  const hourly = Array.from({ length: 24 }, (_, hour) => entry(new Date(2026, 10, 30, hour)));
  const days = byDay([...hourly, entry(new Date(2026, 10, 30, 6), 'price', 'alert'), entry(new Date(2026, 11, 1))]);
  expect([...days.keys()]).toEqual(['2026-11-30', '2026-12-01']);
  expect(linesOf(days.get('2026-11-30') ?? []).map(({ entry, count }) => [entry.kind, count])).toEqual([
    ['pipeline', 24],
    ['alert', 1],
  ]);
});
