import { isoTime } from '../../base/clock.ts';
import { figure } from '../../base/figures.ts';
import type { FrameColumn } from '../../base/frame.ts';
import type { SliceCondition } from '../../contract/train-slices.ts';
import { quantileOfSorted, sortedPresentValues } from '../../statistics/summary.ts';

/** A column cut into parts: each with the condition that a row of it keeps. */
export interface ColumnParts {
  codes: Int32Array;
  conditions: SliceCondition[];
  /** One a condition: "temp below 30.5". */
  says: string[];
}

export interface PartOptions {
  /** Values of a text, or of a number with few different ones, that are parts of their own; rarer ones are none. */
  mostValues: number;
  /** Parts of about equally many rows of other numbers. */
  ranges: number;
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The parts of a column; of a date or time also its weekdays and months, as columns `NAME:weekday` and `NAME:month`. */
export function columnParts(column: FrameColumn, options: PartOptions): ColumnParts[] {
  if (column.kind === 'text') return [valueParts(column.name, column.values, options.mostValues)];
  if (column.type === 'boolean') {
    const texts = Array.from(column.values, (value) => (Number.isNaN(value) ? null : value === 1));
    return [valueParts(column.name, texts, options.mostValues)];
  }
  if (column.kind === 'time') {
    const calendar = (part: string, names: readonly string[], of: (date: Date) => number) => {
      const values = Array.from(column.values, (time) =>
        Number.isNaN(time) ? null : (names[of(new Date(time))] as string),
      );
      return valueParts(`${column.name}:${part}`, values, names.length);
    };
    return [
      rangeParts(column, options.ranges),
      calendar('weekday', weekdays, (date) => date.getUTCDay()),
      calendar('month', months, (date) => date.getUTCMonth()),
    ];
  }
  const distinct = new Set(column.values);
  if (distinct.size > options.mostValues) return [rangeParts(column, options.ranges)];
  const values = Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
  return [valueParts(column.name, values, options.mostValues)];
}

type PartValue = string | number | boolean;

function valueParts(column: string, values: readonly (PartValue | null)[], most: number): ColumnParts {
  const counts = new Map<PartValue | null, number>();
  const present = values.map((value) => (value === '' ? null : value));
  for (const value of present) counts.set(value, (counts.get(value) ?? 0) + 1);
  const kept = [...counts]
    .sort((a, b) => b[1] - a[1] || (String(a[0]) < String(b[0]) ? -1 : 1))
    .slice(0, most)
    .map(([value]) => value);
  const codeOf = new Map(kept.map((value, code) => [value, code]));
  return {
    codes: Int32Array.from(present, (value) => codeOf.get(value) ?? -1),
    conditions: kept.map((value) => (value === null ? { column, is: 'missing' } : { column, is: 'equal', value })),
    says: kept.map((value) => (value === null ? `${column} missing` : `${column} = ${String(value)}`)),
  };
}

function rangeParts(column: Exclude<FrameColumn, { kind: 'text' }>, ranges: number): ColumnParts {
  const { name, values } = column;
  const sorted = sortedPresentValues(values);
  const edges: number[] = [];
  for (let index = 1; index < ranges && sorted.length > 0; index++) {
    const edge = quantileOfSorted(sorted, index / ranges);
    if (edge > (edges.at(-1) ?? (sorted[0] as number))) edges.push(edge);
  }
  const hasMissing = sorted.length < values.length;
  const parts = edges.length + 1;
  const codes = Int32Array.from(values, (value) => {
    if (Number.isNaN(value)) return parts;
    let code = 0;
    while (code < edges.length && value >= (edges[code] as number)) code++;
    return code;
  });
  const bounds = Array.from({ length: parts }, (_, index) => ({
    from: index === 0 ? null : (edges[index - 1] as number),
    to: edges[index] ?? null,
  }));
  const write = (value: number) => (column.kind === 'time' ? isoTime(value).slice(0, 10) : figure(value));
  return {
    codes,
    conditions: [
      ...bounds.map((range): SliceCondition => ({ column: name, is: 'range', ...range })),
      ...(hasMissing ? [{ column: name, is: 'missing' } as const] : []),
    ],
    says: [...bounds.map((range) => rangeWords(name, range, write)), ...(hasMissing ? [`${name} missing`] : [])],
  };
}

function rangeWords(
  name: string,
  { from, to }: { from: number | null; to: number | null },
  write: (value: number) => string,
): string {
  if (from === null && to === null) return `${name} present`;
  if (from === null) return `${name} below ${write(to as number)}`;
  return to === null ? `${name} from ${write(from)}` : `${name} ${write(from)} to ${write(to)}`;
}
