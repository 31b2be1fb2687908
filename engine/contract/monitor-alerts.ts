import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { windowUnits } from './monitor-windows.ts';
import { Name, Nullable, Time } from './values.ts';

export const severities = ['information', 'warning', 'bad'] as const;
export const Severity = Type.Enum([...severities]);
export type Severity = Static<typeof Severity>;

/** What lies behind an alert, in the order in which one thing brings about the next. */
export const alertCauses = ['system', 'quality', 'drift', 'performance'] as const;
export const AlertCause = Type.Enum([...alertCauses]);
export type AlertCause = Static<typeof AlertCause>;

/** Who or what contributes how much to an alert, the most first. */
export const Contribution = Type.Object({
  kind: Type.Enum(['column', 'slice', 'status']),
  name: Type.String(),
  /** Of the whole, 0 to 1. */
  share: Type.Number(),
  says: Type.String(),
});
export type Contribution = Static<typeof Contribution>;

export const Alert = Type.Object({
  id: Type.String(),
  deployment: Type.String(),
  version: Type.Integer(),
  /** The name of its gravest rule. */
  rule: Type.String(),
  /** Of all its rules, the one that comes first in the order of causes. */
  cause: AlertCause,
  severity: Severity,
  title: Type.String(),
  detail: Type.String(),
  /** Of the window that raised it. */
  eventTime: Time,
  /** Of the first window in which its rule was broken. */
  since: Time,
  raisedAt: Time,
  state: Type.Enum(['open', 'acknowledged', 'snoozed', 'resolved']),
  snoozedUntil: Nullable(Time),
  /** Further rules that the same cause broke. */
  alsoBroken: Type.Array(Type.String()),
  contributions: Type.Array(Contribution),
  /** What to look at next. */
  lookAt: Type.String(),
});
export type Alert = Static<typeof Alert>;

/** What would have been raised in a time that is past. */
export const PastAlert = Type.Omit(Alert, ['id', 'raisedAt', 'state', 'snoozedUntil']);
export type PastAlert = Static<typeof PastAlert>;

/** What a rule may watch: one of the `metrics` that `monitor.rules` lists. */
export const RuleMetric = Type.String({ minLength: 1, maxLength: 200 });

/** Of event time, in UTC; `automatic` are the windows of the report. */
export const ruleWindows = ['automatic', ...windowUnits] as const;
export const RuleWindow = Type.Enum([...ruleWindows]);
export type RuleWindow = Static<typeof RuleWindow>;

export const QuietHours = Type.Object({
  /** `22:00`; a span past midnight is meant as such. */
  from: Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }),
  to: Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' }),
  /** `Europe/Berlin`. */
  timeZone: Type.String({ minLength: 1, maxLength: 64 }),
});
export type QuietHours = Static<typeof QuietHours>;

const ruleFields = {
  name: Name,
  metric: RuleMetric,
  /** That one value is measured over. */
  window: RuleWindow,
  comparison: Type.Enum(['above', 'below']),
  bound: Type.Number(),
  /** Windows in a row in which it must be broken. */
  forWindows: Type.Integer({ minimum: 1, maximum: 100 }),
  /** How far the value must be back on the right side of the bound before the alert is resolved. */
  hysteresis: Type.Number({ minimum: 0 }),
  severity: Severity,
  /** Raised alerts are kept, but nobody is told before they end. */
  quietHours: Nullable(QuietHours),
  isOn: Type.Boolean(),
  /** Names of channels; desktop notifications are always shown. */
  channels: Type.Array(Type.String(), { maxItems: 20, uniqueItems: true }),
  /** Start the pipeline of the model when the alert is raised. */
  retrain: Type.Boolean(),
};

/** A rule of a deployment. */
export const Rule = Type.Object({
  ...ruleFields,
  deployment: Type.String(),
  /** One of the rules that every deployment has; it can be changed and switched off, but not removed. */
  isBuiltIn: Type.Boolean(),
});
export type Rule = Static<typeof Rule>;

export const channelKinds = ['webhook', 'email', 'command'] as const;

