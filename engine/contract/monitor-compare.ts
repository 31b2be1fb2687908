import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { ColumnDrift } from './monitor-drift.ts';
import { PerformanceSlice } from './monitor-performance.ts';
import { RemovedPart } from './monitor-removed.ts';
import { Estimate } from './train-estimates.ts';
import { Nullable, Time } from './values.ts';

const Range = Type.Object({ since: Time, until: Time });

const Side = Type.Object({
  /** In words: `training part of run 3`, `Jan to Mar 2015`. */
  label: Type.String(),
  rows: Type.Integer(),
  labelled: Type.Integer(),
  /** The main metric; null where labels are too few. */
  metric: Nullable(Estimate),
  /** Rows that label and slices are without; absent where all are there. */
  removed: Type.Optional(RemovedPart),
});

export const WindowComparison = Type.Object({
  deployment: Type.String(),
  metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
  reference: Side,
  current: Side,
  /** What columns and prediction are compared by: rows, or where some of them are gone the sums of all. */
  source: Type.Enum(['rows', 'profile']),
  columns: Type.Array(ColumnDrift),
  prediction: Nullable(ColumnDrift),
  label: Nullable(ColumnDrift),
  /** Which slice lost what: of the current side, beside the reference; what lost most first. */
  slices: Type.Array(PerformanceSlice),
  /** "Most of the loss is in rows with age above 60: their F1 fell from 0.81 to 0.55." */
  says: Type.String(),
});
export type WindowComparison = Static<typeof WindowComparison>;

export const compareCall = query(
  'monitor.compare',
  'Two windows of a deployment side by side: what moved, and which slice lost what.',
  Type.Object({
    deployment: Type.String(),
    /** The reference of the deployed version where it is left out. */
    reference: Type.Optional(Range),
    current: Range,
  }),
  WindowComparison,
);
