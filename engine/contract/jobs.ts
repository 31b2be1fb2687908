import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Nullable, Time } from './values.ts';

export const jobStates = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'interrupted'] as const;
export type JobState = (typeof jobStates)[number];

export const JobProgress = Type.Object({
  /** What is being done now, in words: `reading`, `training linear`. */
  phase: Type.String(),
  done: Type.Number(),
  /** 0 where the end is not known. */
  total: Type.Number(),
  metrics: Type.Optional(Type.Record(Type.String(), Type.Number())),
});
export type JobProgress = Static<typeof JobProgress>;

export const ErrorReportSchema = Type.Object({
  code: Type.String(),
  kind: Type.String(),
  message: Type.String(),
  hint: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
});

export const Job = Type.Object({
  id: Type.String(),
  /** `<phase>.<what>`, the kind of work. */
  kind: Type.String(),
  title: Type.String(),
  state: Type.Enum([...jobStates]),
  progress: Nullable(JobProgress),
  createdAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
  result: Type.Unknown(),
  error: Nullable(ErrorReportSchema),
});
export type Job = Static<typeof Job>;

export const JobReference = Type.Object({ job: Job });

export const jobCalls = {
  list: query(
    'jobs.list',
    'The latest jobs, newest first.',
    Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }),
    Type.Object({ jobs: Type.Array(Job) }),
  ),
  show: query('jobs.show', 'One job.', Type.Object({ id: Type.String() }), JobReference),
  cancel: command(
    'jobs.cancel',
    'Asks a job to stop; its process is ended after a grace period.',
    Type.Object({ id: Type.String() }),
    JobReference,
  ),
};
