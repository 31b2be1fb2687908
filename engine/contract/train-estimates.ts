import Type, { type Static } from 'typebox';
import { Nullable } from './values.ts';

/** A figure with its 95 % interval; null where it cannot be said. */
export const Estimate = Type.Object({
  value: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
});
export type Estimate = Static<typeof Estimate>;

export const MetricEstimate = Type.Object({
  name: Type.String(),
  ...Estimate.properties,
  /** The same metric of the baseline (always the training part's mean or class shares) on the same rows. */
  baseline: Nullable(Type.Number()),
  lowerIsBetter: Type.Boolean(),
});
export type MetricEstimate = Static<typeof MetricEstimate>;

export const Headline = Type.Object({
  /** What `gain` is counted in: `rmse` of a regression, `brier` of a classification. */
  metric: Type.String(),
  value: Type.Number(),
  baseline: Type.Number(),
  /** Share of the baseline's error that is gone: 1 - value / baseline, 0.58 for "58 % less". Paired bootstrap. */
  gain: Estimate,
  /** `unclear`: the interval of the gain holds 0. */
  verdict: Type.Enum(['better', 'worse', 'unclear', 'baseline']),
  /** "linear cuts the error by 58 % against always guessing the mean" */
  title: Type.String(),
  /** "95 % interval 51 to 64 %. It is off by 2.96 (root mean square) instead of 7.01, on 365 held-out rows." */
  detail: Type.String(),
});
export type Headline = Static<typeof Headline>;
