import Type, { type Static, type TObject, type TSchema } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { secretPlaces } from './data-connections.ts';
import { Scalar } from './retrain-pipeline.ts';
import { Schedule } from './retrain-schedule.ts';
import { Name, Nullable, Time } from './values.ts';

/** What alerts may be about: the cause of a rule, or fairness, which the monitor counts to performance. */
export const alertSubjects = ['drift', 'performance', 'fairness', 'quality', 'system'] as const;
export type AlertSubject = (typeof alertSubjects)[number];

/** What a trigger may wait for, and what it must be told. */
export const triggerMembers = {
  schedule: {
    cron: Schedule.properties.cron,
    timezone: Schedule.properties.timezone,
    /** One run for all times that were missed where it is left out. */
    missed: Type.Optional(Schedule.properties.missed),
  },
  data: { dataset: Name },
  files: {
    /** A file, a folder or a pattern inside the project; or an absolute folder, which is looked into once its user has added the file. */
    path: Type.String({ minLength: 1, maxLength: 1000 }),
  },
  alert: {
    deployment: Name,
    /** All where it is left out. */
    about: Type.Optional(Type.Array(Type.Enum([...alertSubjects]), { minItems: 1, uniqueItems: true })),
  },
  labels: { deployment: Name, count: Type.Integer({ minimum: 1 }) },
  webhook: {},
} as const;
export type TriggerOn = keyof typeof triggerMembers;
export const triggersOn = Object.keys(triggerMembers) as TriggerOn[];

/** Values for parameters of the pipeline in runs that it starts. */
const parameters = Type.Optional(Type.Record(Type.String(), Scalar));

function trigger<On extends TriggerOn, Members extends Record<string, TSchema>>(on: On, members: Members) {
  return Type.Object({ on: Type.Literal(on), ...members, parameters }, { additionalProperties: false });
}

export const triggerForms = {
  schedule: trigger('schedule', triggerMembers.schedule),
  data: trigger('data', triggerMembers.data),
  files: trigger('files', triggerMembers.files),
  alert: trigger('alert', triggerMembers.alert),
  labels: trigger('labels', triggerMembers.labels),
  webhook: trigger('webhook', triggerMembers.webhook),
} satisfies Record<TriggerOn, TObject>;

/** What starts a pipeline by itself. */
export const Trigger = Type.Union([
  triggerForms.schedule,
  triggerForms.data,
  triggerForms.files,
  triggerForms.alert,
  triggerForms.labels,
  triggerForms.webhook,
]);
export type Trigger = Static<typeof Trigger>;
export type TriggerOf<On extends TriggerOn> = Extract<Trigger, { on: On }>;

const TimeOfDay = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'a time of day such as 22:00',
});

/** From when to when no run begins by itself; a span past midnight is meant as such. */
export const QuietPeriod = Type.Object(
  { from: TimeOfDay, to: TimeOfDay, timezone: Schedule.properties.timezone },
  { additionalProperties: false },
);
export type QuietPeriod = Static<typeof QuietPeriod>;

/** A run that was asked for and has not begun. Several that wait are one. */
export const WaitingRun = Type.Object({
  /** The newest of what asked for it; the detail names how many more. */
  trigger: Type.Object({ kind: Type.String(), detail: Type.String() }),
  parameters: Type.Record(Type.String(), Scalar),
  /** Since when it waits. */
  since: Time,
  /** `settling`: until nothing has come for the debounce; `quiet`: for the end of the quiet period; `running`: for the end of a run. */
  waitsFor: Type.Enum(['settling', 'quiet', 'running', 'starting']),
  /** When it may begin, where that is known. */
  until: Nullable(Time),
  /** The run that it waits for. */
  run: Nullable(Type.Object({ id: Type.String(), number: Type.Integer() })),
  /** In words. */
  says: Type.String(),
});
export type WaitingRun = Static<typeof WaitingRun>;

/** A trigger, and how it does. */
export const TriggerState = Type.Object({
  trigger: Trigger,
  /** `dataset taxi`, `0 6 * * 1 in Europe/Berlin`. */
  says: Type.String(),
  /** The next time of a schedule. */
  nextAt: Nullable(Time),
  /** Why it starts nothing, and what to do; null where it does. */
  problem: Nullable(Type.String()),
});
export type TriggerState = Static<typeof TriggerState>;

/** When a pipeline starts by itself, as its file says. */
export const PipelineTriggers = Type.Object({
  list: Type.Array(TriggerState),
  /** `30s`: a run begins once nothing has come for so long. */
  debounce: Nullable(Type.String()),
  quiet: Nullable(QuietPeriod),
  /** Runs may run beside one another. */
  concurrent: Type.Boolean(),
});
export type PipelineTriggers = Static<typeof PipelineTriggers>;

/** The secret of a pipeline's webhook. */
export const Webhook = Type.Object({
  pipeline: Type.String(),
  /** `/hooks/retrain/NAME` on the engine's own address. */
  path: Type.String(),
  /** Where the secret is kept; `none`: there is no secret, so that nothing is let in. */
  place: Type.Enum([...secretPlaces]),
  /** The environment variable of the engine that may hold it in place of the keychain. */
  variable: Type.String(),
  /** Shown once, when it was made. */
  secret: Nullable(Type.String()),
});
export type Webhook = Static<typeof Webhook>;

