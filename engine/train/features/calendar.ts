import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';

export const calendarParts = ['weekday', 'month'] as const;
export type CalendarPart = (typeof calendarParts)[number];

/** A date or time: one-hot over each part of its UTC day, with a level for missing where the training part had it. */
export interface CalendarFeature {
  kind: 'calendar';
  name: string;
  type: 'date' | 'timestamp';
  parts: CalendarPart[];
  /** UTC epoch milliseconds. */
  minimum: number;
  maximum: number;
  missing: number;
}

/** Weekdays from Sunday, months from January; the next code stands for missing. */
const levelsOf: Record<CalendarPart, number> = { weekday: 7, month: 12 };
/** The plain number of code 0. */
const firstNumber: Record<CalendarPart, number> = { weekday: 0, month: 1 };
/** 0001-01-01 to 9999-12-31: what ISO 8601 writes with four digits. Beyond is taken as missing. */
const firstMoment = -62_135_596_800_000;
const lastMoment = 253_402_300_799_999;

/** Levels of each part. */
export function calendarLevels(feature: CalendarFeature): number[] {
  return feature.parts.map((part) => levelsOf[part] + (feature.missing > 0 ? 1 : 0));
}

/** Whether a time can be written as `YYYY-MM-DD`; false for NaN. */
export function isCalendarTime(time: number): boolean {
  return time >= firstMoment && time <= lastMoment;
}

/** @returns undefined where all values are missing or equal. */
export function fitCalendar(
  column: { name: string; type: CalendarFeature['type'] },
  times: Float64Array,
  parts: readonly CalendarPart[] = calendarParts,
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
  return { kind: 'calendar', name: column.name, type: column.type, parts: [...parts], minimum, maximum, missing };
}

/** Codes of each part, one a row. */
export function applyCalendar(feature: CalendarFeature, times: Float64Array): Int32Array[] {
  return feature.parts.map((part) => {
    const codes = new Int32Array(times.length).fill(levelsOf[part]);
    forEachPart(part, times, (code, row) => {
      codes[row] = code;
    });
    return codes;
  });
}

/** A part as plain numbers (weekdays from 0 for Sunday, months from 1) into a column of a row-major matrix. */
export function applyRawCalendarPart(
  part: CalendarPart,
  times: Float64Array,
  target: Float64Array,
  stride: number,
  position: number,
): void {
  for (let row = 0; row < times.length; row++) target[row * stride + position] = Number.NaN;
  forEachPart(part, times, (code, row) => {
    target[row * stride + position] = code + firstNumber[part];
  });
}

function forEachPart(part: CalendarPart, times: Float64Array, visit: (code: number, row: number) => void): void {
  const date = new Date(0);
  for (let row = 0; row < times.length; row++) {
    const time = times[row] as number;
    if (!isCalendarTime(time)) continue;
    date.setTime(time);
    visit(part === 'weekday' ? date.getUTCDay() : date.getUTCMonth(), row);
  }
}

/** The same in a graph, from the string [N, 1] input of the column's name to double [N, parts]. */
export function writeRawCalendar(builder: GraphBuilder, feature: CalendarFeature): string {
  const { isMissing, codes } = writeCodes(builder, feature);
  const numbers = feature.parts.map((part, index) => {
    const number = builder.cast(codes[index] as string, 'double');
    return builder.node('Add', [number, builder.doubles([], [firstNumber[part]])]);
  });
  const raw = builder.concat(numbers, 1);
  return builder.node('Where', [isMissing, builder.doubles([], [Number.NaN]), raw]);
}

/**
 * From a string [N, 1] input of the column's name to int64 [N, 1] codes of each part. Texts are '' for missing,
 * `YYYY-MM-DD`, or a UTC time that begins so and goes on with `T`.
 */
export function writeCalendar(builder: GraphBuilder, feature: CalendarFeature): string[] {
  const { isMissing, codes } = writeCodes(builder, feature);
  return feature.parts.map((part, index) =>
    builder.node('Where', [isMissing, builder.integers([], [levelsOf[part]]), codes[index] as string]),
  );
}

/** The code of each part, that of 1970-01-01 where the text is ''. */
function writeCodes(builder: GraphBuilder, feature: CalendarFeature): { isMissing: string; codes: string[] } {
  const input = builder.input(feature.name, 'string', ['N', 1]);
  const isMissing = builder.node('Equal', [input, builder.texts([], [''])]);
  const written = builder.node('Where', [isMissing, builder.texts([], ['1970-01-01']), input]);
  const day = builder.gather(splitText(builder, written, 'T'), builder.integers([], [0]), 2);
  const parts = builder.cast(splitText(builder, day, '-'), 'int64');
  const [year, month, dayOfMonth] = [0, 1, 2].map((part) => builder.gather(parts, builder.integers([], [part]), 2));
  const codes = feature.parts.map((part) =>
    part === 'month'
      ? builder.node('Sub', [month as string, builder.integers([], [1])])
      : writeWeekday(builder, year as string, month as string, dayOfMonth as string),
  );
  return { isMissing, codes };
}

/** 0 for Sunday to 6: (y + y/4 - y/100 + y/400 + shift of the month + d) mod 7 (T. Sakamoto, comp.lang.c, 1993). */
function writeWeekday(builder: GraphBuilder, year: string, month: string, dayOfMonth: string): string {
  const integer = (value: number) => builder.integers([], [value]);
  const isJanuaryOrFebruary = builder.cast(builder.node('Less', [month, integer(3)]), 'int64');
  const shifted = builder.node('Sub', [year, isJanuaryOrFebruary]);
  const quotient = (divisor: number) => builder.node('Div', [shifted, integer(divisor)]);
  const leapDays = builder.node('Add', [builder.node('Sub', [quotient(4), quotient(100)]), quotient(400)]);
  // One entry before January, so that months are their own index.
  const shifts = builder.integers([13], [0, 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]);
  const monthShift = builder.gather(shifts, month, 0);
  const days = [leapDays, monthShift, dayOfMonth].reduce((sum, term) => builder.node('Add', [sum, term]), shifted);
  return builder.node('Mod', [days, integer(7)]);
}

/** [N, 1] texts to [N, 1, parts]. */
function splitText(builder: GraphBuilder, value: string, delimiter: string): string {
  return builder.node('StringSplit', [value], { delimiter: { text: delimiter } }, { outputs: 2 });
}
