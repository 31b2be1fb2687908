import Type, { type Static } from 'typebox';
import { Nullable } from './values.ts';

/** Drift of the inputs as a whole: they may no longer move together although each alone is as it was. */
export const MultivariateDrift = Type.Object({
  /** Inputs that were looked at, and rows of either side. */
  columns: Type.Integer(),
  rows: Type.Object({ reference: Type.Integer(), current: Type.Integer() }),
  /** How far rows are from what the principal components of the reference keep of them, in standard deviations; null where they keep all. */
  reconstruction: Nullable(
    Type.Object({
      components: Type.Integer(),
      /** Mean over the current rows, and over those of the reference. */
      error: Type.Number(),
      reference: Type.Number(),
      /** NannyML's thresholds: three standard deviations of ten chunks of the reference to either side. */
      low: Type.Number(),
      high: Type.Number(),
      /** What sampling alone would give. */
      samplingLow: Type.Number(),
      samplingHigh: Type.Number(),
      drifted: Type.Boolean(),
    }),
  ),
  /** How well a classifier tells current rows from those of the reference: area under the ROC curve, 0.5 not at all. */
  domain: Nullable(
    Type.Object({
      area: Type.Number(),
      threshold: Type.Number(),
      samplingLimit: Type.Number(),
      drifted: Type.Boolean(),
    }),
  ),
  drifted: Type.Boolean(),
  verdict: Type.Enum(['drifted', 'stable', 'too_few_rows', 'too_few_columns']),
});
export type MultivariateDrift = Static<typeof MultivariateDrift>;
