import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { RemovedPart } from './monitor-removed.ts';
import { deploymentRange, Span } from './monitor-windows.ts';
import { Nullable, Time } from './values.ts';

export const lights = ['good', 'warning', 'bad', 'unknown'] as const;
export const Light = Type.Enum([...lights]);
export type Light = Static<typeof Light>;

export const qualityKinds = ['schema', 'missing', 'unseen', 'range', 'expectation', 'freshness', 'volume'] as const;

export const QualityCheck = Type.Object({
  kind: Type.Enum([...qualityKinds]),
  column: Nullable(Type.String()),
  light: Light,
  /** What is compared: minutes of `freshness`, rows of a day of `volume`, else a share. */
  value: Nullable(Type.Number()),
  /** Of the reference, or the bound. */
  expected: Nullable(Type.Number()),
  /** What is wrong, where, and what to look at. */
  says: Type.String(),
});
export type QualityCheck = Static<typeof QualityCheck>;

const Share = Nullable(Type.Number());

export const ColumnQuality = Type.Object({
  name: Type.String(),
  type: Type.String(),
  /** The log does not have its values as they were; what was counted when they came is known all the same. */
  isMasked: Type.Boolean(),
  rows: Type.Integer(),
  missing: Type.Integer(),
  /** Categories that the training part does not have. */
  unseen: Type.Integer(),
  /** Outside the smallest and largest value of the training part. */
  outOfRange: Type.Integer(),
  infinite: Type.Integer(),
  /** Shares of the reference's rows. */
  missingBefore: Share,
});
export type ColumnQuality = Static<typeof ColumnQuality>;

export const DeploymentQuality = Type.Object({
  deployment: Type.String(),
  version: Type.Integer(),
  rows: Type.Integer(),
  /** The worst first. */
  checks: Type.Array(QualityCheck),
  columns: Type.Array(ColumnQuality),
  windows: Type.Array(
    Type.Object({
      ...Span,
      rows: Type.Integer(),
      flagged: Type.Integer(),
      /** Values of all inputs. */
      missing: Type.Integer(),
      unseen: Type.Integer(),
      outOfRange: Type.Integer(),
    }),
  ),
  /** Of the rows that the log still has. */
  lastReceivedAt: Nullable(Time),
  /** What was counted: rows, or their sums, which also have rows that the log keeps no more. */
  source: Type.Enum(['rows', 'profile']),
  /** Rows that expectations could not be asked of; absent where all are there. */
  removed: Type.Optional(RemovedPart),
});
export type DeploymentQuality = Static<typeof DeploymentQuality>;

export const qualityCall = query(
  'monitor.quality',
  'Whether the rows that come in are what the signature and the expectations say: schema, missing, range, category, freshness, volume.',
  Type.Object(deploymentRange),
  DeploymentQuality,
);