/** Over what a pipeline is run again. */
export const BackfillRange = Type.Union([
  Type.Object(
    {
      /** Versions of a dataset, both ends among them. */
      dataset: Name,
      from: Type.Integer({ minimum: 1 }),
      to: Type.Integer({ minimum: 1 }),
      /** The parameter that is given the number of the version. */
      parameter: Name,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      since: Time,
      /** The first moment that is left out. */
      until: Time,
      /** `1d`, `2w`, `1mo`: the length of a period. */
      every: Type.String({ pattern: '^[1-9][0-9]{0,3}(h|d|w|mo|y)$' }),
      /** Parameters that are given where a period begins and ends, as ISO 8601 in UTC. */
      fromParameter: Type.Optional(Name),
      toParameter: Type.Optional(Name),
    },
    { additionalProperties: false },
  ),
]);
export type BackfillRange = Static<typeof BackfillRange>;

export const BackfillPoint = Type.Object({
  /** `version 3`, `2024-01-01 to 2024-02-01`. */
  name: Type.String(),
  parameters: Type.Record(Type.String(), Scalar),
  /** `paused`: its run waits for a person, and goes on without the backfill. */
  state: Type.Enum(['waiting', 'running', 'paused', 'succeeded', 'failed']),
  /** The run, where there is one. */
  run: Nullable(Type.Object({ id: Type.String(), number: Type.Integer() })),
});
export type BackfillPoint = Static<typeof BackfillPoint>;

export const Backfill = Type.Object({
  id: Type.String(),
  pipeline: Type.String(),
  /** `stopped` goes on where it was when that or the same is asked for; what the end of an engine cut off goes on with the next one. */
  state: Type.Enum(['running', 'stopped', 'done']),
  points: Type.Array(BackfillPoint),
  startedAt: Time,
});
export type Backfill = Static<typeof Backfill>;

export const CalendarEntry = Type.Object({
  time: Time,
  /** `pipeline`: a run begins; `alert`: one that is snoozed is told again. */
  kind: Type.Enum(['pipeline', 'alert']),
  /** The pipeline; of an alert its deployment. */
  subject: Type.String(),
  says: Type.String(),
  /** When the run begins, where the time lies in a quiet period. */
  waitsUntil: Nullable(Time),
});
export type CalendarEntry = Static<typeof CalendarEntry>;

export const Calendar = Type.Object({
  /** In the order of time. */
  entries: Type.Array(CalendarEntry),
  quiet: Type.Array(Type.Object({ pipeline: Type.String(), from: Time, to: Time })),
  /** What comes from time to time without being at a certain one: polls of watched sources, looks of the monitor. */
  recurring: Type.Array(Type.Object({ says: Type.String(), everySeconds: Type.Number() })),
  /** Pipelines with more times than are listed. */
  truncated: Type.Array(Type.String()),
});
export type Calendar = Static<typeof Calendar>;

export const triggerCalls = {
  webhook: command(
    'retrain.webhook',
    "Shows where a pipeline's webhook is, makes its secret, or forgets it.",
    Type.Object({
      pipeline: Type.String(),
      /** Nothing is changed where it is left out, but that a webhook without a secret gets one. */
      secret: Type.Optional(Type.Enum(['new', 'none'])),
    }),
    Type.Object({ webhook: Webhook }),
  ),
  backfill: jobCommand(
    'retrain.backfill',
    'Runs a pipeline once for each of the past versions of a dataset, or for each period of a time, one after the other; what was done before is not done again.',
    Type.Object({
      pipeline: Type.String(),
      over: BackfillRange,
      /** Values of other parameters. */
      parameters: Type.Optional(Type.Record(Type.String(), Scalar)),
      /** Goes on after a run that failed. */
      keepGoing: Type.Optional(Type.Boolean()),
      /** Does again what was done before. */
      again: Type.Optional(Type.Boolean()),
    }),
    Type.Object({ backfill: Backfill }),
  ),
  resumeBackfill: jobCommand(
    'retrain.resumeBackfill',
    'Goes on with a backfill that was stopped; what was done is not done again.',
    Type.Object({ backfill: Type.String() }),
    Type.Object({ backfill: Backfill }),
  ),
  cancelWaiting: command(
    'retrain.cancelWaiting',
    'Forgets the run that a pipeline waits to begin; what triggers it asks for one again when it comes again.',
    Type.Object({ pipeline: Type.String() }),
    Type.Object({
      /** Its name. */
      pipeline: Type.String(),
      /** What had asked for it; null where no run waited. */
      canceled: Nullable(WaitingRun),
    }),
  ),
  backfills: query(
    'retrain.backfills',
    'The backfills of a pipeline or of all, newest first.',
    Type.Object({
      pipeline: Type.Optional(Type.String()),
      /** 50 where it is left out. */
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
    Type.Object({ backfills: Type.Array(Backfill) }),
  ),
  calendar: query(
    'retrain.calendar',
    'What is scheduled in the project, at most for a year.',
    Type.Object({ from: Time, to: Time }),
    Calendar,
  ),
};
