import Type, { type Static } from 'typebox';
import { Estimate } from './train-estimates.ts';
import { Nullable } from './values.ts';

export const fairnessDifferences = [
  'demographic_parity_difference',
  'demographic_parity_ratio',
  'equalized_odds_difference',
  'equalized_odds_ratio',
  'equal_opportunity_difference',
] as const;

export const FairnessGroup = Type.Object({
  group: Type.String(),
  n: Type.Integer(),
  positives: Nullable(Type.Integer()),
  /** Too few rows to say anything: its figures are null, and the differences leave it out. */
  tooSmall: Type.Boolean(),
  /** selection_rate, tpr, fpr, accuracy (Wilson's intervals), or mean_error, mae (bootstrap intervals) of a regression. */
  figures: Type.Record(Type.String(), Estimate),
});
export type FairnessGroup = Static<typeof FairnessGroup>;

/** Fairlearn's definitions. */
export const FairnessReport = Type.Object({
  /** A column, or `A+B`. */
  by: Type.String(),
  /** The class that is good to get; null for a regression. */
  favourable: Nullable(Type.String()),
  minimumRows: Type.Integer(),
  groups: Type.Array(FairnessGroup),
  /** Rows in no group: their value is missing, or too rare to be one. Absent in reports of earlier versions. */
  leftOut: Type.Optional(Type.Integer()),
  /** Between the groups; of a regression `mean_error_difference` and `mae_difference`. Bootstrap intervals. */
  differences: Type.Record(Type.String(), Estimate),
  /** "Women are selected 12 points less often than men (95 % interval 8 to 16)." */
  says: Type.String(),
});
export type FairnessReport = Static<typeof FairnessReport>;
