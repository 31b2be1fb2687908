import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { RemovedPart } from './monitor-removed.ts';
import { deploymentRange, Span } from './monitor-windows.ts';
import { FairnessReport } from './train-fairness.ts';
import { Nullable } from './values.ts';

export const FairnessOverTime = Type.Object({
  deployment: Type.String(),
  version: Type.Integer(),
  /** Columns of the inputs that can be chosen. */
  columns: Type.Array(Type.String()),
  /** On the holdout of the deployed version; null where that cannot be said. */
  reference: Nullable(FairnessReport),
  /** Of the whole range; null where it has too few labelled rows. */
  whole: Nullable(FairnessReport),
  windows: Type.Array(Type.Object({ ...Span, rows: Type.Integer(), report: Nullable(FairnessReport) })),
  /** Why nothing can be said; null where something can. */
  says: Nullable(Type.String()),
  /** Rows that all of this are without; absent where all are there. */
  removed: Type.Optional(RemovedPart),
});
export type FairnessOverTime = Static<typeof FairnessOverTime>;

export const fairnessOverTimeCall = query(
  'monitor.fairnessOverTime',
  'How a deployment treated groups of people over time, by the definitions of Fairlearn.',
  Type.Object({
    ...deploymentRange,
    /** A sensitive column, or `A+B`; the first one marked as sensitive where it is left out. */
    by: Type.Optional(Type.String()),
    favourable: Type.Optional(Type.String()),
    /** Rows that a group needs. */
    minimum: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  FairnessOverTime,
);
