import { dayMilliseconds } from '../../base/clock.ts';
import type { ColumnProfile } from '../../contract/data.ts';
import type { Expectation } from '../../contract/data-expectations.ts';

/** A proposed expectation and why. */
export interface Proposal {
  expectation: Expectation;
  why: string;
}

/** Texts with at most so many different values, each often enough, are categories. */
const mostCategories = 30;
const leastOfCategory = 5;
/** Rows below which nothing is said of what never happens. */
const fewRows = 20;

/** Rounded away from zero (or towards it) to two digits, so that bounds read well. */
export function roundedBound(value: number, up: boolean): number {
  if (value === 0) return 0;
  const scale = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  const scaled = value / scale;
  const rounded = up ? Math.ceil(scaled - 1e-9) : Math.floor(scaled + 1e-9);
  return Number((rounded * scale).toPrecision(12));
}

/** Rows from which a column without a missing value is taken to have none ever. */
const manyRows = 500;

/**
 * The share of missing values: none where there are none in many rows, 4 / rows where they are few; else so much more than there are that rows of the same kind stay
 * below (four standard errors and one row), nothing where nearly all are missing.
 */
export function missingProposal({ name, rows, missing }: ColumnProfile): Proposal | undefined {
  if (rows < fewRows || missing === rows) return undefined;
  if (missing === 0) {
    const most = rows >= manyRows ? 0 : roundedBound(4 / rows, true);
    return { expectation: { kind: 'missing', column: name, most }, why: 'It is never missing here.' };
  }
  const share = missing / rows;
  const limit = roundedBound(share + 4 * Math.sqrt((share * (1 - share)) / (rows / 2)) + 2 / rows, true);
  if (limit >= 0.95) return undefined;
  return {
    expectation: { kind: 'missing', column: name, most: limit },
    why: `It is missing in ${missing.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows.`,
  };
}

/** The type of the column, numbers being one type: whole ones may get decimals later. */
export function typeProposal({ name, type }: ColumnProfile): Proposal {
  const isNumber = type === 'int64' || type === 'float64' || type === 'decimal';
  return {
    expectation: { kind: 'type', column: name, type: isNumber ? 'number' : type, severity: 'block' },
    why: 'Its type.',
  };
}

/** Names by which people call what tells rows apart. */
const identifierName = /(^|[_\s-])(id|uuid|guid|key|code|nr|no|number)$/i;

/** True where the values may tell rows apart by design, not by chance; whether they do is counted. */
export function mayBeUnique(column: ColumnProfile): boolean {
  if (column.missing > 0 || column.rows < fewRows || column.distinct < column.rows * 0.8) return false;
  if (column.type === 'text') return column.rows >= 100 || identifierName.test(column.name);
  if (column.type !== 'int64') return false;
  const span = Number(column.maximum) - Number(column.minimum) + 1;
  return identifierName.test(column.name) || span <= 2 * column.rows;
}

function isNumeric({ type }: ColumnProfile): boolean {
  return type === 'int64' || type === 'float64' || type === 'decimal';
}

/**
 * A range wider than what was seen: by the span on either side, or twice what lies beyond the 5 % and 95 % quantiles where
 * that is more. Zero is a bound for whole numbers, where it was reached or lies clear of the values, and in many rows; so is 1
 * for shares in many rows.
 */
export function rangeProposal(column: ColumnProfile): Proposal | undefined {
  const { name, minimum, maximum, quantiles, rows } = column;
  if (!isNumeric(column) || typeof minimum !== 'number' || typeof maximum !== 'number' || rows < fewRows)
    return undefined;
  if (column.distinct < 2) return undefined;
  const why = `The values go from ${minimum} to ${maximum}.`;
  if (column.type === 'int64' && minimum === 0 && maximum === 1)
    return { expectation: { kind: 'one-of', column: name, values: [0, 1] }, why: 'It is 0 or 1.' };
  const isMany = rows >= manyRows;
  if (isMany && column.type !== 'int64' && minimum >= 0 && maximum <= 1 && maximum > 0.1)
    return { expectation: { kind: 'range', column: name, least: 0, most: 1 }, why };
  const span = maximum - minimum;
  const isBoundByZero =
    isMany || column.type === 'int64' || Math.min(Math.abs(minimum), Math.abs(maximum)) > 0.01 * span;
  const low = minimum - Math.max(span, 2 * ((quantiles?.[0] ?? minimum) - minimum));
  const high = maximum + Math.max(span, 2 * (maximum - (quantiles?.[4] ?? maximum)));
  const least =
    minimum === 0 || (minimum > 0 && isBoundByZero)
      ? Math.max(0, roundedBound(Math.max(0, low), false))
      : roundedBound(low, false);
  const most =
    maximum === 0 || (maximum < 0 && isBoundByZero)
      ? Math.min(0, roundedBound(Math.min(0, high), true))
      : roundedBound(high, true);
  if (!Number.isFinite(least) || !Number.isFinite(most)) return undefined;
  return { expectation: { kind: 'range', column: name, least, most }, why };
}

