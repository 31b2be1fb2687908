import Type, { type Static } from 'typebox';
import { jobCommand } from './call.ts';
import { AddResult } from './data-results.ts';
import { Cell, DatasetReference } from './data-rows.ts';

const Place = Type.Integer({ minimum: 0 });

/** Values by column: in the form that `data.rows` answers, a missing one as null. */
const Values = Type.Record(Type.String(), Cell);

export const RowEdits = Type.Object({
  /** Cells of the row at a place, from 0. */
  edits: Type.Optional(Type.Array(Type.Object({ row: Place, values: Values }))),
  remove: Type.Optional(Type.Array(Place)),
  /** New rows, before the row at a place or after the last one; columns that are not named are missing. */
  insert: Type.Optional(Type.Array(Type.Object({ before: Type.Optional(Place), values: Values }))),
});
export type RowEdits = Static<typeof RowEdits>;

export const CompactResult = Type.Object({
  dataset: Type.String(),
  version: Type.Integer(),
  /** False where the version was one file already. */
  compacted: Type.Boolean(),
  /** Files that it consisted of. */
  files: Type.Integer(),
  /** Bytes that the version takes now. */
  bytes: Type.Integer(),
});
export type CompactResult = Static<typeof CompactResult>;

export const dataEditCalls = {
  edit: jobCommand(
    'data.edit',
    'Changes, removes and inserts rows of a version by their place, as the next version.',
    Type.Object({
      reference: DatasetReference,
      ...RowEdits.properties,
      /** Make the version although expectations that block fail. */
      acceptFailures: Type.Optional(Type.Boolean()),
    }),
    AddResult,
  ),
  compact: jobCommand(
    'data.compact',
    'Stores a version as one file; its rows, its number and its identity stay.',
    Type.Object({ reference: DatasetReference }),
    CompactResult,
  ),
};
