import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { DatePart } from '../../contract/train-features.ts';
import { blockPartsOf, type CalendarFeature, densePartsOf, partRules, secondsOf } from './calendar.ts';
import type { GraphColumns, Layout } from './feature-matrix.ts';

/**
 * From a string [N, 1] input of the column's name to its parts. Texts are '' for missing, `YYYY-MM-DD`, or a UTC time
 * that begins so and goes on with `THH:MM:SS`; what comes after the seconds is not looked at.
 */
export function writeCalendar(builder: GraphBuilder, feature: CalendarFeature, layout: Layout): GraphColumns {
  const input = builder.input(feature.name, 'string', ['N', 1]);
  const isMissing = builder.node('Equal', [input, builder.texts([], [''])]);
  const moment = readMoment(
    builder,
    input,
    isMissing,
    feature.parts.some((part) => part === 'hour' || part === 'elapsed'),
  );
  const value = (part: DatePart) => writePart(builder, part, moment, secondsOf(feature.minimum));
  if (layout === 'raw') return { dense: [writeRaw(builder, feature.parts.map(value), isMissing)], codes: [] };
  const codes = blockPartsOf(feature).map((part) => {
    const { levels = 0, first } = partRules[part];
    const code = builder.node('Sub', [value(part), builder.integers([], [first])]);
    return builder.node('Where', [isMissing, builder.integers([], [levels]), code]);
  });
  const dense = densePartsOf(feature).map((part) => {
    const { mean = 0, scale = 1 } = feature.scales?.[part] ?? {};
    const centred = builder.node('Sub', [asDouble(builder, part, value(part)), builder.doubles([], [mean])]);
    const scaled = builder.node('Div', [centred, builder.doubles([], [scale])]);
    return builder.node('Where', [isMissing, builder.doubles([], [0]), scaled]);
  });
  return { dense, codes };

  function writeRaw(graph: GraphBuilder, values: string[], missing: string): string {
    const doubles = values.map((each, index) => asDouble(graph, feature.parts[index] as DatePart, each));
    const rounded = graph.cast(graph.cast(graph.concat(doubles, 1), 'float'), 'double');
    return graph.node('Where', [missing, graph.doubles([], [Number.NaN]), rounded]);
  }
}

/** `elapsed` is a double already, all others are int64. */
function asDouble(builder: GraphBuilder, part: DatePart, value: string): string {
  return part === 'elapsed' ? value : builder.cast(value, 'double');
}

/** Values of the graph, each int64 [N, 1]. */
interface Moment {
  year: string;
  month: string;
  day: string;
  hour?: string;
  minute?: string;
  second?: string;
}

function readMoment(builder: GraphBuilder, input: string, isMissing: string, withTime: boolean): Moment {
  const filled = builder.node('Where', [isMissing, builder.texts([], ['1970-01-01']), input]);
  // So that there is always something behind a T.
  const written = withTime ? builder.node('StringConcat', [filled, builder.texts([], ['T00:00:00'])]) : filled;
  const halves = splitText(builder, written, 'T');
  const at = (pieces: string, place: number) => builder.gather(pieces, builder.integers([], [place]), 2);
  const date = builder.cast(splitText(builder, at(halves, 0), '-'), 'int64');
  const moment = { year: at(date, 0), month: at(date, 1), day: at(date, 2) };
  if (!withTime) return moment;
  const time = splitText(builder, at(halves, 1), ':');
  const seconds = at(splitText(builder, at(splitText(builder, at(time, 2), 'Z'), 0), '.'), 0);
  const integer = (text: string) => builder.cast(text, 'int64');
  return { ...moment, hour: integer(at(time, 0)), minute: integer(at(time, 1)), second: integer(seconds) };
}

