import Type, { type Static } from 'typebox';
import { Nullable } from './values.ts';

/** How much the ranking metric worsens when a raw column is shuffled: mean of the repeats and its 95 % interval. */
export const PermutationImportance = Type.Object({
  metric: Type.String(),
  rows: Type.Integer(),
  repeats: Type.Integer(),
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.Number(),
      low: Type.Number(),
      high: Type.Number(),
      /** The interval holds 0: within chance. */
      withinChance: Type.Boolean(),
    }),
  ),
});
export type PermutationImportance = Static<typeof PermutationImportance>;

export const shapMethods = ['linear', 'tree', 'sampled'] as const;

/** Contributions add up: base + sum of contributions = answer, in the unit that is said. */
export const Contributions = Type.Object({
  /** Position in the dataset version; null for a row that was given. */
  row: Nullable(Type.Integer()),
  /** What is explained: the class, or null for a regression. */
  class: Nullable(Type.String()),
  /** `log_odds`: of the class; `answer`: a probability or the number itself; `score`: before the learner's link. */
  unit: Type.Enum(['log_odds', 'answer', 'score']),
  method: Type.Enum([...shapMethods]),
  base: Type.Number(),
  /** base + contributions, in the unit. */
  total: Type.Number(),
  /** The model's answer in words of the user: the number, or the probability of the class. */
  answer: Type.Number(),
  actual: Nullable(Type.Union([Type.Number(), Type.String()])),
  /** By falling size; `error` is the standard error of a sampled one, 0 where exact. */
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.Unknown(),
      contribution: Type.Number(),
      error: Type.Number(),
    }),
  ),
});
export type Contributions = Static<typeof Contributions>;

export const ShapSummary = Type.Object({
  method: Type.Enum([...shapMethods]),
  unit: Contributions.properties.unit,
  /** Rows of the holdout that it is the mean over, and rows that stand for the missing column. */
  rows: Type.Integer(),
  background: Type.Integer(),
  /** By falling mean of |contribution|; for several classes the mean over the classes. */
  columns: Type.Array(Type.Object({ name: Type.String(), mean: Type.Number() })),
  /** Contributions of at most 500 rows for the picture: of the first 20 of `columns`, then by row; of the class of `dependence`. */
  points: Type.Object({
    rows: Type.Array(Type.Integer()),
    /** Position of the row's value among the column's, 0 to 1; null where it has no order. */
    values: Type.Array(Type.Array(Nullable(Type.Number()))),
    contributions: Type.Array(Type.Array(Type.Number())),
  }),
});
export type ShapSummary = Static<typeof ShapSummary>;

/** Mean answer of the holdout's rows when a column is set to each value (Friedman 2001), and single rows (Goldstein 2015). */
export const Dependence = Type.Object({
  column: Type.String(),
  kind: Type.Enum(['number', 'time', 'category']),
  /** What is drawn: the class whose probability, or null for a regression. */
  class: Nullable(Type.String()),
  rows: Type.Integer(),
  /** A number, epoch milliseconds, or a category; null is missing. */
  values: Type.Array(Nullable(Type.Union([Type.Number(), Type.String()]))),
  mean: Type.Array(Type.Number()),
  /** Share of the rows that have about this value. */
  density: Type.Array(Type.Number()),
  /** At most 30 rows, each with an answer for every value. */
  curves: Type.Array(Type.Object({ row: Type.Integer(), answers: Type.Array(Type.Number()) })),
});
export type Dependence = Static<typeof Dependence>;
