import Type, { type Static } from 'typebox';
import { Nullable } from './values.ts';

/** How a deployment's requests are divided over versions of its model, and when that is taken back. */
const strict = { additionalProperties: false } as const;
const Version = Type.Integer({ minimum: 1 });

export const Canary = Type.Object(
  {
    version: Version,
    /** Of the callers; the others are answered by the active version. */
    percent: Type.Number({ minimum: 0, maximum: 100 }),
  },
  strict,
);
/** A version that answers some callers, before all of them. */
export type Canary = Static<typeof Canary>;

export const RollbackBounds = Type.Object(
  {
    /** Share of requests that the version could not answer, or not with a number. */
    errorShare: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    p95Milliseconds: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** Of a canary with the active version: share of other labels, or mean absolute difference in units of the target. */
    disagreement: Type.Optional(Type.Number({ minimum: 0 })),
    /** So many requests (for the disagreement: compared rows) are judged together, the last ones; fewer never are. */
    requests: Type.Optional(Type.Integer({ minimum: 5, maximum: 100_000 })),
    /** Older requests do not count; a version that was released to all is watched for so long. */
    minutes: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1440 })),
  },
  strict,
);
/** What a version may do before it is taken back. */
export type RollbackBounds = Static<typeof RollbackBounds>;

/** How many requests are judged together, and of how many minutes, where the bounds do not say. */
export const defaultWindow = { requests: 100, minutes: 10 } as const;

export const Traffic = Type.Object(
  {
    canary: Nullable(Canary),
    /** It answers what the active version answers, for comparison alone. */
    shadow: Nullable(Version),
    /** Null: nothing is taken back by itself. */
    bounds: Nullable(RollbackBounds),
  },
  strict,
);
export type Traffic = Static<typeof Traffic>;

/** All requests to the active version. */
export const undividedTraffic: Traffic = { canary: null, shadow: null, bounds: null };

export const VersionStatus = Type.Object({
  version: Version,
  state: Type.Enum(['loading', 'ready', 'unloading']),
  /** A version may be canary and shadow at once. */
  roles: Type.Array(Type.Enum(['active', 'canary', 'shadow'])),
  /** Share of the callers that it answers. */
  percent: Type.Number(),
  /** Prediction requests that it was given since it was loaded, and rows that it answered. */
  requests: Type.Integer(),
  rows: Type.Integer(),
  /** Requests that it could not answer, or not with a number. */
  errors: Type.Integer(),
  /** Requests that did not fit its signature. */
  refused: Type.Integer(),
  /** Of the last 60 minutes, in milliseconds. */
  latency: Type.Object({
    p50: Nullable(Type.Number()),
    p95: Nullable(Type.Number()),
    p99: Nullable(Type.Number()),
  }),
  /** With the active version, on the same rows. */
  compared: Type.Object({
    rows: Type.Integer(),
    /** Share of other labels, or mean absolute difference in units of the target; null before the first row. */
    disagreement: Nullable(Type.Number()),
    /** Rows that were not compared, because too many waited. */
    dropped: Type.Integer(),
    /** Rows that one of the two could not answer. */
    failed: Type.Integer(),
  }),
});
/** A version that a server holds, and what it did there. */
export type VersionStatus = Static<typeof VersionStatus>;