/** int64 [N, 1], double for `elapsed`. */
function writePart(builder: GraphBuilder, part: DatePart, moment: Moment, origin: number): string {
  const integer = (value: number) => builder.integers([], [value]);
  const { year, month, day } = moment;
  switch (part) {
    case 'year':
      return year;
    case 'month':
      return month;
    case 'day':
      return day;
    case 'hour':
      return moment.hour as string;
    case 'quarter':
      return builder.node('Div', [builder.node('Add', [month, integer(2)]), integer(3)]);
    case 'weekday':
      return writeWeekday(builder, year, month, day);
    case 'day-of-year':
      return writeDayOfYear(builder, moment);
    case 'week':
      return builder.node('Div', [builder.node('Add', [writeDayOfYear(builder, moment), integer(6)]), integer(7)]);
    case 'elapsed': {
      const since = builder.node('Sub', [writeSeconds(builder, moment), integer(origin)]);
      return builder.node('Div', [builder.cast(since, 'double'), builder.doubles([], [86_400])]);
    }
  }
}

/** 0 for Sunday to 6: (y + y/4 - y/100 + y/400 + shift of the month + d) mod 7 (T. Sakamoto, comp.lang.c, 1993). */
function writeWeekday(builder: GraphBuilder, year: string, month: string, day: string): string {
  const integer = (value: number) => builder.integers([], [value]);
  const isJanuaryOrFebruary = builder.cast(builder.node('Less', [month, integer(3)]), 'int64');
  const shifted = builder.node('Sub', [year, isJanuaryOrFebruary]);
  // One entry before January, so that months are their own index.
  const shifts = builder.integers([13], [0, 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]);
  const monthShift = builder.gather(shifts, month, 0);
  const days = [leapDays(builder, shifted), monthShift, day].reduce(
    (sum, term) => builder.node('Add', [sum, term]),
    shifted,
  );
  return builder.node('Mod', [days, integer(7)]);
}

/** y/4 - y/100 + y/400: leap days from year 1 to y. */
function leapDays(builder: GraphBuilder, year: string): string {
  const quotient = (divisor: number) => builder.node('Div', [year, builder.integers([], [divisor])]);
  return builder.node('Add', [builder.node('Sub', [quotient(4), quotient(100)]), quotient(400)]);
}

/** From 1 on January 1st. */
function writeDayOfYear(builder: GraphBuilder, { year, month, day }: Moment): string {
  const integer = (value: number) => builder.integers([], [value]);
  const before = builder.integers([13], [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]);
  // A leap year has one leap day more behind it at its end than at its beginning.
  const previous = builder.node('Sub', [year, integer(1)]);
  const isLeap = builder.node('Sub', [leapDays(builder, year), leapDays(builder, previous)]);
  const isAfterFebruary = builder.cast(builder.node('Greater', [month, integer(2)]), 'int64');
  const leapDay = builder.node('Mul', [isLeap, isAfterFebruary]);
  return builder.node('Add', [builder.node('Add', [builder.gather(before, month, 0), day]), leapDay]);
}

/** Days from 0001-01-01, which is 1, to 1970-01-01. */
const daysTo1970 = 719_163;

/** Seconds since 1970 in the proleptic Gregorian calendar. */
function writeSeconds(builder: GraphBuilder, moment: Moment): string {
  const integer = (value: number) => builder.integers([], [value]);
  const add = (...terms: string[]) => terms.reduce((sum, term) => builder.node('Add', [sum, term]));
  const times = (value: string, factor: number) => builder.node('Mul', [value, integer(factor)]);
  const previous = builder.node('Sub', [moment.year, integer(1)]);
  const ordinal = add(times(previous, 365), leapDays(builder, previous), writeDayOfYear(builder, moment));
  const days = builder.node('Sub', [ordinal, integer(daysTo1970)]);
  const { hour = '', minute = '', second = '' } = moment;
  return add(times(days, 86_400), times(hour, 3600), times(minute, 60), second);
}

/** [N, 1] texts to [N, 1, parts]. */
function splitText(builder: GraphBuilder, value: string, delimiter: string): string {
  return builder.node('StringSplit', [value], { delimiter: { text: delimiter } }, { outputs: 2 });
}
