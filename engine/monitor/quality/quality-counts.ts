import { dayMilliseconds } from '../../base/clock.ts';
import type { TimeRange } from '../logged-rows.ts';
import type { TimeWindow } from '../windows.ts';

/** What is counted of the values of an input. */
export interface ColumnCounts {
  /** Rows of versions that take it. */
  rows: number;
  missing: number;
  unseen: number;
  outOfRange: number;
  infinite: number;
  /** Rows of which the log has the value no more, because its column is marked. */
  masked: number;
}

/** Counts of the rows with event times in a span that ends where the next unit begins. */
export interface CountedSpan {
  /** UTC epoch milliseconds. */
  from: number;
  rows: number;
  /** Rows with a remark, other than that a value is masked. */
  flagged: number;
  columns: ReadonlyMap<string, ColumnCounts>;
}

/** What quality is judged by: counts alone, so that they may come from rows as well as from profiles. */
export interface QualityCounts {
  /** Ascending, each of an hour or of a UTC day. */
  spans: CountedSpan[];
  /** Inputs whose values are not known, because they are masked. */
  masked: ReadonlySet<string>;
}

/** When rows came: for freshness and volume. */
export interface ArrivalCounts {
  /** Rows by UTC day of event time, ascending; days without rows are left out. */
  days: { day: number; rows: number }[];
  /** Minutes since the epoch in which rows were received, ascending, the newest. */
  minutes: number[];
}

/** The rows of a range by event time, UTC epoch milliseconds; null where there are none. */
export interface CountedExtent {
  rows: number;
  first: number | null;
  last: number | null;
}

/** Where counts come from: the rows of the log, or the sums of them. Null where that cannot tell. */
export interface QualityCounter {
  extent(range: TimeRange): Promise<CountedExtent | null>;
  counts(range: TimeRange, unit: 'hour' | 'day'): Promise<QualityCounts | null>;
  arrivals(): Promise<ArrivalCounts | null>;
}

export const emptyColumn: Readonly<ColumnCounts> = {
  rows: 0,
  missing: 0,
  unseen: 0,
  outOfRange: 0,
  infinite: 0,
  masked: 0,
};

/** One column over many spans. */
export function columnTotal(spans: readonly CountedSpan[], name: string): ColumnCounts {
  const total = { ...emptyColumn };
  for (const { columns } of spans) {
    const counts = columns.get(name);
    if (counts) addCounts(total, counts);
  }
  return total;
}

export function addCounts(total: ColumnCounts, counts: Readonly<ColumnCounts>): void {
  total.rows += counts.rows;
  total.missing += counts.missing;
  total.unseen += counts.unseen;
  total.outOfRange += counts.outOfRange;
  total.infinite += counts.infinite;
  total.masked += counts.masked;
}

/** Inputs with a masked value in one of the spans. */
export function maskedInputs(spans: readonly CountedSpan[]): ReadonlySet<string> {
  const columns = spans.flatMap((span) => [...span.columns]);
  return new Set(columns.flatMap(([name, { masked }]) => (masked > 0 ? [name] : [])));
}

/** Spans as they are put together. */
export type GrowingSpan = Omit<CountedSpan, 'columns'> & { columns: Map<string, ColumnCounts> };

export function spanAt(spans: Map<number, GrowingSpan>, from: number): GrowingSpan {
  const known = spans.get(from);
  if (known) return known;
  const span = { from, rows: 0, flagged: 0, columns: new Map() };
  spans.set(from, span);
  return span;
}

export function columnIn({ columns }: GrowingSpan, name: string): ColumnCounts {
  const known = columns.get(name);
  if (known) return known;
  const counts = { ...emptyColumn };
  columns.set(name, counts);
  return counts;
}

/** The spans of each window. */
export function spansByWindow(spans: readonly CountedSpan[], windows: readonly TimeWindow[]): CountedSpan[][] {
  const sorted = windows.map((): CountedSpan[] => []);
  let window = 0;
  for (const span of spans) {
    while (window < windows.length && span.from >= (windows[window] as TimeWindow).to) window++;
    if (span.from >= (windows[window]?.from ?? Number.POSITIVE_INFINITY)) sorted[window]?.push(span);
  }
  return sorted;
}

/** Weekday of a UTC day, 0 is Monday. */
export function weekdayOf(day: number): number {
  return (Math.floor(day / dayMilliseconds) + 3) % 7;
}
