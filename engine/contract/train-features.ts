import Type, { type Static } from 'typebox';
import type { ColumnType } from './values.ts';

export const columnRoles = [
  'numeric',
  'categorical',
  'ordinal',
  'boolean',
  'date',
  'text',
  /** Tells rows apart; left out. */
  'id',
  /** Left out. */
  'ignore',
] as const;
export type ColumnRole = (typeof columnRoles)[number];

/** Parts of a date or time, in UTC. */
export const dateParts = [
  'weekday',
  'month',
  'quarter',
  'day',
  'week',
  'hour',
  'year',
  'day-of-year',
  'elapsed',
] as const;
export type DatePart = (typeof dateParts)[number];

/** How a text becomes numbers: its terms are words or characters, alone and in sequence. */
export const TextSettings = Type.Object({
  /** `tf-idf`: a column a term, by how rare it is; `hash`: terms share `columns` by their hash. Default tf-idf. */
  method: Type.Optional(Type.Enum(['tf-idf', 'hash'])),
  /** Default words. */
  tokens: Type.Optional(Type.Enum(['words', 'characters'])),
  /** Fewest and most tokens in a term; 1 and 2 for words, 3 and 3 for characters by default. */
  terms: Type.Optional(
    Type.Object({ shortest: Type.Integer({ minimum: 1 }), longest: Type.Integer({ minimum: 1, maximum: 6 }) }),
  ),
  /** At most; 300 by default. */
  columns: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })),
  /** A term in fewer training rows is not kept; 2 by default. */
  minimumRows: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type TextSettings = Static<typeof TextSettings>;

/** How a column becomes features; what is not said is decided by its type. */
export const ColumnSettings = Type.Object({
  role: Type.Optional(Type.Enum([...columnRoles])),
  /** Ordinal: its values from the lowest to the highest. Others count as missing. */
  order: Type.Optional(Type.Array(Type.String(), { minItems: 2 })),
  /** Date or time. Without it: weekday and month, and the hour of a timestamp that has times of day. */
  parts: Type.Optional(Type.Array(Type.Enum([...dateParts]), { minItems: 1 })),
  text: Type.Optional(TextSettings),
  /** Numeric and ordinal: what a missing value becomes; a number is taken as it is. Default median. */
  impute: Type.Optional(Type.Union([Type.Enum(['median', 'mean']), Type.Number()])),
  /** Numeric and ordinal: one more column says whether the value is missing. */
  indicator: Type.Optional(Type.Boolean()),
  /** Numeric and ordinal. Default standard. */
  scale: Type.Optional(Type.Enum(['standard', 'min-max', 'robust', 'none'])),
  /** Categorical: values in fewer training rows, or in a smaller share of them, are taken together, as unseen ones are. */
  minimumCount: Type.Optional(Type.Integer({ minimum: 1 })),
  minimumShare: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 })),
  /** The direction in which answers may change with the column; for learners that can promise it. */
  monotone: Type.Optional(Type.Enum(['increasing', 'decreasing'])),
});
export type ColumnSettings = Static<typeof ColumnSettings>;

/** Roles of columns that become features. */
export type FittedRole = Exclude<ColumnRole, 'id' | 'ignore'>;

/** The roles that a column of a type may have beside `id` and `ignore`, the usual one first. */
export const rolesOfType: Readonly<Record<ColumnType, readonly FittedRole[]>> = {
  int64: ['numeric', 'categorical'],
  float64: ['numeric', 'categorical'],
  decimal: ['numeric', 'categorical'],
  boolean: ['boolean'],
  date: ['date'],
  timestamp: ['date'],
  text: ['categorical', 'ordinal', 'text'],
};

/** The settings that a role heeds; others are refused. */
export const settingsOfRole: Readonly<Record<FittedRole, readonly (keyof ColumnSettings)[]>> = {
  numeric: ['impute', 'indicator', 'scale', 'monotone'],
  categorical: ['minimumCount', 'minimumShare'],
  ordinal: ['order', 'impute', 'indicator', 'scale', 'monotone'],
  boolean: ['monotone'],
  date: ['parts'],
  text: ['text'],
};

/** Settings by column. */
export const ColumnsSettings = Type.Record(Type.String(), ColumnSettings);
export type ColumnsSettings = Static<typeof ColumnsSettings>;

/** Two columns whose product (of numbers) or combination (of categories) is one more feature. */
export const Interaction = Type.Tuple([Type.String(), Type.String()]);

/** A regression learns the logarithm of its target (of 1 + target for `log1p`); its answers are transformed back. */
export const TargetTransform = Type.Enum(['log', 'log1p']);
export type TargetTransform = Static<typeof TargetTransform>;

/** How much rows count in a fit: the product of both. */
export const RowWeights = Type.Object({
  /** A column of numbers that are not negative. */
  column: Type.Optional(Type.String()),
  /** Of each class; `balanced` gives all classes the same sum. A class that is not named has 1. */
  classes: Type.Optional(
    Type.Union([Type.Literal('balanced'), Type.Record(Type.String(), Type.Number({ minimum: 0 }))]),
  ),
});
export type RowWeights = Static<typeof RowWeights>;

/** How the columns of a run become features and how its rows count; every member left out where nothing was asked for. */
export const learningOptions = {
  columns: Type.Optional(ColumnsSettings),
  interactions: Type.Optional(Type.Array(Interaction)),
  targetTransform: Type.Optional(TargetTransform),
  weights: Type.Optional(RowWeights),
};
export type LearningOptions = Static<ReturnType<typeof Type.Object<typeof learningOptions>>>;

const FoldCount = Type.Integer({ minimum: 2, maximum: 50 });

/** How the training part is divided for cross-validation. */
export const Folds = Type.Union([
  /** Drawn at random, each class spread evenly; `repeats` draws anew each time. */
  Type.Object({
    kind: Type.Literal('k-fold'),
    folds: FoldCount,
    repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
    /** Each row is drawn by itself; else equal rows, or rows of one key, stand in one fold. */
    byPosition: Type.Optional(Type.Boolean()),
  }),
  /** All rows of a group stand in one fold. */
  Type.Object({
    kind: Type.Literal('group'),
    by: Type.String(),
    folds: FoldCount,
    repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
  }),
  /** Rolls forward: each fold is validated on what came right after the rows it was trained on. */
  Type.Object({ kind: Type.Literal('time'), by: Type.String(), folds: FoldCount }),
]);
export type Folds = Static<typeof Folds>;
