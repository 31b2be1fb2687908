import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';

/** A date or time: one-hot weekday (Sunday first) and month of its UTC day, each with a level for missing where seen. */
export interface CalendarFeature {
  kind: 'calendar';
  name: string;
  type: 'date' | 'timestamp';
  /** UTC epoch milliseconds. */
  minimum: number;
  maximum: number;
  missing: number;
}

const weekdays = 7;
const months = 12;
/** 0001-01-01 to 9999-12-31: what ISO 8601 writes with four digits. Beyond is taken as missing. */
const firstMoment = -62_135_596_800_000;
const lastMoment = 253_402_300_799_999;

export function calendarLevels(feature: CalendarFeature): { weekday: number; month: number } {
  const extra = feature.missing > 0 ? 1 : 0;
  return { weekday: weekdays + extra, month: months + extra };
}

/** Whether a time can be written as `YYYY-MM-DD`; false for NaN. */
export function isCalendarTime(time: number): boolean {
  return time >= firstMoment && time <= lastMoment;
}

/** @returns undefined where all values are missing or equal. */
export function fitCalendar(
  column: { name: string; type: CalendarFeature['type'] },
  times: Float64Array,
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
  return { kind: 'calendar', name: column.name, type: column.type, minimum, maximum, missing };
}

/** Codes of weekday (7 missing) and month (12 missing). */
export function applyCalendar(times: Float64Array): { weekday: Int32Array; month: Int32Array } {
  const weekday = new Int32Array(times.length).fill(weekdays);
  const month = new Int32Array(times.length).fill(months);
  const date = new Date(0);
  for (let row = 0; row < times.length; row++) {
    const time = times[row] as number;
    if (!isCalendarTime(time)) continue;
    date.setTime(time);
    weekday[row] = date.getUTCDay();
    month[row] = date.getUTCMonth();
  }
  return { weekday, month };
}

/**
 * From a string [N, 1] input of the column's name to int64 [N, 1] codes. Texts are '' for missing, `YYYY-MM-DD`, or a
 * UTC time that begins so and goes on with `T`. The weekday is T. Sakamoto's (comp.lang.c, 1993).
 */
export function writeCalendar(builder: GraphBuilder, feature: CalendarFeature): { weekday: string; month: string } {
  const input = builder.input(feature.name, 'string', ['N', 1]);
  const integer = (value: number) => builder.integers([], [value]);
  const apply = (operator: string, ...inputs: string[]) => builder.node(operator, inputs);

  const isMissing = apply('Equal', input, builder.texts([], ['']));
  const written = apply('Where', isMissing, builder.texts([], ['1970-01-01']), input);
  const day = builder.gather(splitText(builder, written, 'T'), integer(0), 2);
  const parts = builder.cast(splitText(builder, day, '-'), 'int64');
  const [year, month, dayOfMonth] = [0, 1, 2].map((part) => builder.gather(parts, integer(part), 2)) as [
    string,
    string,
    string,
  ];

  const monthIndex = apply('Sub', month, integer(1));
  const isJanuaryOrFebruary = builder.cast(apply('Less', month, integer(3)), 'int64');
  const shiftedYear = apply('Sub', year, isJanuaryOrFebruary);
  const leapDays = apply(
    'Add',
    apply('Sub', apply('Div', shiftedYear, integer(4)), apply('Div', shiftedYear, integer(100))),
    apply('Div', shiftedYear, integer(400)),
  );
  const monthShift = builder.gather(builder.integers([months], [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]), monthIndex, 0);
  const days = apply('Add', apply('Add', shiftedYear, leapDays), apply('Add', monthShift, dayOfMonth));
  const weekday = apply('Mod', days, integer(weekdays));
  return {
    weekday: apply('Where', isMissing, integer(weekdays), weekday),
    month: apply('Where', isMissing, integer(months), monthIndex),
  };
}

/** [N, 1] texts to [N, 1, parts]. */
function splitText(builder: GraphBuilder, value: string, delimiter: string): string {
  return builder.node('StringSplit', [value], { delimiter: { text: delimiter } }, { outputs: 2 });
}
