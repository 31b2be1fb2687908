import Type, { type Static } from 'typebox';
import { Estimate } from './train-estimates.ts';
import { Nullable } from './values.ts';

export const PredictionInterval = Type.Object({
  /** 0.8, 0.9, 0.95: the share of rows that should lie inside. */
  level: Type.Number(),
  /** The interval is the prediction plus and minus this. */
  halfWidth: Type.Number(),
  /** Share of the holdout's rows that lie inside, with Wilson's interval. */
  coverage: Estimate,
});

export const RegressionReport = Type.Object({
  /** At most 1,000 rows evenly taken; `row` is its position in the dataset version. */
  pairs: Type.Array(Type.Object({ row: Type.Integer(), actual: Type.Number(), predicted: Type.Number() })),
  /** Residual (actual - predicted) in bins of equally many rows by prediction. */
  residuals: Type.Array(
    Type.Object({
      from: Type.Number(),
      to: Type.Number(),
      rows: Type.Integer(),
      mean: Type.Number(),
      /** Of the residual: 5 %, 50 % and 95 % quantile. */
      lower: Type.Number(),
      median: Type.Number(),
      upper: Type.Number(),
    }),
  ),
  /** Normal quantiles beside those of the standardised residuals: a straight line where residuals are normal. */
  quantiles: Type.Array(Type.Object({ normal: Type.Number(), residual: Type.Number() })),
  /** Split conformal over folds of the training part; null where they were not asked for (`parts: ['intervals']`). */
  intervals: Nullable(
    Type.Object({
      method: Type.String(),
      /** Out-of-fold residuals that the widths come from. */
      rows: Type.Integer(),
      folds: Type.Integer(),
      levels: Type.Array(PredictionInterval),
    }),
  ),
});
export type RegressionReport = Static<typeof RegressionReport>;
