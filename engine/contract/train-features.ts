import Type, { type Static } from 'typebox';

/** How a column becomes features; what is not said is decided by its type. */
export const ColumnSettings = Type.Object({
  /** The direction in which answers may change with the column; for learners that can promise it. */
  monotone: Type.Optional(Type.Enum(['increasing', 'decreasing'])),
});
export type ColumnSettings = Static<typeof ColumnSettings>;

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

const FoldCount = Type.Integer({ minimum: 2, maximum: 50 });

/** How the training part is divided for cross-validation. */
export const Folds = Type.Union([
  /** Drawn at random, each class spread evenly; `repeats` draws anew each time. */
  Type.Object({
    kind: Type.Literal('k-fold'),
    folds: FoldCount,
    repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
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
