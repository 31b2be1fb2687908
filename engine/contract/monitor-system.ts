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
  p50: Milliseconds,
  p95: Milliseconds,
  p99: Milliseconds,
  /** Share of a core, and of the machine's memory in bytes, at most. */
  cpu: Nullable(Type.Number()),
  memoryBytes: Nullable(Type.Number()),
  /** Most rows that waited for the model. */
  waitingRows: Nullable(Type.Integer()),
  /** Share of the waiting room or of a core that was taken at most, whichever is more. */
  saturation: Nullable(Type.Number()),
  /** Seconds in which the server was ready, of those in which it should have been. */
  readySeconds: Type.Number(),
  wantedSeconds: Type.Number(),
});
export type SystemWindow = Static<typeof SystemWindow>;

export const Objective = Type.Object({
  /** Share of requests that must be answered, and within what time. */
  availability: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  days: Type.Integer({ minimum: 1, maximum: 90 }),
});
export type Objective = Static<typeof Objective>;

export const DeploymentSystem = Type.Object({
  deployment: Type.String(),
  now: Nullable(SystemWindow),
  windows: Type.Array(SystemWindow),
  objective: Type.Object({
    ...Objective.properties,
    /** Over the last `days`; null without requests. */
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
      since: Type.Optional(Time),
      until: Type.Optional(Time),
      window: Type.Optional(Type.Enum(['minute', 'hour', 'day'])),
    }),
    DeploymentSystem,
  ),
  objective: command(
    'monitor.objective',
    'Sets the objective of a deployment’s availability.',
    Type.Object({ deployment: Type.String(), ...Type.Partial(Objective).properties }),
    Type.Object({ objective: Objective }),
  ),
};
