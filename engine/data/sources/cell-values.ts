import type { CellKind } from './csv-automaton.ts';

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days of a month from 1 to 12, 0 for other numbers. */
export function monthLength(year: number, month: number): number {
  return month === 2 && !isLeapYear(year) ? 28 : (monthDays[month - 1] ?? 0);
}

/** The number that some digits in ASCII write. */
function numberAt(bytes: Uint8Array, from: number, digits: number): number {
  let value = 0;
  for (let index = from; index < from + digits; index++) value = value * 10 + ((bytes[index] as number) - 48);
  return value;
}

/** True where `YYYY-MM-DD` at this place is a day of the calendar. */
export function isDay(bytes: Uint8Array, from: number): boolean {
  const month = numberAt(bytes, from + 5, 2);
  const day = numberAt(bytes, from + 8, 2);
  return day >= 1 && day <= monthLength(numberAt(bytes, from, 4), month);
}

/** True where `YYYY-MM-DD HH:MM[:SS…]` at this place is a day and a time of day. */
export function isDayAndTime(bytes: Uint8Array, from: number, end: number): boolean {
  if (!isDay(bytes, from) || numberAt(bytes, from + 11, 2) > 23 || numberAt(bytes, from + 14, 2) > 59) return false;
  return from + 19 > end || bytes[from + 16] !== 0x3a || numberAt(bytes, from + 17, 2) <= 59;
}

const mostDecimalDigits = 38;

/**
 * What the text of an integer can be: int64, marked `longInteger` where float64 may not hold it; `hugeInteger` where only a
 * decimal holds it, or else a code.
 */
export function kindOfInteger(text: string): CellKind {
  if (text.length <= 15) return 'integer';
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value)
    return text.replace('-', '').length <= mostDecimalDigits ? 'hugeInteger' : 'code';
  return BigInt(Number(text)) === value ? 'integer' : 'longInteger';
}

/** What a number with a fraction or an exponent can be: infinite beyond float64, text where float64 would turn it into 0. */
export function kindOfFloat(text: string): CellKind {
  const value = Number(text.replace(',', '.'));
  if (!Number.isFinite(value)) return 'infinity';
  return value === 0 && /^[^eE]*[1-9]/.test(text) ? 'text' : 'float';
}
