import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { Nullable, Problem, Time } from './values.ts';

/** How a model may be kept good. */
export const rehearsalPolicies = [
  'never',
  'every-day',
  'every-week',
  'every-month',
  'every-quarter',
  'every-year',
  'on-drift',
  'on-performance',
  'on-alert',
] as const;
export const RehearsalPolicy = Type.Enum([...rehearsalPolicies]);
export type RehearsalPolicy = (typeof rehearsalPolicies)[number];

/** How often the monitor looks, by the UTC calendar. */
export const rehearsalPeriods = ['day', 'week', 'month', 'quarter', 'year'] as const;
export const RehearsalPeriod = Type.Enum([...rehearsalPeriods]);
export type RehearsalPeriod = (typeof rehearsalPeriods)[number];

const RehearsalLimits = Type.Object({
  /** Performance may not fall below (or, for errors, rise above) this; where null it follows the holdout of each version. */
  bound: Nullable(Type.Number()),
  /** Share of important columns that may drift. */
  driftShare: Type.Number({ minimum: 0, maximum: 1 }),
  /** Rows, or rows with labels, that a period needs before it is judged. */
  minimumRows: Type.Integer({ minimum: 1 }),
});
export type RehearsalLimits = Static<typeof RehearsalLimits>;

export const RehearsedAlert = Type.Object({
  /** The rules that are broken: `performance`, `drift`. */
  causes: Type.Array(Type.Enum(['performance', 'drift'])),
  title: Type.String(),
  /** Null where no later period can say it. */
  isFalse: Nullable(Type.Boolean()),
  /** Why, in words. */
  because: Type.String(),
});
export type RehearsedAlert = Static<typeof RehearsedAlert>;

export const RehearsedRetraining = Type.Object({
  trigger: Type.Enum(['schedule', 'alert', 'rows']),
  /** `unchanged`: there were no new rows to learn from. `failed`: they could not be learnt from. */
  outcome: Type.Enum(['promoted', 'refused', 'unchanged', 'failed']),
  /** Of the challenger; null where there is none. */
  version: Nullable(Type.Integer()),
  /** Of the challenger over the champion, positive is better. */
  gain: Nullable(Type.Number()),
  reason: Type.String(),
});
export type RehearsedRetraining = Static<typeof RehearsedRetraining>;

