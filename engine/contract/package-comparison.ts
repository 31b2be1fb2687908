import Type, { type Static } from 'typebox';
import { jobCommand } from './call.ts';
import { Nullable } from './values.ts';

const Reference = Type.String({ minLength: 1, maxLength: 300 });

/** Which of the two is better; null where neither is, or that cannot be said. */
const Better = Nullable(Type.Enum(['a', 'b']));

const ComparedVersion = Type.Object({
  /** `price@3`. */
  reference: Type.String(),
  learner: Type.String(),
  /** Of its ONNX file. */
  bytes: Type.Integer(),
  run: Type.Object({ id: Type.String(), number: Type.Integer() }),
  /** What it was trained on. */
  dataset: Type.Object({
    name: Type.String(),
    version: Type.Integer(),
    /** Null where it is gone. */
    rows: Nullable(Type.Integer()),
  }),
});

/** An answer as it is shown: a label with its probability, or a number. */
const ComparedAnswer = Type.Object({ label: Nullable(Type.String()), value: Type.Number() });

const DataComparison = Type.Object({
  /** The very same rows and columns. */
  same: Type.Boolean(),
  /** Rows of the newer one that the older one has too, by what tells rows apart; null where a dataset is gone. */
  sharedRows: Nullable(Type.Integer()),
  /** Columns of the datasets. */
  added: Type.Array(Type.String()),
  removed: Type.Array(Type.String()),
  retyped: Type.Array(Type.String()),
});

const Speed = Type.Object({
  /** Of the machine that it was measured on. */
  machine: Type.Object({
    cpu: Type.String(),
    cores: Type.Integer(),
    platform: Type.String(),
    onnxruntime: Type.String(),
  }),
  /** Medians in milliseconds, each version in turn. */
  oneRow: Type.Object({ runs: Type.Integer(), a: Type.Number(), b: Type.Number() }),
  batch: Type.Object({ rows: Type.Integer(), runs: Type.Integer(), a: Type.Number(), b: Type.Number() }),
});

const ColumnDisagreement = Type.Object({
  name: Type.String(),
  /** Those where they disagree most come first. */
  values: Type.Array(
    Type.Object({
      /** `north`, `12 to 40`, `missing`. */
      text: Type.String(),
      rows: Type.Integer(),
      meanDifference: Type.Number(),
      labelsDiffer: Nullable(Type.Number()),
    }),
  ),
});

const PredictionComparison = Type.Object({
  /** What the answers are: `probability of yes`, `probability of the label that the first gives`, `price`. */
  answer: Type.String(),
  task: Type.String(),
  rows: Type.Object({
    reference: Type.String(),
    count: Type.Integer(),
    /** Rows that there were to choose from. */
    of: Type.Integer(),
    /** `rows that neither was trained on`. */
    chosen: Type.String(),
  }),
  /** Share of rows with different labels; null for numbers. */
  labelsDiffer: Nullable(Type.Number()),
  meanDifference: Type.Number(),
  maxDifference: Type.Number(),
  /** An even sample of the rows: the first one's answer, the other's. */
  points: Type.Array(Type.Tuple([Type.Number(), Type.Number()])),
  /** Differences (the other one's answer less the first's) by bin. */
  histogram: Type.Array(Type.Object({ low: Type.Number(), high: Type.Number(), rows: Type.Integer() })),
  /** Inputs of the table, and those whose values are hidden because they are marked as personal or sensitive. */
  columns: Type.Array(Type.String()),
  hidden: Type.Array(Type.String()),
  /** The rows that differ most. */
  largest: Type.Array(
    Type.Object({
      row: Type.Integer(),
      /** In the order of `columns`; hidden ones are null. */
      inputs: Type.Array(Nullable(Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
      a: ComparedAnswer,
      b: ComparedAnswer,
      difference: Type.Number(),
    }),
  ),
  /** Columns in whose values they disagree most. */
  byColumn: Type.Array(ColumnDisagreement),
});

export const VersionComparison = Type.Object({
  a: ComparedVersion,
  b: ComparedVersion,
  data: DataComparison,
  recipe: Type.Array(Type.Object({ path: Type.String(), a: Type.Unknown(), b: Type.Unknown() })),
  metrics: Type.Array(
    Type.Object({ name: Type.String(), a: Nullable(Type.Number()), b: Nullable(Type.Number()), better: Better }),
  ),
  /** Whether both metrics were measured on the same rows. */
  sameHoldout: Type.Boolean(),
  inputs: Type.Object({ onlyA: Type.Array(Type.String()), onlyB: Type.Array(Type.String()) }),
  speed: Speed,
  predictions: PredictionComparison,
});
export type VersionComparison = Static<typeof VersionComparison>;

export const packageComparisonCalls = {
  compare: jobCommand(
    'package.compare',
    'Compares two versions: data, recipe, metrics, size, speed, and their answers to the same rows.',
    Type.Object({
      a: Reference,
      b: Reference,
      /** A dataset version that has all columns of both; rows that neither was trained on where left out. */
      on: Type.Optional(Reference),
    }),
    VersionComparison,
  ),
};
