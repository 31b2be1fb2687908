import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { RemovedPart } from './monitor-removed.ts';
import { deploymentRange, Span } from './monitor-windows.ts';
import { Estimate } from './train-estimates.ts';
import { Metrics, Nullable, Time } from './values.ts';

/** Metrics by their names, each with its 95 % interval. */
const Figures = Type.Record(Type.String(), Estimate);

export const PerformanceWindow = Type.Object({
  ...Span,
  rows: Type.Integer(),
  labelled: Type.Integer(),
  /** Of the labelled rows, those that the log keeps no more: their share is computed from sums. */
  summed: Type.Integer(),
  /** Of the rows whose label is known; null where they are too few (of the whole range: where there is none). */
  realised: Nullable(Figures),
  /** From the answers alone, of all rows; null where that cannot be estimated. */
  estimated: Nullable(Figures),
});
export type PerformanceWindow = Static<typeof PerformanceWindow>;

/** How the estimate was made, or why there is none. */
export const EstimateMethod = Type.Object({
  /** Confidence-based performance estimation, direct loss estimation. */
  method: Nullable(Type.Enum(['cbpe', 'dle'])),
  says: Type.String(),
});
export type EstimateMethod = Static<typeof EstimateMethod>;

/** A time at which the errors of the model changed. */
export const ConceptChange = Type.Object({
  detector: Type.Enum(['adwin', 'page_hinkley', 'change_point']),
  /** Event time. */
  at: Time,
  /** Mean error of the labelled rows before and after it. */
  before: Nullable(Type.Number()),
  after: Nullable(Type.Number()),
});
export type ConceptChange = Static<typeof ConceptChange>;

export const PerformanceSlice = Type.Object({
  column: Type.String(),
  /** `42`, `10 to 20`, `missing`, … */
  slice: Type.String(),
  rows: Type.Integer(),
  labelled: Type.Integer(),
  /** The main metric of its labelled rows. */
  value: Estimate,
  /** Of the same slice on the other side (the holdout, or the reference window); null where that has too few of it. */
  reference: Nullable(Type.Number()),
  /**
   * By how much the metric of all rows is worse than if this slice had been answered as well as on the other side, in units
   * of the metric, above 0 where it is worse; null without a reference.
   */
  lost: Nullable(Type.Number()),
});
export type PerformanceSlice = Static<typeof PerformanceSlice>;

export const DeploymentPerformance = Type.Object({
  deployment: Type.String(),
  model: Type.String(),
  version: Type.Integer(),
  metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
  /** On the holdout of the deployed version. */
  reference: Metrics,
  estimate: EstimateMethod,
  /** Labelled rows that a window needs. */
  minimumRows: Type.Integer(),
  /** Null where the range has no rows. */
  whole: Nullable(PerformanceWindow),
  windows: Type.Array(PerformanceWindow),
  changes: Type.Array(ConceptChange),
  /** What lost most, first. */
  slices: Type.Array(PerformanceSlice),
  /** Rows that slices, changes and estimates are without; absent where all are there. */
  removed: Type.Optional(RemovedPart),
});
export type DeploymentPerformance = Static<typeof DeploymentPerformance>;

export const performanceCall = query(
  'monitor.performance',
  'How well a deployment answered over time: realised once labels are known, estimated before, by slice.',
  Type.Object({
    ...deploymentRange,
    /** Columns to slice by; the important ones where it is left out. */
    by: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 20 })),
  }),
  DeploymentPerformance,
);
