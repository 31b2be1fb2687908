import Type, { type Static } from 'typebox';
import { jobCommand, query } from './call.ts';
import { Masking } from './data-privacy.ts';
import { Cell } from './data-rows.ts';
import { ColumnType, Nullable } from './values.ts';

const Compared = {
  from: Type.String({ minLength: 1 }),
  to: Type.String({ minLength: 1 }),
  /** Columns that tell rows apart; without it those of the later dataset, an empty list for none. */
  key: Type.Optional(Type.Array(Type.String())),
};

export const rowChanges = ['added', 'removed', 'changed'] as const;
export type RowChange = (typeof rowChanges)[number];

const ComparedVersion = Type.Object({ dataset: Type.String(), version: Type.Integer(), rows: Type.Integer() });

export const Difference = Type.Object({
  from: ComparedVersion,
  to: ComparedVersion,
  /** Names of columns; `changed` are those of another type. */
  schema: Type.Object({
    added: Type.Array(Type.String()),
    removed: Type.Array(Type.String()),
    changed: Type.Array(Type.String()),
  }),
  types: Type.Array(Type.Object({ name: Type.String(), from: ColumnType, to: ColumnType })),
  /** `changed` is null where no key tells which row became which. */
  rows: Type.Object({
    added: Type.Integer(),
    removed: Type.Integer(),
    changed: Nullable(Type.Integer()),
    unchanged: Type.Integer(),
  }),
  /** The columns by which rows were matched; null where they were counted by their whole content. */
  key: Nullable(Type.Array(Type.String())),
  /** Keys that stand in more than one row: these rows count as added and removed by their content, never as changed. */
  duplicateKeys: Type.Object({ keys: Type.Integer(), fromRows: Type.Integer(), toRows: Type.Integer() }),
  /** Cells that changed, by column; columns without any are left out. */
  changed: Type.Record(Type.String(), Type.Integer()),
  /** Population stability index of every column that both have with one type, null where there are too few rows. */
  columns: Type.Array(Type.Object({ name: Type.String(), drift: Nullable(Type.Number()) })),
  /** Rows of each sort that `data.diffRows` shows. */
  kept: Type.Object({ added: Type.Integer(), removed: Type.Integer(), changed: Type.Integer() }),
});
export type Difference = Static<typeof Difference>;

export const DifferentRows = Type.Object({
  /** Of added rows the columns of the later version, of removed ones those of the earlier, of changed ones what both have. */
  columns: Type.Array(Type.Object({ name: Type.String(), type: ColumnType })),
  rows: Type.Array(
    Type.Object({
      /** Row numbers from 1, null on the side that does not have the row. */
      fromRow: Nullable(Type.Integer()),
      toRow: Nullable(Type.Integer()),
      before: Nullable(Type.Array(Cell)),
      after: Nullable(Type.Array(Cell)),
      /** Places of the columns whose cells changed. */
      changed: Type.Array(Type.Integer()),
    }),
  ),
  /** Rows of this sort; of many only the first are kept. */
  total: Type.Integer(),
  kept: Type.Integer(),
});
export type DifferentRows = Static<typeof DifferentRows>;

export const dataComparisonCalls = {
  diff: jobCommand(
    'data.diff',
    'What differs between two versions, of whatever datasets. The answer is kept: asked again it comes at once.',
    Type.Object(Compared),
    Difference,
  ),
  diffRows: query(
    'data.diffRows',
    'A page of the rows that differ, with their cells before and after, from a comparison that was made.',
    Type.Object({
      ...Compared,
      change: Type.Enum([...rowChanges]),
      offset: Type.Integer({ minimum: 0 }),
      limit: Type.Integer({ minimum: 1, maximum: 1000 }),
      /** Dots instead of values of columns that either dataset has marked. */
      masked: Type.Optional(Type.Boolean()),
    }),
    DifferentRows,
  ),
  exportDiff: jobCommand(
    'data.exportDiff',
    'Writes every row that differs to a CSV or Parquet file.',
    Type.Object({
      ...Compared,
      path: Type.String(),
      /** What becomes of columns that either dataset has marked; they are written as they are where it is left out. */
      mask: Type.Optional(Masking),
    }),
    Type.Object({ path: Type.String(), rows: Type.Integer(), sha256: Type.String() }),
  ),
};