/** Times: nothing before the half of their span below the first; what comes next is later, so there is no end. */
export function earliestProposal({ name, type, minimum, maximum, rows }: ColumnProfile): Proposal | undefined {
  if ((type !== 'date' && type !== 'timestamp') || typeof minimum !== 'string' || rows < fewRows) return undefined;
  const [first, last] = [Date.parse(minimum), Date.parse(String(maximum))];
  if (Number.isNaN(first) || Number.isNaN(last)) return undefined;
  const year = new Date(first - (last - first) / 2).getUTCFullYear();
  if (year < 1) return undefined;
  const least = `${String(year).padStart(4, '0')}-01-01`;
  return { expectation: { kind: 'range', column: name, least }, why: `The first is of ${minimum.slice(0, 10)}.` };
}

/** True where a text may be a category, so that its values are worth counting. */
export function mayBeCategory({ type, distinct, rows, missing }: ColumnProfile): boolean {
  return type === 'text' && distinct >= 2 && distinct <= mostCategories && rows - missing >= 10 * distinct;
}

/** The values of a category, where each was seen often enough that an unseen one is unlikely. */
export function categoryProposal(name: string, counts: ReadonlyMap<string, number>): Proposal | undefined {
  const values = [...counts.keys()].sort();
  if (values.length === 0 || Math.min(...counts.values()) < leastOfCategory) return undefined;
  return {
    expectation: { kind: 'one-of', column: name, values },
    why: `It has ${values.length} different values, each in at least ${leastOfCategory} rows.`,
  };
}

/** Text lengths up to twice the longest; no empty text where there is none. */
export function lengthProposal({ name, lengths, rows }: ColumnProfile): Proposal | undefined {
  if (!lengths || rows < fewRows || lengths.maximum === 0) return undefined;
  const most = Math.ceil(roundedBound(2 * lengths.maximum, true));
  const expectation: Expectation = { kind: 'length', column: name, most };
  return {
    expectation: lengths.minimum > 0 ? { ...expectation, least: 1 } : expectation,
    why: `The texts have ${lengths.minimum} to ${lengths.maximum} characters.`,
  };
}

/** What one form of all texts (runs of digits as 0, of capitals as A, of small letters as a) is as a pattern. */
export function patternProposal(column: ColumnProfile, form: string): Proposal | undefined {
  const { name, lengths, rows } = column;
  const isCode = /[0A]/.test(form) && /[^a]/.test(form) && form !== 'Aa' && form.length <= 20;
  if (!isCode || !lengths || rows < 50) return undefined;
  const classes: Record<string, string> = { '0': '[0-9]', A: '[A-Z]', a: '[a-z]' };
  const escaped = (character: string) => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  const isFixed = lengths.minimum === lengths.maximum && form.length === 1;
  const repeat = isFixed ? `{${lengths.maximum}}` : '+';
  const pattern = [...form].map((each) => (classes[each] ? `${classes[each]}${repeat}` : escaped(each))).join('');
  return { expectation: { kind: 'pattern', column: name, pattern: `^${pattern}$` }, why: 'All texts have this form.' };
}

/** At least a quarter of the rows. */
export function rowsProposal(rows: number): Proposal | undefined {
  const least = Math.floor(rows / 4);
  if (least < 1) return undefined;
  return { expectation: { kind: 'rows', least }, why: `There are ${rows.toLocaleString('en-US')} rows.` };
}

const recentDays = 45;

/** Twice the age of the newest value and a week, where that value is recent: old data was not meant to be fresh. */
export function freshProposal(column: ColumnProfile, now: number): Proposal | undefined {
  const age = (now - Date.parse(String(column.maximum))) / dayMilliseconds;
  if (!(age >= 0 && age <= recentDays)) return undefined;
  const days = Math.ceil(2 * age + 7);
  return {
    expectation: { kind: 'fresh', column: column.name, days },
    why: `The newest is ${Math.floor(age)} days old.`,
  };
}
