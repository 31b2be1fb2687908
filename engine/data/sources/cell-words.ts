import { monthLength } from './cell-values.ts';

/** Marks between groups of three digits. */
export const thousandsMarks = [',', '.', ' ', "'"] as const;
export type ThousandsMark = (typeof thousandsMarks)[number];

const truthWords = ['yes', 'no', 'y', 'n', 't', 'f', 'on', 'off'] as const;
export type TruthWord = (typeof truthWords)[number];

/**
 * What a cell is that no plain form of number, date or truth takes:
 * - `missing`: a word for a missing value
 * - `infinity`: a number beyond the range of float64, or the word
 * - `hugeInteger`: a whole number beyond int64 that a decimal holds
 * - `otherDecimal`: a number with the decimal mark that the file does not have
 * - `group:,` one group of digits (`1,234`), `groups:,` several (`1,234,567`), `groupsFraction:,` with a fraction
 * - `dayMonth`: only day, month, year can be meant (`31/01/2024`); `monthDay`: only month, day, year; `eitherOrder`: both;
 *   with `Time` where a time of day follows
 */
export type CellWord =
  | 'missing'
  | 'infinity'
  | 'hugeInteger'
  | 'otherDecimal'
  | `${'group' | 'groups' | 'groupsFraction'}:${ThousandsMark}`
  | TruthWord
  | DateWord;

export type DateWord = `${'dayMonth' | 'monthDay' | 'eitherOrder'}${'' | 'Time'}`;

/** Words that mean a missing value in columns that are otherwise numbers, dates or truth, unless others are given. */
export const defaultMissingWords: readonly string[] = [
  'NA',
  'N/A',
  'na',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  'NAN',
  'null',
  'NULL',
  'Null',
  'None',
  'none',
  'NONE',
  '-',
  '--',
  '?',
  '.',
  '\\N',
];

const infinityPattern = /^[-+]?inf(inity)?$/i;
const datePattern = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const truth: ReadonlySet<string> = new Set(truthWords);
const longestWord = 60;
/** Digits of a grouped number that int64 and float64 hold for certain. */
const mostGroupedDigits = 15;

/** A number in groups: which mark, how many groups, and its fraction. */
function groupsWord(text: string, decimal: string): CellWord | undefined {
  const spaced = text.replace(/[\u00a0\u202f]/g, ' ');
  const fraction = decimal === ',' ? ',' : '\\.';
  const match = new RegExp(`^-?[1-9]\\d{0,2}((?:([,. '’])\\d{3})(?:\\2\\d{3})*)(${fraction}\\d+)?$`).exec(spaced);
  if (!match) return undefined;
  const mark = (match[2] === '’' ? "'" : match[2]) as ThousandsMark;
  if (mark === decimal || (text.match(/\d/g) ?? []).length > mostGroupedDigits) return undefined;
  if (match[3] !== undefined) return `groupsFraction:${mark}`;
  return (match[1] as string).length > 4 ? `groups:${mark}` : `group:${mark}`;
}

const otherDecimals: Record<string, RegExp> = {
  '.': /^-?(\d+,\d*|,\d+|[1-9]\d{0,2}([. '’\u00a0\u202f]\d{3})+,\d+)([eE][-+]?\d+)?$/,
  ',': /^-?(\d+\.\d*|\.\d+|[1-9]\d{0,2}([, '’\u00a0\u202f]\d{3})+\.\d+)([eE][-+]?\d+)?$/,
};

function dateWord(text: string): DateWord | undefined {
  const match = datePattern.exec(text);
  if (!match) return undefined;
  const [first, second, year] = [Number(match[1]), Number(match[3]), Number(match[4])];
  if (year < 1 || Number(match[5] ?? 0) > 23 || Number(match[6] ?? 0) > 59 || Number(match[7] ?? 0) > 59)
    return undefined;
  const isDayMonth = first >= 1 && first <= monthLength(year, second);
  const isMonthDay = second >= 1 && second <= monthLength(year, first);
  if (!isDayMonth && !isMonthDay) return undefined;
  const order = isDayMonth && isMonthDay ? 'eitherOrder' : isDayMonth ? 'dayMonth' : 'monthDay';
  return match[5] === undefined ? order : `${order}Time`;
}

/**
 * Looks at a cell that is no plain number, date or truth.
 * @param text without spaces around it
 * @param missing words that mean a missing value
 * @returns undefined where the cell is text
 */
export function wordOf(text: string, decimal: string, missing: ReadonlySet<string>): CellWord | undefined {
  if (text.length > longestWord) return undefined;
  if (missing.has(text)) return 'missing';
  const first = text.charCodeAt(0);
  if ((first >= 48 && first <= 57) || first === 45 || first === 44 || first === 46) {
    const number = groupsWord(text, decimal) ?? (otherDecimals[decimal]?.test(text) ? 'otherDecimal' : undefined);
    return number ?? dateWord(text) ?? (infinityPattern.test(text) ? 'infinity' : undefined);
  }
  if (infinityPattern.test(text)) return 'infinity';
  const lower = text.toLowerCase();
  return text.length <= 3 && truth.has(lower) ? (lower as TruthWord) : undefined;
}
