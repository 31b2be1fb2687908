import Type, { type Static } from 'typebox';
import { Cell, Condition } from './data-rows.ts';
import { ColumnType } from './values.ts';

const ColumnName = Type.String({ minLength: 1 });
const Columns = Type.Array(ColumnName, { minItems: 1, uniqueItems: true });
const Sql = Type.String({ minLength: 1 });

/** What every step may say besides. */
const Common = {
  /** Left out of the recipe for the time being. */
  skip: Type.Optional(Type.Boolean()),
  note: Type.Optional(Type.String()),
};

export const RenameStep = Type.Object({
  kind: Type.Literal('rename'),
  /** New names by the old ones. */
  columns: Type.Record(ColumnName, ColumnName, { minProperties: 1 }),
  ...Common,
});

export const RetypeStep = Type.Object({
  kind: Type.Literal('retype'),
  columns: Type.Record(ColumnName, ColumnType, { minProperties: 1 }),
  /** What becomes of values that do not fit: the recipe is refused (the default), or they become missing. */
  misfits: Type.Optional(Type.Enum(['refuse', 'missing'])),
  /** How dates and times are written, in the letters of strptime: `%d.%m.%Y`. ISO 8601 where it is left out. */
  format: Type.Optional(Type.String({ minLength: 1 })),
  /** Time zone in which texts without one are read: `Europe/Paris`. */
  zone: Type.Optional(Type.String({ minLength: 1 })),
  /** Digits after the point of decimals. */
  scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 37 })),
  ...Common,
});

export const DropStep = Type.Object({ kind: Type.Literal('drop'), columns: Columns, ...Common });
export const KeepStep = Type.Object({ kind: Type.Literal('keep'), columns: Columns, ...Common });

export const FilterStep = Type.Object({
  kind: Type.Literal('filter'),
  /** Whether the rows that meet the condition are kept (the default) or removed. */
  rows: Type.Optional(Type.Enum(['keep', 'remove'])),
  /** A condition in SQL, in place of `conditions`. */
  sql: Type.Optional(Sql),
  conditions: Type.Optional(Type.Array(Condition, { minItems: 1, maxItems: 100 })),
  /** Whether all (the default) or any of the conditions must be met. */
  match: Type.Optional(Type.Enum(['all', 'any'])),
  ...Common,
});

export const fillMethods = ['value', 'mean', 'median', 'mode', 'previous', 'next'] as const;
export const FillStep = Type.Object({
  kind: Type.Literal('fill'),
  columns: Columns,
  with: Type.Enum([...fillMethods]),
  /** For `value`. */
  value: Type.Optional(Cell),
  /** Time column that says what is previous and next; the order of the rows where it is left out. */
  by: Type.Optional(ColumnName),
  /** Columns within whose equal values previous and next are looked for. */
  group: Type.Optional(Columns),
  ...Common,
});

export const DeduplicateStep = Type.Object({
  kind: Type.Literal('deduplicate'),
  /** Rows with equal values in these are one; all columns where it is left out. */
  columns: Type.Optional(Columns),
  keep: Type.Optional(Type.Enum(['first', 'last'])),
  ...Common,
});

export const TrimStep = Type.Object({
  kind: Type.Literal('trim'),
  /** All columns of text where it is left out. */
  columns: Type.Optional(Columns),
  /** `ends` (the default) takes white space off both ends, `all` also makes each run of it one space. */
  spaces: Type.Optional(Type.Enum(['ends', 'all', 'keep'])),
  case: Type.Optional(Type.Enum(['lower', 'upper', 'keep'])),
  /** Unicode: `nfc` composes characters. */
  unicode: Type.Optional(Type.Enum(['nfc', 'keep'])),
  /** What becomes of texts that are empty then. */
  empty: Type.Optional(Type.Enum(['keep', 'missing'])),
  ...Common,
});

export const MapStep = Type.Object({
  kind: Type.Literal('map'),
  column: ColumnName,
  /** New values by the old ones; null makes a value missing. */
  values: Type.Record(Type.String(), Cell, { minProperties: 1, maxProperties: 1000 }),
  /** What becomes of values that are not named. */
  others: Type.Optional(Type.Enum(['keep', 'missing', 'refuse'])),
  /** Type of the new values, where it is another one; nothing is kept then that is not named. */
  type: Type.Optional(ColumnType),
  ...Common,
});

