import Type, { type Static } from 'typebox';
import { Time } from './values.ts';

export const windowUnits = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export const WindowUnit = Type.Enum([...windowUnits]);
export type WindowUnit = Static<typeof WindowUnit>;

/** A span of event time; `to` is exclusive. */
export const Span = { from: Time, to: Time };

/** What of a deployment's time is asked for: all of it where neither bound is given; `until` is exclusive. */
export const deploymentRange = {
  deployment: Type.String(),
  since: Type.Optional(Time),
  until: Type.Optional(Time),
  /** The smallest that gives at most 60 windows where it is left out. */
  window: Type.Optional(WindowUnit),
};
