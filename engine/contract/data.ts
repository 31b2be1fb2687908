import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { ChangeCount } from './data-changes.ts';
import { dataCleaningCalls } from './data-cleaning.ts';
import { dataComparisonCalls } from './data-comparison.ts';
import { DatasetSource, dataConnectionCalls } from './data-connections.ts';
import { dataEditCalls } from './data-edits.ts';
import { expectationCalls } from './data-expectations.ts';
import { dataFindingCalls, Finding } from './data-findings.ts';
import { dataHistoryCalls } from './data-history.ts';
import { dataImportCalls } from './data-imports.ts';
import { Masking, privacyCalls } from './data-privacy.ts';
import { dataRelationCalls } from './data-relations.ts';
import { remoteCalls } from './data-remotes.ts';
import { AddResult } from './data-results.ts';
import { DatasetReference, dataRowCalls } from './data-rows.ts';
import { ImportOptions } from './import-options.ts';
import { Column, ColumnType, Name, Nullable, Problem, Time } from './values.ts';

export { AddResult };

export const DatasetVersion = Type.Object({
  dataset: Type.String(),
  version: Type.Integer(),
  identity: Type.String(),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  columns: Type.Array(Column),
  /** Rows that this version has more (or, negative, less) than the one before. */
  rowsAdded: Type.Integer(),
  source: Type.Object({ name: Type.String(), md5: Type.String(), bytes: Type.Integer() }),
  timeColumn: Nullable(Type.String()),
  keyColumns: Type.Array(Type.String()),
  createdAt: Time,
});
export type DatasetVersion = Static<typeof DatasetVersion>;

export const DatasetSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  versions: Type.Integer(),
  latest: DatasetVersion,
  createdAt: Time,
});
export type DatasetSummary = Static<typeof DatasetSummary>;

export const ColumnProfile = Type.Object({
  name: Type.String(),
  type: ColumnType,
  rows: Type.Integer(),
  missing: Type.Integer(),
  zeros: Nullable(Type.Integer()),
  distinct: Type.Integer(),
  /** True where `distinct`, `quantiles` and `histogram` are estimates, as in tables of more than 100,000 rows. */
  approximate: Type.Boolean(),
  /** Numbers as numbers, dates and times as ISO text; null for text columns. */
  minimum: Type.Unknown(),
  maximum: Type.Unknown(),
  mean: Nullable(Type.Number()),
  /** Of the population (ddof 0). */
  standardDeviation: Nullable(Type.Number()),
  /** 5, 25, 50, 75 and 95 %. */
  quantiles: Nullable(Type.Array(Type.Number())),
  /** 24 bins of numbers and times (in epoch milliseconds), none for texts; infinities and NaN are in no bin. */
  histogram: Type.Array(Type.Object({ from: Type.Number(), to: Type.Number(), count: Type.Integer() })),
  /** Characters of texts, null for other types. */
  lengths: Nullable(Type.Object({ minimum: Type.Integer(), maximum: Type.Integer(), mean: Type.Number() })),
  /** The ten most frequent values where there are few enough to be worth naming. */
  top: Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() })),
});
export type ColumnProfile = Static<typeof ColumnProfile>;

const AddOptions = {
  name: Name,
  /** Rows are added to the latest version instead of replacing them. */
  append: Type.Optional(Type.Boolean()),
  /** Rows whose key is known take the place of those that have it, others are added to the latest version. */
  upsert: Type.Optional(Type.Boolean()),
  /** With `append`: also where the same bytes were appended before. */
  force: Type.Optional(Type.Boolean()),
  /** Also where expectations that block fail; the failures are kept with the version. */
  acceptFailures: Type.Optional(Type.Boolean()),
  key: Type.Optional(Type.Array(Type.String())),
  time: Type.Optional(Type.String()),
  /** How the files are read; what is left out is found from them. */
  options: Type.Optional(ImportOptions),
};

export const dataCalls = {
  ...dataComparisonCalls,
  ...dataHistoryCalls,
  add: jobCommand(
    'data.add',
    'Adds files as a version of a dataset.',
    Type.Object({
      ...AddOptions,
      /** Files, folders and patterns such as `data/*.csv`. */
      files: Type.Array(Type.String(), { minItems: 1 }),
      /** Which files of the folders are taken, by their path from there; without it the tables directly in them. */
      glob: Type.Optional(Type.String({ minLength: 1 })),
    }),
    AddResult,
  ),
  addText: jobCommand(
    'data.addText',
    'Adds pasted or dropped text (CSV) as a version of a dataset.',
    Type.Object({ ...AddOptions, text: Type.String(), fileName: Type.String() }),
    AddResult,
  ),
  addSample: jobCommand(
    'data.addSample',
    'Adds sample data that comes with Galley; of a sample with several files the first `files` ones.',
    Type.Object({
      sample: Type.String(),
      name: Type.Optional(Name),
      files: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
    AddResult,
  ),
  list: query('data.list', 'All datasets.', Type.Object({}), Type.Object({ datasets: Type.Array(DatasetSummary) })),
  show: query(
    'data.show',
    'A version with its schema, profile and lineage.',
    Type.Object({
      reference: DatasetReference,
      /** Look for findings now, if nobody did before, and wait for them. */
      examine: Type.Optional(Type.Boolean()),
      /** No values of marked columns in profile and findings. */
      masked: Type.Optional(Type.Boolean()),
    }),
    Type.Object({
      version: DatasetVersion,
      profile: Type.Array(ColumnProfile),
      /** Null until `data.examine` has looked for them. */
      findings: Nullable(Type.Array(Finding)),
      lineage: Type.Object({
        sources: Type.Array(Type.Object({ name: Type.String(), md5: Type.String(), rows: Type.Integer() })),
        usedBy: Type.Array(Type.Object({ kind: Type.String(), id: Type.String(), label: Type.String() })),
        /** Where the dataset can be read again. */
        source: Nullable(DatasetSource),
      }),
      versions: Type.Array(DatasetVersion),
      /** What the import changed of its files. */
      changes: Type.Array(ChangeCount),
    }),
  ),
  ...dataRowCalls,
  ...dataConnectionCalls,
  ...dataCleaningCalls,
  ...dataEditCalls,
  ...expectationCalls,
  ...dataFindingCalls,
  ...dataRelationCalls,
  ...privacyCalls,
  ...dataImportCalls,
  export: command(
    'data.export',
    'Writes a version to a file: CSV, TSV, Parquet, NDJSON or JSON, by its ending.',
    Type.Object({
      reference: DatasetReference,
      to: Type.String(),
      /** In CSV: texts that a spreadsheet would run as formulas get an apostrophe before them. */
      safeForSpreadsheets: Type.Optional(Type.Boolean()),
      /** What becomes of the marked columns; they are written as they are where it is left out. */
      mask: Type.Optional(Masking),
    }),
    Type.Object({
      path: Type.String(),
      rows: Type.Integer(),
      sha256: Type.String(),
      warnings: Type.Array(Problem),
    }),
  ),
  ...remoteCalls,
};
