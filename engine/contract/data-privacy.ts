import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { DatasetReference } from './data-rows.ts';
import { Name, Nullable } from './values.ts';

/** `personal`: identifies a person; `sensitive`: a protected attribute of one, as fairness looks at. */
export const columnMarks = ['personal', 'sensitive'] as const;
export const ColumnMark = Type.Enum([...columnMarks]);
export type ColumnMark = (typeof columnMarks)[number];

/** What becomes of marked columns in an export. */
export const maskings = ['drop', 'hash', 'blank'] as const;
export const Masking = Type.Enum([...maskings]);
export type Masking = (typeof maskings)[number];

export const MarkedColumn = Type.Object({
  name: Type.String(),
  mark: Nullable(ColumnMark),
  /** What the column looks like; null where it is marked, where that was turned down, and without evidence. */
  suggestion: Nullable(Type.Object({ mark: ColumnMark, why: Type.String() })),
});
export type MarkedColumn = Static<typeof MarkedColumn>;

export const PrivacyView = Type.Object({ dataset: Type.String(), columns: Type.Array(MarkedColumn) });
export type PrivacyView = Static<typeof PrivacyView>;

export const Marks = Type.Record(Type.String(), ColumnMark);
export type Marks = Static<typeof Marks>;

export const privacyCalls = {
  privacy: query(
    'data.privacy',
    'Which columns are marked as personal or sensitive, and which look so by name and content.',
    Type.Object({ reference: DatasetReference }),
    PrivacyView,
  ),
  marks: query(
    'data.marks',
    'The marked columns of a dataset.',
    Type.Object({ dataset: Name }),
    Type.Object({ dataset: Type.String(), marks: Marks }),
  ),
  mark: command(
    'data.mark',
    'Marks a column as personal or sensitive, takes the mark back, or turns a suggestion down; it holds for all versions.',
    Type.Object({
      dataset: Name,
      column: Type.String(),
      mark: Type.Enum([...columnMarks, 'none', 'dismissed']),
    }),
    Type.Object({ dataset: Type.String(), marks: Marks }),
  ),
};
