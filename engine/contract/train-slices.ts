import Type, { type Static } from 'typebox';
import { Estimate } from './train-estimates.ts';
import { Nullable } from './values.ts';

export const SliceCondition = Type.Object({
  column: Type.String(),
  /** One of: equal to a value; from (included) to (excluded), null being open; missing. */
  is: Type.Enum(['equal', 'range', 'missing']),
  value: Type.Optional(Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
  from: Type.Optional(Nullable(Type.Number())),
  to: Type.Optional(Nullable(Type.Number())),
});
export type SliceCondition = Static<typeof SliceCondition>;

export const Slice = Type.Object({
  conditions: Type.Array(SliceCondition),
  /** "temp below 30.5 and weekday = sat" */
  says: Type.String(),
  rows: Type.Integer(),
  /** Mean loss of the slice's rows with its interval. */
  loss: Estimate,
  /** Difference to the other rows in standard deviations (SliceFinder's effect size). */
  effect: Type.Number(),
  /** Of Welch's one-sided test, after Benjamini and Hochberg over all slices that were looked at. */
  p: Type.Number(),
});
export type Slice = Static<typeof Slice>;

export const SliceReport = Type.Object({
  /** `absolute_error` or `log_loss` of a row. */
  loss: Type.String(),
  overall: Estimate,
  rows: Type.Integer(),
  looked: Type.Integer(),
  minimumRows: Type.Integer(),
  /** Worst first; none where nothing stands out beyond chance. */
  slices: Type.Array(Slice),
});
export type SliceReport = Static<typeof SliceReport>;
