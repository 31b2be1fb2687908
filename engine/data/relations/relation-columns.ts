import type { FrameColumn } from '../../base/frame.ts';
import type { ColumnProfile } from '../../contract/data.ts';
import type { Categories } from '../../statistics/association.ts';

/** A column as relations see it. */
export interface RelationColumn {
  name: string;
  /** A number is correlated, a category compared level by level. */
  kind: 'number' | 'category';
  /** Of numbers; NaN where missing or infinite. */
  values: Float64Array | null;
  /** Of categories, and of whole numbers with few values; -1 where missing. */
  categories: Categories | null;
  /** Texts of the levels of `categories`. */
  levels: string[];
}

/** A text with more levels has names or prose rather than categories. */
export const mostLevels = 1000;
/** Whole numbers with so few different values are counted where information is estimated. */
const fewWholeNumbers = 20;

function levelsOf(values: readonly (string | null)[]): { categories: Categories; levels: string[] } {
  const codes = new Int32Array(values.length).fill(-1);
  const known = new Map<string, number>();
  values.forEach((value, row) => {
    if (value === null) return;
    let code = known.get(value);
    if (code === undefined) {
      code = known.size;
      known.set(value, code);
    }
    codes[row] = code;
  });
  return { categories: { codes, levels: known.size }, levels: [...known.keys()] };
}

function textsOf(column: FrameColumn): (string | null)[] {
  if (column.kind === 'text') return column.values;
  const word = column.type === 'boolean' ? (value: number) => String(value === 1) : String;
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : word(value)));
}

/** Why a column is not compared with others, if it is not. */
export function leftOutReason(
  profile: Pick<ColumnProfile, 'rows' | 'missing' | 'distinct' | 'type'>,
): string | undefined {
  const there = profile.rows - profile.missing;
  if (there === 0) return 'it has no values';
  if (profile.distinct < 2 && profile.missing === 0) return 'it has one value only';
  if (profile.type !== 'text') return undefined;
  if (profile.distinct > mostLevels) return 'it has more than 1,000 different texts';
  if (there >= 20 && profile.distinct > there / 2) return 'it has another text in most rows';
  return undefined;
}

export function relationColumn(column: FrameColumn, profile: Pick<ColumnProfile, 'distinct'>): RelationColumn {
  const { name } = column;
  if (column.kind === 'text' || column.type === 'boolean')
    return { name, kind: 'category', values: null, ...levelsOf(textsOf(column)) };
  const values = column.values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  const isFew = column.type === 'int64' && profile.distinct <= fewWholeNumbers;
  const counted = isFew ? levelsOf(textsOf(column)) : { categories: null, levels: [] };
  return { name, kind: 'number', values, ...counted };
}

/** Missing values as a level of their own. */
export function withMissing({ codes, levels }: Categories): Categories {
  return codes.includes(-1)
    ? { codes: codes.map((code) => (code < 0 ? levels : code)), levels: levels + 1 }
    : { codes, levels };
}

/** True where the column has no value in a row. */
export function isMissing(column: RelationColumn, row: number): boolean {
  return column.values ? Number.isNaN(column.values[row]) : (column.categories as Categories).codes[row] === -1;
}
