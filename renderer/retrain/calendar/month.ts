import type { CalendarEntry } from '../../../engine/contract/retrain-triggers.ts';

/** Months and days are those of the reader's time zone. */
export interface Month {
  year: number;
  /** From 0. */
  month: number;
}

export interface MonthDay {
  /** `2026-11-30`. */
  key: string;
  day: number;
  isOfMonth: boolean;
}

const daysOfWeek = 7;

/** Whole weeks from Monday to Sunday with all days of the month. */
export function weeksOf({ year, month }: Month): MonthDay[][] {
  const first = new Date(year, month, 1);
  const offset = (first.getDay() + daysOfWeek - 1) % daysOfWeek;
  const length = new Date(year, month + 1, 0).getDate();
  const weeks = Math.ceil((offset + length) / daysOfWeek);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: daysOfWeek }, (_, day) => {
      const date = new Date(year, month, 1 - offset + week * daysOfWeek + day);
      return { key: dayKey(date), day: date.getDate(), isOfMonth: date.getMonth() === month };
    }),
  );
}

/** From the first moment of the first week to that after the last. */
export function rangeOf(month: Month): { from: string; to: string } {
  const days = weeksOf(month).flat();
  const [first, last] = [days[0] as MonthDay, days.at(-1) as MonthDay];
  return { from: startOf(first.key).toISOString(), to: startOf(movedBy(last.key, 1)).toISOString() };
}

export function dayKey(date: Date): string {
  const part = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}

/** The day so many days later. */
export function movedBy(key: string, days: number): string {
  const date = startOf(key);
  return dayKey(new Date(date.getFullYear(), date.getMonth(), date.getDate() + days));
}

export function monthOf(key: string): Month {
  const date = startOf(key);
  return { year: date.getFullYear(), month: date.getMonth() };
}

export function nextMonth({ year, month }: Month, by: 1 | -1): Month {
  const date = new Date(year, month + by, 1);
  return { year: date.getFullYear(), month: date.getMonth() };
}

/** The day to which a key of the keyboard leads; undefined for other keys. */
export function dayByKey(from: string, key: string): string | undefined {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -daysOfWeek, ArrowDown: daysOfWeek };
  const step = steps[key];
  return step === undefined ? undefined : movedBy(from, step);
}

/** Entries by the day on which they come. */
export function byDay(entries: readonly CalendarEntry[]): Map<string, CalendarEntry[]> {
  return Map.groupBy(entries, ({ time }) => dayKey(new Date(time)));
}

/** Times of one subject on one day told together: every hour is one line, not twenty-four. */
export interface DayLine {
  entry: CalendarEntry;
  count: number;
}

export function linesOf(entries: readonly CalendarEntry[]): DayLine[] {
  const groups = Map.groupBy(entries, ({ kind, subject }) => `${kind} ${subject}`);
  return [...groups.values()].map((group) => ({ entry: group[0] as CalendarEntry, count: group.length }));
}

function startOf(key: string): Date {
  const [year = 0, month = 1, day = 1] = key.split('-').map(Number);
  return new Date(year, month - 1, day);
}
