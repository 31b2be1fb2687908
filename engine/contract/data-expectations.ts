import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { Cell, DatasetReference, RowPage } from './data-rows.ts';
import { columnTypes, Name, Nullable, Time } from './values.ts';

/** What becomes of a version that does not meet an expectation: it is recorded with the failure, or refused. */
export const severities = ['warn', 'block'] as const;

const shared = {
  /** `warn` where it is left out. */
  severity: Type.Optional(Type.Enum([...severities])),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
};
const Share = Type.Number({ minimum: 0, maximum: 1 });
const column = Type.String({ minLength: 1 });
const columns = Type.Array(column, { minItems: 1 });
const Bound = Type.Union([Type.Number(), Type.String()]);
const numberBounds = { least: Type.Optional(Type.Number()), most: Type.Optional(Type.Number()) };
const countBounds = {
  least: Type.Optional(Type.Integer({ minimum: 0 })),
  most: Type.Optional(Type.Integer({ minimum: 0 })),
};
/** Share of the judged rows that may fail; none where it is left out. */
const rowWise = { ...shared, tolerance: Type.Optional(Share) };

/**
 * Every kind of expectation with its parameters. Missing values are judged by `missing` alone; the other kinds look at the
 * values that are there.
 */
export const expectationSchemas = {
  present: Type.Object({ kind: Type.Literal('present'), column, ...shared }),
  columns: Type.Object({
    kind: Type.Literal('columns'),
    columns,
    /** In this order, other columns aside. */
    ordered: Type.Optional(Type.Boolean()),
    /** No other columns. */
    only: Type.Optional(Type.Boolean()),
    ...shared,
  }),
  /** `number` is any of int64, float64 and decimal, `time` a date or a timestamp. */
  type: Type.Object({
    kind: Type.Literal('type'),
    column,
    type: Type.Enum(['number', 'time', ...columnTypes]),
    ...shared,
  }),
  missing: Type.Object({ kind: Type.Literal('missing'), column, most: Share, ...shared }),
  unique: Type.Object({ kind: Type.Literal('unique'), columns, ...rowWise }),
  /** Numbers, or dates and times in ISO 8601. */
  range: Type.Object({
    kind: Type.Literal('range'),
    column,
    least: Type.Optional(Bound),
    most: Type.Optional(Bound),
    /** The bounds themselves are outside. */
    exclusive: Type.Optional(Type.Boolean()),
    ...rowWise,
  }),
  'one-of': Type.Object({
    kind: Type.Literal('one-of'),
    column,
    values: Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()]), { minItems: 1, maxItems: 10_000 }),
    ...rowWise,
  }),
  /** A regular expression of RE2 that is found somewhere in the text; ^ and $ tie it to the ends. */
  pattern: Type.Object({
    kind: Type.Literal('pattern'),
    column,
    pattern: Type.String({ minLength: 1, maxLength: 1000 }),
    ...rowWise,
  }),
  length: Type.Object({ kind: Type.Literal('length'), column, ...countBounds, ...rowWise }),
  rows: Type.Object({ kind: Type.Literal('rows'), ...countBounds, ...shared }),
  /** Rows more than the version before, as a share of it: 0.1 for a tenth more, -0.1 for a tenth less. */
  growth: Type.Object({ kind: Type.Literal('growth'), ...numberBounds, ...shared }),
  /** The newest value of a time column is at most so many days old when the check is made. */
  fresh: Type.Object({ kind: Type.Literal('fresh'), column, days: Type.Number({ exclusiveMinimum: 0 }), ...shared }),
  monotonic: Type.Object({
    kind: Type.Literal('monotonic'),
    column,
    direction: Type.Optional(Type.Enum(['up', 'down'])),
    /** Equal neighbours fail too. */
    strict: Type.Optional(Type.Boolean()),
    ...rowWise,
  }),
  /** An SQL condition over the columns of a row; a row where it is neither true nor false passes, as in SQL's CHECK. */
  rule: Type.Object({ kind: Type.Literal('rule'), sql: Type.String({ minLength: 1, maxLength: 4000 }), ...rowWise }),
  /** The column's drift from a version of the same dataset (population stability index) is at most this; 0.2 if left out. */
  distribution: Type.Object({
    kind: Type.Literal('distribution'),
    column,
    version: Type.Integer({ minimum: 1 }),
    most: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    ...shared,
  }),
  mean: Type.Object({ kind: Type.Literal('mean'), column, ...numberBounds, ...shared }),
  quantile: Type.Object({
    kind: Type.Literal('quantile'),
    column,
    level: Share,
    ...numberBounds,
    ...shared,
  }),
  /** Every value is found in columns of another dataset's latest version. */
  refers: Type.Object({ kind: Type.Literal('refers'), columns, dataset: Name, to: columns, ...rowWise }),
};