/** Where alerts are told. Secrets are kept in the keychain and never given back. */
export const Channel = Type.Object({
  name: Name,
  kind: Type.Enum([...channelKinds]),
  /** Of a webhook. */
  url: Type.Optional(Type.String()),
  /** Of e-mail: `smtp.example.org`. */
  host: Type.Optional(Type.String()),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  /** `tls` from the start, `starttls` required, or `none`, which only a server on this machine may have. */
  security: Type.Optional(Type.Enum(['tls', 'starttls', 'none'])),
  user: Type.Optional(Type.String()),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 50 })),
  /** Program and arguments; it gets the alert as JSON on its standard input, and no shell. */
  command: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 100 })),
  hasSecret: Type.Boolean(),
  lastError: Nullable(Type.String()),
});
export type Channel = Static<typeof Channel>;

/** One window of the past as a rule would have seen it. */
const JudgedWindow = Type.Object({
  from: Time,
  to: Time,
  value: Nullable(Type.Number()),
  broken: Type.Boolean(),
  /** Whether it would have raised an alert here. */
  fired: Type.Boolean(),
});

const { name: _, ...changeable } = ruleFields;

export const alertCalls = {
  alerts: query(
    'monitor.alerts',
    'All alerts, newest first.',
    Type.Object({ deployment: Type.Optional(Type.String()) }),
    Type.Object({ alerts: Type.Array(Alert) }),
  ),
  acknowledge: command(
    'monitor.acknowledge',
    'Marks an alert as seen.',
    Type.Object({ alert: Type.String() }),
    Type.Object({ alert: Alert }),
  ),
  snooze: command(
    'monitor.snooze',
    'Says nothing of an alert until a time.',
    Type.Object({ alert: Type.String(), until: Time }),
    Type.Object({ alert: Alert }),
  ),
  rules: query(
    'monitor.rules',
    'The rules of a deployment.',
    Type.Object({ deployment: Type.String() }),
    Type.Object({
      rules: Type.Array(Rule),
      /** What rules of this deployment may watch. */
      metrics: Type.Array(Type.Object({ metric: Type.String(), says: Type.String() })),
    }),
  ),
  setRule: command(
    'monitor.setRule',
    'Adds a rule, or changes what is given of one.',
    Type.Object({ deployment: Type.String(), name: Name, ...Type.Partial(Type.Object(changeable)).properties }),
    Type.Object({ rule: Rule }),
  ),
  removeRule: command(
    'monitor.removeRule',
    'Removes a rule; its alerts stay.',
    Type.Object({ deployment: Type.String(), name: Type.String() }),
    Type.Object({ name: Type.String() }),
  ),
  testRule: query(
    'monitor.testRule',
    'When a rule would have fired in the past.',
    Type.Object({
      deployment: Type.String(),
      since: Type.Optional(Time),
      until: Type.Optional(Time),
      rule: Type.Object({
        metric: RuleMetric,
        window: RuleWindow,
        comparison: ruleFields.comparison,
        bound: ruleFields.bound,
        forWindows: ruleFields.forWindows,
        hysteresis: ruleFields.hysteresis,
      }),
    }),
    Type.Object({
      windows: Type.Array(JudgedWindow),
      /** "It would have fired 3 times from January 2015 to March 2016: …" */
      says: Type.String(),
    }),
  ),
  channels: query(
    'monitor.channels',
    'Where alerts are told.',
    Type.Object({}),
    Type.Object({ channels: Type.Array(Channel) }),
  ),
  setChannel: command(
    'monitor.setChannel',
    'Adds a channel, or replaces it.',
    Type.Object({
      ...Type.Omit(Channel, ['hasSecret', 'lastError']).properties,
      /** A password, or a webhook's secret; what is kept stays where it is left out. */
      secret: Type.Optional(Type.String()),
    }),
    Type.Object({ channel: Channel }),
  ),
  removeChannel: command(
    'monitor.removeChannel',
    'Removes a channel and its secret.',
    Type.Object({ name: Type.String() }),
    Type.Object({ name: Type.String() }),
  ),
  testChannel: command(
    'monitor.testChannel',
    'Sends a test alert to a channel.',
    Type.Object({ name: Type.String() }),
    Type.Object({ says: Type.String() }),
  ),
};
