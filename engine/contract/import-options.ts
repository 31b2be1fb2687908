import Type, { type Static } from 'typebox';
import { ColumnType } from './values.ts';

/** Encodings that text files are read in. */
export const textEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;

/**
 * How a file is read. What is left out is found from the file; what is given holds. A dataset remembers the options of its
 * latest version, so that the next file is read the same way.
 */
export const ImportOptions = Type.Object({
  /** One character between cells. */
  delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
  /** The character around cells, or an empty text for none. */
  quote: Type.Optional(Type.String({ maxLength: 1 })),
  encoding: Type.Optional(Type.Enum([...textEncodings])),
  /** Whether the first record names the columns. */
  header: Type.Optional(Type.Boolean()),
  /** Lines before the header (or the first record) that are left out. */
  skipLines: Type.Optional(Type.Integer({ minimum: 0 })),
  decimal: Type.Optional(Type.Enum(['.', ','])),
  /** The mark between groups of three digits, or an empty text for none. */
  thousands: Type.Optional(Type.Enum(['', ',', '.', ' ', "'"])),
  /** Texts that mean a missing value, beside the empty cell. */
  missing: Type.Optional(Type.Array(Type.String())),
  /** Order of day, month and year where dates are not ISO 8601. */
  dates: Type.Optional(Type.Enum(['iso', 'day-month-year', 'month-day-year'])),
  /** Types by column name; columns that are not named get the narrowest type that holds every cell. */
  types: Type.Optional(Type.Record(Type.String(), ColumnType)),
  /** What becomes of rows with fewer or more cells than the header. */
  ragged: Type.Optional(Type.Enum(['refuse', 'pad', 'skip'])),
  /** A column of texts to be added, with the name of the file that each row came from. */
  fileColumn: Type.Optional(Type.String({ minLength: 1 })),
  /** Sheet of a spreadsheet, by its name. */
  sheet: Type.Optional(Type.String()),
});
export type ImportOptions = Static<typeof ImportOptions>;
