import { dayMilliseconds } from '../../../base/clock.ts';
import { kindOfFloat, kindOfInteger } from '../cell-values.ts';
import type { CellValue } from '../cells-writer.ts';

/** What a number in a cell stands for, by the cell's number format. */
export type NumberMeaning = 'number' | 'date' | 'time';

/** Excel counts 1900 as a leap year: from 1 March 1900 on a day is one further from its first day. */
const epochs = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const;
const leapBugDay = 60;
/** The day after 9999-12-31. */
const mostDays = 2_958_466;

/** Number formats that workbooks use without writing them down (ECMA-376 part 1, 18.8.30, with those of East Asia). */
export function builtInMeaning(id: number): NumberMeaning {
  if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58))
    return 'date';
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return 'time';
  return 'number';
}

/** What the numbers under a format code stand for; elapsed times such as `[h]:mm` stay numbers (of days). */
export function meaningOf(formatCode: string): NumberMeaning {
  const [positive = ''] = formatCode.split(';');
  if (/\[(h+|m+|s+)\]/i.test(positive)) return 'number';
  const plain = positive.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').replace(/AM\/PM|A\/P/gi, 'h');
  if (/general/i.test(plain)) return 'number';
  if (/[yd]/i.test(plain) || /m{3,}/i.test(plain)) return 'date';
  if (/[hs]/i.test(plain)) return 'time';
  return /^m+$/i.test(plain.trim()) ? 'date' : 'number';
}

const integerForm = /^-?(0|[1-9]\d*)$/;
const numberForm = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/** A number as the workbook writes it; undefined where it is none. */
export function numberValue(written: string): CellValue | undefined {
  if (integerForm.test(written)) return { kind: kindOfInteger(written), text: written };
  if (!numberForm.test(written)) return undefined;
  return { kind: kindOfFloat(written), text: written };
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function timeText(milliseconds: number): string {
  const fraction = milliseconds % 1000;
  const seconds = Math.floor(milliseconds / 1000);
  const whole = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
  return fraction === 0 ? whole : `${whole}.${pad(fraction, 3)}`;
}

/**
 * A date or time from its serial number, to the millisecond: a `date` where it has no time of day, a `timestamp` where it
 * has one, a text `13:45:00` for times without a day. Undefined where there is no such day.
 */
export function serialValue(written: string, meaning: NumberMeaning, dates1904: boolean): CellValue | undefined {
  const serial = Number(written);
  if (!Number.isFinite(serial) || serial < 0 || serial >= mostDays) return undefined;
  const milliseconds = Math.round(serial * dayMilliseconds);
  if (meaning === 'time' && milliseconds < dayMilliseconds) return { kind: 'text', text: timeText(milliseconds) };
  const day = Math.floor(milliseconds / dayMilliseconds);
  if (!dates1904 && (day === leapBugDay || day === 0)) return undefined;
  const epoch = epochs[dates1904 ? 1904 : 1900] + (!dates1904 && day < leapBugDay ? dayMilliseconds : 0);
  const date = new Date(epoch + day * dayMilliseconds).toISOString().slice(0, 10);
  const time = milliseconds % dayMilliseconds;
  return time === 0 ? { kind: 'date', text: date } : { kind: 'timestamp', text: `${date} ${timeText(time)}` };
}

/** Control characters that Excel writes as `_x000D_`. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The column, from 0, of a reference such as `AB12`; undefined where it is none. */
export function columnOf(reference: string): number | undefined {
  let column = 0;
  let length = 0;
  for (; length < reference.length; length++) {
    const letter = reference.charCodeAt(length);
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return length === 0 || length > 3 ? undefined : column - 1;
}

/** The letters of a column. */
export function lettersOf(column: number): string {
  const rest = column % 26;
  const letters = String.fromCharCode(65 + rest);
  return column < 26 ? letters : lettersOf((column - rest) / 26 - 1) + letters;
}
