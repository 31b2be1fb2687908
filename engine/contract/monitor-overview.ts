import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { Light } from './monitor-quality.ts';
import { Estimate } from './train-estimates.ts';
import { Nullable, Time } from './values.ts';

/** One reason for a light, with the place where more of it stands. */
export const LightReason = Type.Object({
  light: Light,
  about: Type.Enum(['system', 'traffic', 'quality', 'drift', 'performance', 'estimate', 'fairness', 'alert']),
  says: Type.String(),
});
export type LightReason = Static<typeof LightReason>;

export const WatchedDeployment = Type.Object({
  deployment: Type.String(),
  model: Type.String(),
  version: Type.Integer(),
  /** The name of a server elsewhere that is known by its profiles, and stands on the time axis of the deployment; null here. */
  server: Nullable(Type.String()),
  state: Type.String(),
  /** The worst of the reasons; unknown of one that is stopped. */
  light: Light,
  /** The worst first. */
  reasons: Type.Array(LightReason),
  /** All rows that were ever summed up, and the last event. */
  rows: Type.Integer(),
  lastEventTime: Nullable(Type.String()),
  /** Rows of the newest 24 windows of one unit, oldest first. */
  recent: Type.Array(Type.Object({ from: Time, rows: Type.Integer() })),
  metric: Nullable(
    Type.Object({
      name: Type.String(),
      lowerIsBetter: Type.Boolean(),
      /** Of the newest window with enough labels. */
      realised: Nullable(Estimate),
      reference: Nullable(Type.Number()),
    }),
  ),
  openAlerts: Type.Integer(),
});
export type WatchedDeployment = Static<typeof WatchedDeployment>;

export const overviewCall = query(
  'monitor.overview',
  'All deployments with a light each that says why, the worst first.',
  Type.Object({
    /** Waits until what has changed is found out; else that is done meanwhile, and what was known before is told. */
    fresh: Type.Optional(Type.Boolean()),
  }),
  Type.Object({ deployments: Type.Array(WatchedDeployment) }),
);
