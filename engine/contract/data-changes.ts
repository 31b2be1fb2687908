import Type, { type Static } from 'typebox';
import { Nullable } from './values.ts';

/**
 * What an import did to cells, rows or lines beyond taking them as they are:
 * - `missing`: a word such as NA became a missing value
 * - `infinite`: a number beyond the range, or the word for infinity, became an infinite number
 * - `thousands`, `decimal`: a mark between groups of digits was left out, a decimal comma became a point
 * - `date`: a date was turned into year, month, day; `zone`: a time was turned into UTC
 * - `boolean`: a word such as yes became true or false
 * - `padded`, `skipped`: a row got cells that it lacked, or was left out
 * - `title`: a line above the header was left out
 * - `encoding`: characters of a line were read as Windows-1252
 */
export const changeKinds = [
  'missing',
  'infinite',
  'thousands',
  'decimal',
  'date',
  'zone',
  'boolean',
  'padded',
  'skipped',
  'title',
  'encoding',
] as const;
export const ChangeKind = Type.Enum([...changeKinds]);
export type ChangeKind = (typeof changeKinds)[number];

export const ChangeCount = Type.Object({
  file: Type.String(),
  /** Null for what concerns whole rows or lines. */
  column: Nullable(Type.String()),
  kind: ChangeKind,
  count: Type.Integer(),
  /** The first lines, 1-based, up to 20. */
  lines: Type.Array(Type.Integer()),
});
/** How often an import changed one column, or lines, in one way. */
export type ChangeCount = Static<typeof ChangeCount>;
