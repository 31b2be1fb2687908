import type { ColumnProfile } from '../../engine/contract/data.ts';
import type { ColumnType } from '../../engine/contract/values.ts';
import { formatCell, formatCount, formatDay, formatFixed, formatNumber } from '../ui/format.ts';

const typeWords: Record<ColumnType, string> = {
  int64: 'whole number',
  float64: 'number',
  decimal: 'decimal',
  boolean: 'yes or no',
  date: 'date',
  timestamp: 'date and time',
  text: 'text',
};

export function typeWord(type: ColumnType): string {
  return typeWords[type];
}

export function isNumeric(type: ColumnType | undefined): boolean {
  return type === 'int64' || type === 'float64' || type === 'decimal';
}

const barCount = 24;

/** Heights of a column header's bars: the histogram of numbers and dates, else the counts of the most frequent values. */
export function headerCounts(profile: ColumnProfile): number[] {
  if (profile.histogram.length > 0) return mergeBars(profile.histogram.map((bin) => bin.count));
  return profile.top.slice(0, barCount).map((entry) => entry.count);
}

/** What stands under the bars: the smallest and largest value, or how many different ones there are. */
export function headerEnds(profile: ColumnProfile): [string, string] {
  const { minimum, maximum, type } = profile;
  if (typeof minimum === 'number' && typeof maximum === 'number')
    return [showStatistic(minimum, 2), showStatistic(maximum, 2)];
  if (typeof minimum === 'string' && typeof maximum === 'string') return shortDates(minimum, maximum);
  if (type === 'text' || type === 'boolean') return [`${formatCount(profile.distinct)} values`, ''];
  return ['', ''];
}

/** A number that sums a column up: without a mark of thousands below 10,000, so that a year reads as one. */
export function showStatistic(value: number | null | undefined, digits?: number): string {
  const text = formatNumber(value, digits);
  return Math.abs(value ?? 0) < 10_000 ? text.replace(',', '') : text;
}

/** Shares of values, zeros and missing cells, for the bar under a header. */
export function cellShares(profile: ColumnProfile): { values: number; zeros: number; missing: number } {
  const rows = Math.max(1, profile.rows);
  const missing = profile.missing / rows;
  const zeros = (profile.zeros ?? 0) / rows;
  return { values: Math.max(0, 1 - missing - zeros), zeros, missing };
}

/** A cell: time stamps without their T, numbers with the column's decimals, a zero as 0. */
export function showCell(value: unknown, type: ColumnType, decimals?: number): string {
  if (typeof value !== 'number' || value === 0 || decimals === undefined || decimals === 0)
    return showPlain(value, type);
  return formatFixed(value, decimals);
}

const mostDecimals = 4;

/** The decimals that a column of numbers is shown with, so that its points stand under each other: 0 to 4. */
export function commonDecimals(values: readonly unknown[]): number {
  const used = values.map((value) => (typeof value === 'number' ? (String(value).split('.')[1]?.length ?? 0) : 0));
  return Math.min(mostDecimals, Math.max(0, ...used));
}

function showPlain(value: unknown, type: ColumnType): string {
  if (type === 'timestamp' && typeof value === 'string') return value.replace('T', ' ').replace(/(\.0+)?Z$/, '');
  if (type === 'boolean' && typeof value === 'boolean') return value ? 'yes' : 'no';
  return formatCell(value);
}

/** Width in pixels that a column of this type and name needs in the rows table. */
export function columnWidth(profile: ColumnProfile, isTarget: boolean): number {
  const nameWidth = profile.name.length * 7.4 + (isTarget ? 66 : 24);
  const longest = Math.max(0, ...profile.top.map((entry) => entry.value.length)) * 6.8 + 20;
  const typical = {
    int64: Math.max(80, numberWidth(profile, 0)),
    float64: Math.max(80, numberWidth(profile, mostDecimals)),
    decimal: Math.max(88, numberWidth(profile, mostDecimals)),
    boolean: 72,
    date: 98,
    timestamp: 158,
    text: Math.min(240, Math.max(longest, (profile.lengths?.mean ?? 0) * 7.4 + 20)),
  };
  return Math.round(Math.min(260, Math.max(76, nameWidth, typical[profile.type])));
}

/** Room for the longest of a column's numbers with so many decimals; whole numbers need no more of them. */
function numberWidth({ minimum, maximum, histogram }: ColumnProfile, decimals: number): number {
  if (typeof minimum !== 'number' || typeof maximum !== 'number' || histogram.length === 0) return 0;
  const digits = Math.max(Math.trunc(minimum).toString().length, Math.trunc(maximum).toString().length);
  return Math.min(150, (digits + (decimals > 0 ? decimals + 0.5 : 0)) * 7.9 + 26);
}

/** Two dates or times by what they differ in, short enough for the narrowest column: years, days of a year, times of a day. */
function shortDates(from: string, to: string): [string, string] {
  const part = (first: number, end: number): [string, string] => [from.slice(first, end), to.slice(first, end)];
  const years = part(0, 4);
  if (years[0] !== years[1]) return years;
  const days = part(0, 10);
  const isOneDay = days[0] === days[1] && from.length > 10;
  return isOneDay ? part(11, 16) : [dayOfYear(days[0]), dayOfYear(days[1])];
}

function dayOfYear(date: string): string {
  return formatDay(date).replace(/ \d{4}$/, '');
}

function mergeBars(counts: readonly number[]): number[] {
  if (counts.length <= barCount) return counts.slice();
  const merged = Array.from({ length: barCount }, () => 0);
  counts.forEach((count, index) => {
    const bar = Math.floor((index * barCount) / counts.length);
    merged[bar] = (merged[bar] ?? 0) + count;
  });
  return merged;
}
