import Type, { type Static } from 'typebox';
import { Metrics, Nullable } from './values.ts';

/** Rows that a threshold makes of the holdout, and what follows from them. */
export const ThresholdPoint = Type.Object({
  /** The second class is the label where its probability reaches this. */
  threshold: Type.Number(),
  truePositives: Type.Integer(),
  falsePositives: Type.Integer(),
  trueNegatives: Type.Integer(),
  falseNegatives: Type.Integer(),
});
export type ThresholdPoint = Static<typeof ThresholdPoint>;

export const ThresholdRule = Type.Union([
  /** Least mean cost, where the two kinds of error cost this. */
  Type.Object({
    by: Type.Literal('cost'),
    falsePositive: Type.Number({ minimum: 0 }),
    falseNegative: Type.Number({ minimum: 0 }),
  }),
  /** Best precision among those that find at least this share of the positives. */
  Type.Object({ by: Type.Literal('recall'), minimum: Type.Number({ minimum: 0, maximum: 1 }) }),
  /** Best recall among those that are right in at least this share of their alarms. */
  Type.Object({ by: Type.Literal('precision'), minimum: Type.Number({ minimum: 0, maximum: 1 }) }),
  Type.Object({ by: Type.Literal('f1') }),
  Type.Object({ by: Type.Literal('balanced_accuracy') }),
]);
export type ThresholdRule = Static<typeof ThresholdRule>;

export const ThresholdChoice = Type.Object({
  rule: ThresholdRule,
  /** In words: "largest F1". */
  says: Type.String(),
  /** Null where no threshold keeps the rule. */
  point: Nullable(ThresholdPoint),
  /** accuracy, balanced_accuracy, precision, recall, specificity, f1, and `cost` a row, on the whole holdout. */
  metrics: Metrics,
  /** The same, each fifth of the holdout judged at the threshold that the other rows choose: without optimism. */
  honest: Metrics,
});
export type ThresholdChoice = Static<typeof ThresholdChoice>;

export const CalibrationBin = Type.Object({
  meanPredicted: Type.Number(),
  shareOfPositives: Type.Number(),
  /** Wilson's interval of the share. */
  low: Type.Number(),
  high: Type.Number(),
  rows: Type.Integer(),
});

/** Curves of one class against the rest; of a binary task only the second class has them. */
export const ClassCurves = Type.Object({
  class: Type.String(),
  positives: Type.Integer(),
  /** From (0, 0) to (1, 1), at most 200 points. [] unless there are rows of both kinds. */
  roc: Type.Array(
    Type.Object({
      falsePositiveRate: Type.Number(),
      truePositiveRate: Type.Number(),
      threshold: Nullable(Type.Number()),
    }),
  ),
  /** By rising recall; draw steps. */
  precisionRecall: Type.Array(
    Type.Object({ recall: Type.Number(), precision: Type.Number(), threshold: Nullable(Type.Number()) }),
  ),
  /** Of the rows with the highest scores: the share of all positives among them, and how many times more than by chance. */
  gains: Type.Array(Type.Object({ share: Type.Number(), captured: Type.Number(), lift: Type.Number() })),
  calibration: Type.Object({
    /** Equally wide bins of the probability; empty ones are left out. */
    bins: Type.Array(CalibrationBin),
    /** Expected calibration error (Naeini 2015) over these bins, and the largest gap of one. */
    expectedError: Nullable(Type.Number()),
    largestError: Nullable(Type.Number()),
  }),
});
export type ClassCurves = Static<typeof ClassCurves>;

export const ClassificationReport = Type.Object({
  classes: Type.Array(Type.String()),
  /** Rows by true class, then by predicted class. */
  confusion: Type.Array(Type.Array(Type.Integer())),
  curves: Type.Array(ClassCurves),
  /** Binary only: the threshold that labels go by, and what others would do. */
  threshold: Nullable(
    Type.Object({
      current: Type.Number(),
      /** At most 500, by falling threshold: enough to choose by any rule in the window. */
      points: Type.Array(ThresholdPoint),
      suggestions: Type.Array(ThresholdChoice),
    }),
  ),
});
export type ClassificationReport = Static<typeof ClassificationReport>;
