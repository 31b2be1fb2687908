import { expect, test } from 'vitest';
import { type WindowUnit, windowUnits } from '../../engine/contract/monitor-windows.ts';
import { calendarWindows, positionsByWindow, unitOfWindows } from '../../engine/monitor/windows.ts';

const at = (text: string) => Date.parse(text);
const texts = (first: string, last: string, rows: number, unit?: WindowUnit) =>
  calendarWindows({ first: at(first), last: at(last), rows }, 30, unit).map(({ from, to }) =>
    [from, to].map((time) => new Date(time).toISOString().slice(0, 10)).join(' '),
  );

test('windows follow the UTC calendar, weeks begin on Monday', () => {
  expect(texts('2024-02-28T23:59:59Z', '2024-03-01', 9, 'day')).toEqual([
    '2024-02-28 2024-02-29',
    '2024-02-29 2024-03-01',
    '2024-03-01 2024-03-02',
  ]);
  expect(texts('2024-03-03', '2024-03-04', 9, 'week')).toEqual(['2024-02-26 2024-03-04', '2024-03-04 2024-03-11']);
  expect(texts('2023-12-31', '2024-01-01', 9, 'month')).toEqual(['2023-12-01 2024-01-01', '2024-01-01 2024-02-01']);
  expect(texts('2024-05-31', '2024-07-01', 9, 'quarter')).toEqual(['2024-04-01 2024-07-01', '2024-07-01 2024-10-01']);
  expect(texts('1969-12-31', '1970-01-01', 9, 'year')).toEqual(['1969-01-01 1970-01-01', '1970-01-01 1971-01-01']);
  expect(texts('0050-06-01', '0050-06-01', 9, 'year')).toEqual(['0050-01-01 0051-01-01']);
});

test('without a unit the smallest is taken that is readable and has enough rows in a window', () => {
  expect(texts('2024-01-01', '2024-02-29', 60 * 100)).toHaveLength(60);
  expect(texts('2024-01-01', '2024-02-29', 9 * 40)).toHaveLength(9);
  expect(texts('2004-01-01', '2016-08-28', 4624)).toHaveLength(51);
  expect(texts('2024-01-01', '2024-12-31', 366)).toHaveLength(12);
});

test('hours are taken by themselves within one day only', () => {
  const hours = (first: string, last: string, rows: number, unit?: WindowUnit) =>
    calendarWindows({ first: at(first), last: at(last), rows }, 30, unit).map(({ from, to }) => [from, to]);
  const expected = [10, 11].map((hour) => [at(`2024-03-01T${hour}:00Z`), at(`2024-03-01T${hour + 1}:00Z`)]);
  expect(hours('2024-03-01T10:59Z', '2024-03-01T11:00Z', 60)).toEqual(expected);
  expect(hours('2024-03-01T10:59Z', '2024-03-01T11:00Z', 59)).toHaveLength(1);
  expect(hours('2024-02-29T23:59Z', '2024-03-01T00:00Z', 600)).toEqual([
    [at('2024-02-29'), at('2024-03-01')],
    [at('2024-03-01'), at('2024-03-02')],
  ]);
  expect(hours('2024-02-29T23:59Z', '2024-03-01T00:00Z', 2, 'hour')).toHaveLength(2);
});

test('few rows still make a timeline, of few windows', () => {
  expect(texts('2024-01-01', '2024-12-31', 5)).toHaveLength(12);
  expect(texts('2024-01-01', '2024-01-03', 5)).toHaveLength(3);
});

test('more windows than can be shown are refused, with what to do', () => {
  expect(() => texts('2004-01-01', '2016-08-28', 4624, 'day')).toThrow('4624 windows of a day; at most 400');
});

test('rows are found by their window; the end of one is the begin of the next', () => {
  const windows = calendarWindows({ first: at('2024-01-01'), last: at('2024-03-01'), rows: 9 }, 30, 'month');
  const times = ['2023-12-31', '2024-01-01', '2024-01-31T23:59:59.999Z', '2024-02-01', '2024-03-31', '2024-04-01'];
  expect(positionsByWindow(Float64Array.from(times, at), windows)).toEqual([[1, 2], [3], [4]]);
  expect(positionsByWindow(undefined, windows)).toEqual([[], [], []]);
});

test('of many centuries, which one wrong event time makes, the last years are shown', () => {
  const [first, last] = [Date.UTC(2015, 0, 1), Date.UTC(2016, 5, 1)];
  const wrong = new Date(0).setUTCFullYear(1, 0, 1);
  const windows = calendarWindows({ first: wrong, last, rows: 100 }, 30);
  expect(windows).toHaveLength(400);
  expect(windows.at(-1)).toEqual({ from: Date.UTC(2016, 0, 1), to: Date.UTC(2017, 0, 1) });
  expect(calendarWindows({ first: wrong, last, rows: 100 }, 30, 'year')).toEqual(windows);
  expect(positionsByWindow(Float64Array.of(wrong, first), windows).flat()).toEqual([1]);
});

test('the unit of windows is told by how many they are', () => {
  const units = windowUnits.map((unit) =>
    unitOfWindows(calendarWindows({ first: at('2024-02-28T23:00:00Z'), last: at('2024-03-06'), rows: 9 }, 30, unit)),
  );
  expect(units.slice(0, 4)).toEqual(['hour', 'day', 'week', 'month']);
  const years = calendarWindows({ first: at('2023-12-31'), last: at('2025-01-01'), rows: 9 }, 30, 'year');
  expect(unitOfWindows(years)).toBe('year');
  expect(unitOfWindows([])).toBeUndefined();
});
