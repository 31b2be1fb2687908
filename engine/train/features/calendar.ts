import { type DatePart, dateParts } from '../../contract/train-features.ts';
import { mean, standardDeviation } from '../../statistics/summary.ts';

/** How a part that is a plain number in the scaled layout too is scaled: (value - mean) / scale, missing becomes 0. */
interface PartScale {
  mean: number;
  scale: number;
}

/** A date or time: its parts in UTC, with a level for missing where the training part had it. */
export interface CalendarFeature {
  kind: 'calendar';
  name: string;
  type: 'date' | 'timestamp';
  parts: DatePart[];
  /** UTC epoch milliseconds. */
  minimum: number;
  maximum: number;
  missing: number;
  /** Of the parts that have too many values for one-hot columns. */
  scales?: Partial<Record<DatePart, PartScale>>;
}

interface PartRule {
  /** One-hot levels in the scaled layout; without, the part is a dense column there too. The next code is missing. */
  levels?: number;
  /** The first value. */
  first: number;
  /** @param origin the earliest training time, in whole seconds. */
  value(date: Date, origin: number): number;
}

const secondsOfDay = 86_400;

/** Whole seconds since 1970, downwards also before it. */
export function secondsOf(time: number): number {
  return Math.floor(time / 1000);
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(2000, 0, 1) + yearShift(date)) / (secondsOfDay * 1000)) + 1;
}

/** Milliseconds from the beginning of the date's year to that of 2000; Date.UTC takes years below 100 for 19xx. */
function yearShift(date: Date): number {
  const begin = new Date(0);
  begin.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Date.UTC(2000, 0, 1) - begin.getTime();
}

/** Weekdays from 0 for Sunday; weeks of seven days from January 1st; `elapsed` in days since the earliest training time. */
export const partRules: Record<DatePart, PartRule> = {
  weekday: { levels: 7, first: 0, value: (date) => date.getUTCDay() },
  month: { levels: 12, first: 1, value: (date) => date.getUTCMonth() + 1 },
  quarter: { levels: 4, first: 1, value: (date) => Math.floor(date.getUTCMonth() / 3) + 1 },
  day: { levels: 31, first: 1, value: (date) => date.getUTCDate() },
  week: { levels: 53, first: 1, value: (date) => Math.floor((dayOfYear(date) - 1) / 7) + 1 },
  hour: { levels: 24, first: 0, value: (date) => date.getUTCHours() },
  year: { first: 0, value: (date) => date.getUTCFullYear() },
  'day-of-year': { first: 1, value: dayOfYear },
  elapsed: { first: 0, value: (date, origin) => (secondsOf(date.getTime()) - origin) / secondsOfDay },
};

export function isDatePart(text: string): text is DatePart {
  return (dateParts as readonly string[]).includes(text);
}

/** 0001-01-01 to 9999-12-31: what ISO 8601 writes with four digits. Beyond is taken as missing. */
const firstMoment = -62_135_596_800_000;
const lastMoment = 253_402_300_799_999;

/** Whether a time can be written as `YYYY-MM-DD`; false for NaN. */
export function isCalendarTime(time: number): boolean {
  return time >= firstMoment && time <= lastMoment;
}

/** What a reference without parts stands for. */
export const plainParts: readonly DatePart[] = ['weekday', 'month'];

/** Weekday and month, and the hour where there are times of day. */
export function usualParts(times: Float64Array): readonly DatePart[] {
  const hasHours = times.some((time) => isCalendarTime(time) && secondsOf(time) % secondsOfDay !== 0);
  return hasHours ? [...plainParts, 'hour'] : plainParts;
}

/** Parts that are dense columns in the scaled layout. */
export function densePartsOf({ parts }: CalendarFeature): DatePart[] {
  return parts.filter((part) => partRules[part].levels === undefined);
}

/** Parts that are one-hot blocks in the scaled layout. */
export function blockPartsOf({ parts }: CalendarFeature): DatePart[] {
  return parts.filter((part) => partRules[part].levels !== undefined);
}

/** Levels of each block. */
export function calendarLevels(feature: CalendarFeature): number[] {
  return blockPartsOf(feature).map((part) => (partRules[part].levels as number) + (feature.missing > 0 ? 1 : 0));
}

/** @returns undefined where all values are missing or equal. */
export function fitCalendar(
  column: { name: string; type: CalendarFeature['type'] },
  times: Float64Array,
  parts: readonly DatePart[],
): CalendarFeature | undefined {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let missing = 0;
  for (const time of times) {
    if (!isCalendarTime(time)) missing++;
    else {
      minimum = Math.min(minimum, time);
      maximum = Math.max(maximum, time);
    }
  }
  if (missing === times.length || minimum === maximum) return undefined;
  const { name, type } = column;
  const feature: CalendarFeature = { kind: 'calendar', name, type, parts: [...parts], minimum, maximum, missing };
  const dense = densePartsOf(feature);
  if (dense.length === 0) return feature;
  return { ...feature, scales: Object.fromEntries(dense.map((part) => [part, scaleOf(feature, part, times)])) };
}

function scaleOf(feature: CalendarFeature, part: DatePart, times: Float64Array): PartScale {
  const values = new Float64Array(times.length).fill(Number.NaN);
  forEachPart(feature, part, times, (value, row) => {
    values[row] = value;
  });
  const present = values.filter((value) => !Number.isNaN(value));
  // A part may be the same everywhere though the times differ.
  return { mean: mean(present) as number, scale: standardDeviation(present) || 1 };
}

function forEachPart(
  { minimum }: CalendarFeature,
  part: DatePart,
  times: Float64Array,
  visit: (value: number, row: number) => void,
): void {
  const date = new Date(0);
  const origin = secondsOf(minimum);
  const { value } = partRules[part];
  for (let row = 0; row < times.length; row++) {
    const time = times[row] as number;
    if (!isCalendarTime(time)) continue;
    date.setTime(time);
    visit(value(date, origin), row);
  }
}

/** Codes of each block, one a row. */
export function calendarCodes(feature: CalendarFeature, times: Float64Array): Int32Array[] {
  return blockPartsOf(feature).map((part) => {
    const { levels = 0, first } = partRules[part];
    const codes = new Int32Array(times.length).fill(levels);
    forEachPart(feature, part, times, (value, row) => {
      codes[row] = value - first;
    });
    return codes;
  });
}

/** A part as a plain number, rounded to float32, NaN where it is missing, into a column of a row-major matrix. */
export function applyRawPart(
  feature: CalendarFeature,
  part: DatePart,
  times: Float64Array,
  target: Float64Array,
  stride: number,
  position: number,
): void {
  for (let row = 0; row < times.length; row++) target[row * stride + position] = Number.NaN;
  forEachPart(feature, part, times, (value, row) => {
    target[row * stride + position] = Math.fround(value);
  });
}

/** The same scaled, missing as 0. */
export function applyScaledPart(
  feature: CalendarFeature,
  part: DatePart,
  times: Float64Array,
  target: Float64Array,
  stride: number,
  position: number,
): void {
  const { mean: centre, scale } = (feature.scales as Record<DatePart, PartScale>)[part];
  for (let row = 0; row < times.length; row++) target[row * stride + position] = 0;
  forEachPart(feature, part, times, (value, row) => {
    target[row * stride + position] = (value - centre) / scale;
  });
}
