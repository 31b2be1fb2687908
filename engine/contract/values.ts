import Type, { type Static, type TSchema } from 'typebox';

/** Shared pieces of the contract. Times are ISO 8601 text at this border. */
export const columnTypes = ['int64', 'float64', 'decimal', 'boolean', 'date', 'timestamp', 'text'] as const;
export const ColumnType = Type.Enum([...columnTypes]);
export type ColumnType = (typeof columnTypes)[number];

export const Name = Type.String({
  pattern: '^[a-z][a-z0-9_-]*$',
  maxLength: 64,
  description: 'small letters a to z, digits, - and _, a letter first',
});
export const Time = Type.String({ format: 'date-time' });
export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const Problem = Type.Object({
  code: Type.String(),
  message: Type.String(),
  line: Type.Optional(Type.Integer()),
  column: Type.Optional(Type.String()),
});
/** A warning beside a result. */
export type Problem = Static<typeof Problem>;

export const Column = Type.Object({ name: Type.String(), type: ColumnType, missing: Type.Integer() });
export type Column = Static<typeof Column>;

export const taskKinds = ['binary', 'multiclass', 'regression'] as const;
export type TaskKind = (typeof taskKinds)[number];
export const TaskKind = Type.Enum([...taskKinds]);

/** Metric names are scikit-learn's. */
export const Metrics = Type.Record(Type.String(), Nullable(Type.Number()));
export type Metrics = Static<typeof Metrics>;

export const FieldSignature = Type.Object({
  name: Type.String(),
  type: ColumnType,
  /** How the value goes into the graph. */
  tensor: Type.Enum(['float', 'string']),
  nullable: Type.Boolean(),
  minimum: Type.Optional(Nullable(Type.Number())),
  maximum: Type.Optional(Nullable(Type.Number())),
  categories: Type.Optional(Type.Array(Type.String())),
  example: Type.Optional(Type.Unknown()),
  /** With which an answer is compared to explain it; absent in versions of before. */
  typical: Type.Optional(Type.Unknown()),
});
export type FieldSignature = Static<typeof FieldSignature>;

export const PredictionInterval = Type.Object({
  /** Share of rows whose truth should lie inside. */
  level: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  /** The interval is the prediction plus and minus this. */
  halfWidth: Type.Number({ minimum: 0 }),
});
export type PredictionInterval = Static<typeof PredictionInterval>;

export const Signature = Type.Object({
  task: TaskKind,
  target: Type.String(),
  inputs: Type.Array(FieldSignature),
  /** Class labels in the order of `probabilities`; absent for regression. */
  classes: Type.Optional(Type.Array(Type.String())),
  /** Binary only: the second class is the label where its probability reaches this. */
  threshold: Type.Optional(Type.Number()),
  /** Regression whose run was evaluated with intervals before it was packaged. */
  intervals: Type.Optional(Type.Array(PredictionInterval)),
});
/** What a model version takes and gives; the server validates rows against it. */
export type Signature = Static<typeof Signature>;