export type ExpectationKind = keyof typeof expectationSchemas;
export const expectationKinds = Object.keys(expectationSchemas) as ExpectationKind[];

/** What rows of a dataset must be like. */
export type Expectation = { [Kind in ExpectationKind]: Static<(typeof expectationSchemas)[Kind]> }[ExpectationKind];
export const Expectation = Type.Unsafe<Expectation>(Type.Union(Object.values(expectationSchemas)));

export const KeyedExpectation = Type.Object({
  /** Names the expectation within its dataset and stays the same when its bounds change: `range:price`. */
  key: Type.String(),
  expectation: Expectation,
  /** The expectation as a sentence. */
  says: Type.String(),
});
export type KeyedExpectation = Static<typeof KeyedExpectation>;

export const FailingRow = Type.Object({
  /** Of the version, from 0. */
  position: Type.Integer(),
  /** Of the file that was being added. */
  line: Type.Optional(Type.Integer()),
  /** Of the columns that the expectation is about. */
  values: Type.Array(Cell),
});
export type FailingRow = Static<typeof FailingRow>;

export const CheckResult = Type.Object({
  key: Type.String(),
  expectation: Expectation,
  says: Type.String(),
  /** Null where it could not be checked; `found` says why. */
  passed: Nullable(Type.Boolean()),
  /** What there is instead of what is expected: a number, a text, or a list of them. */
  observed: Type.Unknown(),
  /** The same as a sentence. */
  found: Type.String(),
  /** Rows that fail; null where the expectation is not about single rows. */
  rows: Nullable(Type.Integer()),
  /** The first failing rows. */
  sample: Type.Array(FailingRow),
});
export type CheckResult = Static<typeof CheckResult>;

export const CheckReport = Type.Object({
  dataset: Type.String(),
  version: Type.Integer(),
  checkedAt: Time,
  /** No expectation failed. */
  passed: Type.Boolean(),
  /** The version was recorded although expectations with `block` failed. */
  accepted: Type.Boolean(),
  results: Type.Array(CheckResult),
});
export type CheckReport = Static<typeof CheckReport>;

export const ExpectationView = Type.Object({
  dataset: Type.String(),
  /** Of the file in the project's folder. */
  path: Type.String(),
  exists: Type.Boolean(),
  /** The file as it stands, empty where there is none. */
  text: Type.String(),
  /** What is wrong with the file; then there are no expectations. */
  problem: Nullable(Type.Object({ message: Type.String(), line: Nullable(Type.Integer()) })),
  expectations: Type.Array(KeyedExpectation),
  /** The latest check of each of the newest versions, oldest version first, without the failing rows. */
  history: Type.Array(CheckReport),
});
export type ExpectationView = Static<typeof ExpectationView>;

export const InferredExpectation = Type.Object({
  ...KeyedExpectation.properties,
  /** Why it is proposed. */
  why: Type.String(),
});
export type InferredExpectation = Static<typeof InferredExpectation>;

const reference = DatasetReference;
const dataset = Name;

export const expectationCalls = {
  expectations: query(
    'data.expectations',
    'What is expected of a dataset, and how its versions met it.',
    Type.Object({ dataset }),
    ExpectationView,
  ),
  saveExpectations: command(
    'data.saveExpectations',
    "Writes a dataset's file of expectations, from a list or as a text that is checked first.",
    Type.Object({
      dataset,
      expectations: Type.Optional(Type.Array(Expectation)),
      text: Type.Optional(Type.String({ maxLength: 1_000_000 })),
    }),
    ExpectationView,
  ),
  inferExpectations: jobCommand(
    'data.inferExpectations',
    'Proposes expectations that a version meets, and that further rows of the same kind should meet.',
    Type.Object({
      reference,
      /** Adds those of which there is none yet to the file. */
      write: Type.Optional(Type.Boolean()),
    }),
    Type.Object({
      dataset,
      version: Type.Integer(),
      expectations: Type.Array(InferredExpectation),
      written: Type.Boolean(),
    }),
  ),
  check: jobCommand(
    'data.check',
    'Checks a version against the expectations of its dataset and keeps the results.',
    Type.Object({ reference }),
    CheckReport,
  ),
  failingRows: query(
    'data.failingRows',
    'A page of the rows that failed an expectation when the version was checked last.',
    Type.Object({
      reference,
      key: Type.String(),
      offset: Type.Integer({ minimum: 0 }),
      limit: Type.Integer({ minimum: 1, maximum: 1000 }),
      /** Dots for the values of columns marked personal or sensitive. */
      masked: Type.Optional(Type.Boolean()),
    }),
    RowPage,
  ),
};
