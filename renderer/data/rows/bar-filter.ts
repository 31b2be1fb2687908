import type { ColumnProfile } from '../../../engine/contract/data.ts';
import type { Condition } from '../../../engine/contract/data-rows.ts';

const day = 86_400_000;

/** The conditions that let through the values of the bars from one to another of a column's header. Pure. */
export function conditionsOfBars(profile: ColumnProfile, first: number, last: number): Condition[] {
  const { name, type, histogram, top } = profile;
  if (histogram.length === 0) {
    const values = top.slice(first, last + 1).map(({ value }) => (type === 'boolean' ? value === 'true' : value));
    if (values.length === 0) return [];
    return [{ column: name, operator: values.length === 1 ? '=' : 'one_of', values }];
  }
  const from = histogram[first]?.from;
  const to = histogram[Math.min(last, histogram.length - 1)]?.to;
  if (from === undefined || to === undefined) return [];
  const isLast = last >= histogram.length - 1;
  if (type === 'int64') return [between(name, Math.ceil(from), isLast ? Math.floor(to) : Math.ceil(to) - 1)];
  if (type === 'date')
    return [
      between(name, isoDay(Math.ceil(from / day)), isoDay(isLast ? Math.floor(to / day) : Math.ceil(to / day) - 1)),
    ];
  const value = (number: number) => (type === 'timestamp' ? new Date(number).toISOString() : number);
  return [
    { column: name, operator: '>=', values: [value(from)] },
    { column: name, operator: isLast ? '<=' : '<', values: [value(to)] },
  ];
}

function between(column: string, low: number | string, high: number | string): Condition {
  if (low === high) return { column, operator: '=', values: [low] };
  return { column, operator: 'between', values: [low, high] };
}

function isoDay(days: number): string {
  return new Date(days * day).toISOString().slice(0, 10);
}