export const SplitStep = Type.Object({
  kind: Type.Literal('split'),
  column: ColumnName,
  /** A text between the parts. What follows the last part that is asked for stays with it. */
  delimiter: Type.Optional(Type.String({ minLength: 1 })),
  /** A regular expression (RE2) with one group in parentheses for each new column. */
  pattern: Type.Optional(Type.String({ minLength: 1 })),
  into: Columns,
  /** Whether the column that is split stays. */
  keep: Type.Optional(Type.Boolean()),
  ...Common,
});

export const CombineStep = Type.Object({
  kind: Type.Literal('combine'),
  columns: Columns,
  into: ColumnName,
  delimiter: Type.Optional(Type.String()),
  /** Missing parts are left out (the default), or make the whole missing. */
  missing: Type.Optional(Type.Enum(['skip', 'missing'])),
  /** Whether the columns that are combined stay. */
  keep: Type.Optional(Type.Boolean()),
  ...Common,
});

export const DeriveStep = Type.Object({
  kind: Type.Literal('derive'),
  /** The new column, or one that gets other values. */
  column: ColumnName,
  sql: Sql,
  ...Common,
});

export const LagStep = Type.Object({
  kind: Type.Literal('lag'),
  column: ColumnName,
  /** Time column; rows of one time follow each other as they stand. */
  by: ColumnName,
  /** How many rows before. */
  rows: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  group: Type.Optional(Columns),
  into: ColumnName,
  ...Common,
});

export const rollingMeasures = ['mean', 'sum', 'min', 'max', 'std', 'count'] as const;
export const RollingStep = Type.Object({
  kind: Type.Literal('rolling'),
  column: ColumnName,
  measure: Type.Enum([...rollingMeasures]),
  /** Time column. */
  by: ColumnName,
  /** Length of the window in rows … */
  rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  /** … or in time: `7 days`, `12 hours`. */
  span: Type.Optional(
    Type.String({
      pattern: '^[1-9][0-9]{0,8} ?(second|minute|hour|day|week)s?$',
      description: 'a span such as 7 days',
    }),
  ),
  /** Where the window ends: with the row itself (the default), or before it. */
  until: Type.Optional(Type.Enum(['row', 'before'])),
  group: Type.Optional(Columns),
  /** A window with fewer values gives a missing one. */
  least: Type.Optional(Type.Integer({ minimum: 1 })),
  into: ColumnName,
  ...Common,
});

export const JoinStep = Type.Object({
  kind: Type.Literal('join'),
  /** `NAME` (its latest version) or `NAME@3`. */
  with: Type.String({ minLength: 1 }),
  /** Columns of the other dataset by those of this one; a list where they have one name. */
  keys: Type.Union([Columns, Type.Record(ColumnName, ColumnName, { minProperties: 1 })]),
  /** Rows without a match stay (`left`, the default) or go (`inner`). */
  rows: Type.Optional(Type.Enum(['left', 'inner'])),
  /** Columns that are taken over; all but `keys` where it is left out. */
  columns: Type.Optional(Columns),
  /** Put before the names of the columns that are taken over. */
  prefix: Type.Optional(Type.String()),
  /** Where several rows match: the recipe is refused (the default), the first one counts, or all do. */
  duplicates: Type.Optional(Type.Enum(['refuse', 'first', 'all'])),
  ...Common,
});

export const SampleStep = Type.Object({
  kind: Type.Literal('sample'),
  rows: Type.Optional(Type.Integer({ minimum: 1 })),
  share: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4294967295 })),
  /** Rows with equal values in these are in the sample together; all columns where it is left out. */
  columns: Type.Optional(Columns),
  ...Common,
});

export const SortStep = Type.Object({
  kind: Type.Literal('sort'),
  by: Type.Array(Type.Object({ column: ColumnName, order: Type.Optional(Type.Enum(['ascending', 'descending'])) }), {
    minItems: 1,
    maxItems: 20,
  }),
  ...Common,
});

/** Every kind of step with its schema. */
export const stepSchemas = {
  rename: RenameStep,
  retype: RetypeStep,
  drop: DropStep,
  keep: KeepStep,
  filter: FilterStep,
  fill: FillStep,
  deduplicate: DeduplicateStep,
  trim: TrimStep,
  map: MapStep,
  split: SplitStep,
  combine: CombineStep,
  derive: DeriveStep,
  lag: LagStep,
  rolling: RollingStep,
  join: JoinStep,
  sample: SampleStep,
  sort: SortStep,
} as const;

export type StepKind = keyof typeof stepSchemas;
export type StepOf<Kind extends StepKind> = Static<(typeof stepSchemas)[Kind]>;
export type CleaningStep = { [Kind in StepKind]: StepOf<Kind> }[StepKind];
