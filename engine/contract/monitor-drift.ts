import Type, { type Static } from 'typebox';
import { MultivariateDrift } from './monitor-multivariate.ts';
import { ColumnType, Nullable } from './values.ts';

/** How columns are cut and judged: Galley's own way, deciles as many tools cut them, or as Evidently 0.7 does by default. */
export const DriftDefinition = Type.Enum(['default', 'decile', 'evidently']);
export type DriftDefinition = Static<typeof DriftDefinition>;

/**
 * Where the default's threshold comes from: a fixed one together with what sampling alone gives, or the spread of the
 * score over chunks of the reference (mean and three standard deviations, as NannyML does).
 */
export const DriftThresholds = Type.Enum(['sampling', 'chunks']);
export type DriftThresholds = Static<typeof DriftThresholds>;

/** A share of the rows that should stay as it was: those without a value, those with a level never seen before. */
export const ShareChange = Type.Object({
  reference: Type.Number(),
  current: Type.Number(),
  /** Current minus reference. */
  change: Type.Number(),
  z: Type.Number(),
  p: Type.Number(),
  threshold: Type.Number(),
  /** Change that sampling alone stays below at this size; null where the definition does not ask. */
  samplingLimit: Nullable(Type.Number()),
  drifted: Type.Boolean(),
});
export type ShareChange = Static<typeof ShareChange>;

export const ColumnDrift = Type.Object({
  name: Type.String(),
  type: Type.String(),
  definition: DriftDefinition,
  thresholds: DriftThresholds,
  test: Type.Enum(['psi', 'ks', 'chisquare', 'z', 'jensenshannon', 'wasserstein']),
  /** A distance drifts above its threshold, a p-value below it. */
  scoreIs: Type.Enum(['distance', 'p_value']),
  /** Null where there are too few rows for a verdict. */
  score: Nullable(Type.Number()),
  threshold: Type.Number(),
  /** What sampling alone would give at this size. */
  samplingLimit: Nullable(Type.Number()),
  drifted: Type.Boolean(),
  verdict: Type.Enum(['drifted', 'stable', 'too_few_rows']),
  /** What of the column drifted. */
  reasons: Type.Array(Type.Enum(['distribution', 'missing', 'unseen'])),
  /** Null where no row of either side is without a value. */
  missing: Nullable(ShareChange),
  /** Null for numbers, and where no level is new or occurs once. */
  unseen: Nullable(ShareChange),
  statistics: Type.Record(Type.String(), Nullable(Type.Number())),
  /** Shares of the reference and of the current rows in the same bins, for the picture. */
  bins: Type.Array(
    Type.Object({
      label: Type.String(),
      from: Nullable(Type.Number()),
      to: Nullable(Type.Number()),
      reference: Type.Number(),
      current: Type.Number(),
    }),
  ),
  importance: Nullable(Type.Number()),
});
export type ColumnDrift = Static<typeof ColumnDrift>;

/** A column of the reference that cannot be compared. */
export const NotCompared = Type.Object({
  name: Type.String(),
  type: ColumnType,
  /** Null where it has vanished. */
  currentType: Nullable(ColumnType),
  reason: Type.Enum(['vanished', 'changed_type']),
});
export type NotCompared = Static<typeof NotCompared>;

/** The `drift` part of a report. */
export const ReportedDrift = Type.Object({
  reference: Type.String(),
  definition: DriftDefinition,
  /** Whether it was measured on rows, or on their sums by hour, day and month. */
  source: Type.Enum(['rows', 'profile']),
  columns: Type.Array(ColumnDrift),
  notCompared: Type.Array(NotCompared),
  prediction: Nullable(ColumnDrift),
  /** What came true, where it is known, beside the training part's target. */
  label: Nullable(ColumnDrift),
  /** Of all inputs as a whole. */
  multivariate: MultivariateDrift,
  /** Of the columns that matter to the model and could be judged. */
  share: Type.Number(),
  drifted: Type.Boolean(),
});
export type ReportedDrift = Static<typeof ReportedDrift>;
