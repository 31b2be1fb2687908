import Type, { type Static } from 'typebox';
import { Cell } from './data-rows.ts';
import { Column, ColumnType, Problem } from './values.ts';

/** What adding rows answers, wherever they come from. */
export const AddResult = Type.Object({
  dataset: Type.String(),
  version: Type.Integer(),
  identity: Type.String(),
  rows: Type.Integer(),
  columns: Type.Array(Column),
  unchanged: Type.Boolean(),
  warnings: Type.Array(Problem),
});
export type AddResult = Static<typeof AddResult>;

/** The first rows of something as an import would read them. */
export const PreviewResult = Type.Object({
  suggestedName: Type.String(),
  columns: Type.Array(Type.Object({ name: Type.String(), type: ColumnType })),
  rows: Type.Array(Type.Array(Cell)),
  warnings: Type.Array(Problem),
  bytes: Type.Integer(),
  /** Of a workbook, in their order. */
  sheets: Type.Optional(Type.Array(Type.String())),
});
export type PreviewResult = Static<typeof PreviewResult>;
