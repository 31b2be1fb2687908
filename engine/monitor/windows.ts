import { dayMilliseconds, hourMilliseconds } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import { type WindowUnit, windowUnits } from '../contract/monitor-windows.ts';

/** A span of event time, UTC epoch milliseconds; `to` is exclusive. */
export interface TimeWindow {
  from: number;
  to: number;
}

/** So many windows are still read at a glance. */
const readableWindows = 60;
/** More are refused where they were asked for. */
const largestWindows = 400;
/** Of 1 January 1970, counted from Monday. */
const epochWeekday = 3;

/**
 * Windows of the UTC calendar that cover [first, last]; weeks begin on Monday. Without a unit it is the smallest that
 * gives at most 60 windows with, on average, at least `rowsPerWindow` rows each; hours only within one day, since many rows
 * have a date and no time.
 * @throws GalleyError `monitor.invalid_range` where a unit was given, other than years, that makes more than 400 windows
 */
export function calendarWindows(
  range: { first: number; last: number; rows: number },
  rowsPerWindow: number,
  unit?: WindowUnit,
): TimeWindow[] {
  const { first, last } = range;
  const taken = unit ?? readableUnit(range, rowsPerWindow);
  const count = countWindows(first, last, taken);
  if (taken === 'year' && count > largestWindows) return listWindows(newestYears(last), last, taken);
  if (unit !== undefined && count > largestWindows) {
    const message = `The range has ${count} windows of a ${unit}; at most ${largestWindows} are shown.`;
    throw new GalleyError('monitor.invalid_range', message, {
      details: { unit, count, largest: largestWindows },
      hint: 'Choose a longer window or a shorter range.',
    });
  }
  return listWindows(first, last, taken);
}

/** No window is longer: of a span of many centuries, which one wrong event time makes, the last ones are shown. */
function newestYears(last: number): number {
  return windowStart(windowNumber(last, 'year') - largestWindows + 1, 'year');
}

/** The unit that `calendarWindows` takes by itself. */
export function readableUnit(
  { first, last, rows }: { first: number; last: number; rows: number },
  rowsPerWindow: number,
): WindowUnit {
  const fits = (candidate: WindowUnit) => {
    const count = countWindows(first, last, candidate);
    return count <= readableWindows && rows / count >= rowsPerWindow;
  };
  const units = countWindows(first, last, 'day') === 1 ? windowUnits : longUnits;
  return units.find(fits) ?? coarsestReadable(first, last);
}

/** The unit of windows that touch each other; undefined where they are none of the calendar. */
export function unitOfWindows(windows: readonly TimeWindow[]): WindowUnit | undefined {
  const first = windows[0];
  const last = windows.at(-1);
  if (!first || !last) return undefined;
  return windowUnits.find((unit) => countWindows(first.from, last.to - 1, unit) === windows.length);
}

const longUnits = windowUnits.filter((unit) => unit !== 'hour');

/** With few rows no window has enough of them: then a window is the longest that still shows how things went. */
function coarsestReadable(first: number, last: number): WindowUnit {
  return longUnits.find((unit) => countWindows(first, last, unit) <= readableWindows / 5) ?? 'year';
}

/** The rows of each window. */
export function positionsByWindow(times: Float64Array | undefined, windows: readonly TimeWindow[]): number[][] {
  const positions = windows.map((): number[] => []);
  const find = windowFinder(windows);
  times?.forEach((time, row) => {
    positions[find(time)]?.push(row);
  });
  return positions;
}

/** Which window a time lies in, -1 where none. The windows touch each other. */
export function windowFinder(windows: readonly TimeWindow[]): (time: number) => number {
  const starts = Float64Array.from(windows, ({ from }) => from);
  const end = windows.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
  return (time) => {
    if (!(time < end)) return -1;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
}

function listWindows(first: number, last: number, unit: WindowUnit): TimeWindow[] {
  const from = windowNumber(first, unit);
  return Array.from({ length: countWindows(first, last, unit) }, (_, index) => ({
    from: windowStart(from + index, unit),
    to: windowStart(from + index + 1, unit),
  }));
}

function countWindows(first: number, last: number, unit: WindowUnit): number {
  return windowNumber(last, unit) - windowNumber(first, unit) + 1;
}

/** Windows of a unit are numbered along the calendar, those of months from the year 0. */
function windowNumber(time: number, unit: WindowUnit): number {
  if (unit === 'hour') return Math.floor(time / hourMilliseconds);
  const days = Math.floor(time / dayMilliseconds);
  if (unit === 'day') return days;
  if (unit === 'week') return Math.floor((days + epochWeekday) / 7);
  const date = new Date(time);
  return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / monthsOf[unit]);
}

function windowStart(number: number, unit: WindowUnit): number {
  if (unit === 'hour') return number * hourMilliseconds;
  if (unit === 'day') return number * dayMilliseconds;
  if (unit === 'week') return (number * 7 - epochWeekday) * dayMilliseconds;
  const months = number * monthsOf[unit];
  const date = new Date(0);
  // Date.UTC takes years below 100 for those of the twentieth century.
  return date.setUTCFullYear(Math.floor(months / 12), months % 12, 1);
}

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;
