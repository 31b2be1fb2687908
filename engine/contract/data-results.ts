import Type, { type Static } from 'typebox';
import { ChangeCount } from './data-changes.ts';
import { Cell } from './data-rows.ts';
import { ImportOptions } from './import-options.ts';
import { Column, ColumnType, Nullable, Problem } from './values.ts';

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

/** The first rows of a file, and how it was read. */
export const FilePreview = Type.Object({
  ...PreviewResult.properties,
  /** False where only the beginning of the file was looked at: what comes later may widen a type. */
  whole: Type.Boolean(),
  /** Null where that is not known yet. */
  rowCount: Nullable(Type.Integer()),
  changes: Type.Array(ChangeCount),
  /** How the file was read; without `dates` each column's cells say the order of theirs. */
  options: ImportOptions,
  /** Names of the options that were found rather than given. */
  found: Type.Array(Type.String()),
  /** Names of the options that change how such a file is read; none where it has types of its own, as Parquet and databases. */
  takes: Type.Array(Type.String()),
});
export type FilePreview = Static<typeof FilePreview>;