export const RehearsedPeriod = Type.Object({
  from: Time,
  to: Time,
  rows: Type.Integer(),
  /** Rows that the server would have refused. */
  refused: Type.Integer(),
  /** Of the answers, by all labels of the period, also those that came later. */
  value: Nullable(Type.Number()),
  /** Its 95 % interval. */
  interval: Nullable(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
  /** Share of important columns that drifted, as the monitor saw it. */
  drift: Nullable(Type.Number()),
  /** The version that answered, and the limit that held for it at the end of the period. */
  version: Type.Integer(),
  limit: Type.Number(),
  alerts: Type.Array(RehearsedAlert),
  retrainings: Type.Array(RehearsedRetraining),
});
export type RehearsedPeriod = Static<typeof RehearsedPeriod>;

export const RehearsedPolicy = Type.Object({
  policy: RehearsalPolicy,
  periods: Type.Array(RehearsedPeriod),
  /** Mean of the metric over the periods that have one. */
  quality: Nullable(Type.Number()),
  /** Share of the first quality that is kept; null where a share says nothing. */
  kept: Nullable(Type.Number()),
  /** Models that were trained, and those of them that took the champion's place. */
  retrainings: Type.Integer(),
  promotions: Type.Integer(),
  alerts: Type.Integer(),
  falseAlerts: Type.Integer(),
  /** The end of the first period that was worse than the baseline, or than the limit. */
  belowBaselineAt: Nullable(Time),
  belowLimitAt: Nullable(Time),
  /** What its trainings took; one that several policies share counts for each. */
  trainingSeconds: Type.Number(),
});
export type RehearsedPolicy = Static<typeof RehearsedPolicy>;

const Headline = {
  id: Type.String(),
  createdAt: Time,
  model: Nullable(Type.String()),
  /** Where rows come from: `ridership@3`. */
  dataset: Type.String(),
  best: RehearsalPolicy,
  /** The answer, sentence by sentence. */
  says: Type.Array(Type.String()),
  /** What was taken over; null where nothing was. */
  adopted: Nullable(Type.Object({ policy: RehearsalPolicy, at: Time })),
};

export const RehearsalHeadline = Type.Object(Headline);
export type RehearsalHeadline = Static<typeof RehearsalHeadline>;

export const Rehearsal = Type.Object({
  ...Headline,
  target: Type.String(),
  metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
  from: Time,
  to: Time,
  period: RehearsalPeriod,
  /** Days after which it is known what came true. */
  labelDelay: Type.Number(),
  /** Days of the newest rows that are trained on, null for all. */
  windowDays: Nullable(Type.Integer()),
  margin: Type.Number(),
  limits: RehearsalLimits,
  /** What answers first. */
  first: Type.Object({
    /** The version that is there, or one that was trained on the rows before. */
    kind: Type.Enum(['version', 'trained']),
    /** In words. */
    description: Type.String(),
    /** Of its holdout. */
    quality: Nullable(Type.Number()),
  }),
  baseline: Type.Object({
    /** A value that was given, or what the mean (the class shares) of the first training part gets. */
    kind: Type.Enum(['given', 'constant']),
    /** One a period. */
    values: Type.Array(Nullable(Type.Number())),
  }),
  policies: Type.Array(RehearsedPolicy),
  /** Why it is the best. */
  because: Type.String(),
  /** Models that were trained in all. */
  trainings: Type.Integer(),
  /** What a real prediction server said of all rows, with the versions of the best policy; null where it was not asked. */
  server: Nullable(
    Type.Object({
      rows: Type.Integer(),
      requests: Type.Integer(),
      /** Whether it answered each row as the rehearsal did, bit for bit. */
      identical: Type.Boolean(),
    }),
  ),
  warnings: Type.Array(Problem),
});
export type Rehearsal = Static<typeof Rehearsal>;

const Answer = Type.Object({ rehearsal: Rehearsal });

export const rehearsalCalls = {
  rehearse: jobCommand(
    'retrain.rehearse',
    'Replays dated rows through models, monitors and retraining rules on a simulated clock, and compares policies.',
    Type.Object({
      /** A version of a model whose recipe is trained again. */
      model: Type.String(),
      /** Where dated rows come from; the dataset of its pipeline, else of its run. */
      dataset: Type.Optional(Type.String()),
      /** From when on rows are requests; before, they are what the first model knows. */
      from: Type.Optional(Time),
      to: Type.Optional(Time),
      period: Type.Optional(RehearsalPeriod),
      labelDelay: Type.Optional(Type.Number({ minimum: 0 })),
      /** As the model's pipeline has it where it is left out. */
      windowDays: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
      margin: Type.Optional(Type.Number()),
      policies: Type.Optional(Type.Array(RehearsalPolicy, { minItems: 1 })),
      /** A value of the metric below which the model is of no use. */
      baseline: Type.Optional(Type.Number()),
      /** Those of the deployment that answers with the model where they are left out. */
      limits: Type.Optional(Type.Partial(RehearsalLimits)),
      /** Sends the rows of the best policy to a real prediction server, too, over HTTP. */
      throughServer: Type.Optional(Type.Boolean()),
    }),
    Answer,
  ),
  rehearsals: query(
    'retrain.rehearsals',
    'The rehearsals of a model or of all, newest first.',
    Type.Object({ model: Type.Optional(Type.String()) }),
    Type.Object({ rehearsals: Type.Array(RehearsalHeadline) }),
  ),
  rehearsal: query(
    'retrain.rehearsal',
    'A rehearsal with everything that happened in it.',
    Type.Object({ rehearsal: Type.String() }),
    Answer,
  ),
  adopt: command(
    'retrain.adopt',
    "Makes a rehearsed policy the trigger of the model's pipeline, and its limits those of the monitor.",
    Type.Object({
      rehearsal: Type.String(),
      /** The best one where it is left out. */
      policy: Type.Optional(RehearsalPolicy),
    }),
    Type.Object({
      policy: RehearsalPolicy,
      pipeline: Type.String(),
      /** Whose limits were set; null where nothing answers with the model yet. */
      deployment: Nullable(Type.String()),
      /** What was set, in words. */
      says: Type.String(),
    }),
  ),
};
