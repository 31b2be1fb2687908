import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Span } from './monitor-windows.ts';
import { Nullable, Time } from './values.ts';

const Milliseconds = Nullable(Type.Number());

/** The four golden signals of one span of the time of receipt: traffic, errors, latency, saturation. */
export const SystemWindow = Type.Object({
  ...Span,
  requests: Type.Integer(),
  rows: Type.Integer(),
  /** Not answered for the server's part (5xx), and refused for the caller's (4xx). */
  failed: Type.Integer(),
  refused: Type.Integer(),
  /** Of the requests that were answered, within 5 %. */
  p50: Milliseconds,
  p95: Milliseconds,
  p99: Milliseconds,
  /** Cores that its process used on average in its busiest minute, and bytes of memory at most; null where it was not up. */
  cpu: Nullable(Type.Number()),
  memoryBytes: Nullable(Type.Number()),
  /** Most rows that waited for the model. */
  waitingRows: Nullable(Type.Integer()),
  /** Share that was taken at most of the room for waiting rows, of the event loop's time or of the machine's processors. */
  saturation: Nullable(Type.Number()),
  /** Seconds in which the server was ready, of those in which it should have been. */
  readySeconds: Type.Number(),
  wantedSeconds: Type.Number(),
});
export type SystemWindow = Static<typeof SystemWindow>;

export const Objective = Type.Object({
  /** Share of the requests that must be answered, and of the time in which the server must be ready; over so many days. */
  availability: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  days: Type.Integer({ minimum: 1, maximum: 90 }),
});
export type Objective = Static<typeof Objective>;

/** Of a deployment for which nobody set another one, and of exported servers. */
export const defaultObjective: Objective = { availability: 0.995, days: 30 };

/** How many requests failed or were refused for one cause. */
const Reason = Type.Object({
  /** Of the error. */
  code: Type.String(),
  /** The kind of the first fault of rows that did not fit (`unknown_field`, `missing`, `wrong_type`, …), and its field. */
  fault: Nullable(Type.String()),
  field: Nullable(Type.String()),
  says: Type.String(),
  requests: Type.Integer(),
});

export const systemWindows = ['minute', 'ten_minutes', 'hour', 'day'] as const;

export const DeploymentSystem = Type.Object({
  deployment: Type.String(),
  state: Type.String(),
  since: Time,
  until: Time,
  /** The last five minutes; null where nothing is known of them. */
  now: Nullable(SystemWindow),
  /** The whole range; null where nothing is known of it. */
  whole: Nullable(SystemWindow),
  /** Those of which something is known, oldest first: while nobody looked there is a gap. Minutes are kept for two days, hours for a hundred; older windows are longer. */
  windows: Type.Array(SystemWindow),
  /** Why requests of the range failed or were refused, the most frequent first. */
  reasons: Type.Array(Reason),
  objective: Type.Object({
    ...Objective.properties,
    /** Share of the requests of the last `days` that did not fail; null without requests. */
    answered: Nullable(Type.Number()),
    /** Share of the time in which the server should have been ready and was; null where it never should have been. */
    ready: Nullable(Type.Number()),
    /** The lesser of the two. */
    achieved: Nullable(Type.Number()),
    /** Share of the allowed failures that is left; below 0 where the objective is missed. */
    budgetLeft: Nullable(Type.Number()),
  }),
  sampledAt: Nullable(Time),
});
export type DeploymentSystem = Static<typeof DeploymentSystem>;

export const systemCalls = {
  system: query(
    'monitor.system',
    'The golden signals of a prediction server over time: traffic, errors, latency, saturation, and its availability against an objective.',
    Type.Object({
      deployment: Type.String(),
      /** The last 24 hours where neither is given. */
      since: Type.Optional(Time),
      until: Type.Optional(Time),
      /** The smallest that gives at most 300 windows where it is left out. */
      window: Type.Optional(Type.Enum([...systemWindows])),
    }),
    DeploymentSystem,
  ),
  objective: command(
    'monitor.objective',
    'Reads or sets what availability a deployment should reach.',
    Type.Object({ deployment: Type.String(), ...Type.Partial(Objective).properties }),
    Type.Object({ objective: Objective }),
  ),
};
