import Type, { type Static } from 'typebox';
import { jobCommand } from './call.ts';
import { DatasetReference, RowFilter } from './data-rows.ts';
import { Nullable } from './values.ts';

/** Something about the rows or columns of a version that is worth a look. It refuses nothing. */
export const Finding = Type.Object({
  code: Type.String(),
  /** A `warning` spoils what is made of the data; a `note` is good to know. */
  severity: Type.Enum(['warning', 'note']),
  /** Columns that it is about; none where it is about whole rows. */
  columns: Type.Array(Type.String()),
  message: Type.String(),
  /** What it was seen by. */
  evidence: Type.String(),
  /** What one can do about it. */
  advice: Type.String(),
  /** Rows that it is about, where they can be counted. */
  rows: Nullable(Type.Integer()),
  /** Finds those rows, where a filter can. */
  filter: Nullable(RowFilter),
});
export type Finding = Static<typeof Finding>;

export const dataFindingCalls = {
  examine: jobCommand(
    'data.examine',
    'Looks at the rows and columns of a version for what is worth a look: duplicates, copies, constants, outliers, ….',
    Type.Object({
      reference: DatasetReference,
      /** No values of marked columns in what is answered. */
      masked: Type.Optional(Type.Boolean()),
    }),
    Type.Object({ findings: Type.Array(Finding) }),
  ),
};
