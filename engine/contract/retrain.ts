import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { ProjectInfo } from './project.ts';
import { PipelineTask, Scalar } from './retrain-pipeline.ts';
import { Schedule } from './retrain-schedule.ts';
import { Name, Nullable, Time } from './values.ts';

/** The steps of the built-in pipeline, in order. */
export const stepNames = ['data', 'train', 'package', 'compare', 'promote', 'deploy'] as const;
export type StepName = (typeof stepNames)[number];

export const PipelineStep = Type.Object({
  name: Type.String(),
  status: Type.Enum(['waiting', 'running', 'succeeded', 'failed', 'skipped']),
  cached: Type.Boolean(),
  seconds: Nullable(Type.Number()),
  summary: Type.String(),
});
export type PipelineStep = Static<typeof PipelineStep>;

export const Decision = Type.Object({
  promoted: Type.Boolean(),
  reason: Type.String(),
  metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
  champion: Type.Object({ version: Type.Integer(), value: Nullable(Type.Number()) }),
  challenger: Type.Object({ version: Type.Integer(), value: Nullable(Type.Number()) }),
  /** Gain of the challenger with its 95 % interval from the paired bootstrap, positive is better. */
  gain: Nullable(Type.Number()),
  interval: Nullable(Type.Array(Type.Number())),
  /** Rows of the common holdout, which neither was trained on. */
  rows: Type.Integer(),
  holdout: Type.String(),
});
export type Decision = Static<typeof Decision>;

export const PipelineRun = Type.Object({
  id: Type.String(),
  pipeline: Type.String(),
  number: Type.Integer(),
  status: Type.Enum(['running', 'succeeded', 'failed', 'canceled', 'interrupted']),
  trigger: Type.Object({ kind: Type.Enum(['hand', 'alert', 'schedule']), detail: Type.String() }),
  steps: Type.Array(PipelineStep),
  decision: Nullable(Decision),
  startedAt: Time,
  finishedAt: Nullable(Time),
  error: Nullable(Type.String()),
});
export type PipelineRun = Static<typeof PipelineRun>;

export const Pipeline = Type.Object({
  id: Type.String(),
  name: Type.String(),
  model: Type.String(),
  dataset: Type.String(),
  deployment: Nullable(Type.String()),
  /** Days of the newest data to train on, null for all rows. */
  windowDays: Nullable(Type.Integer()),
  /** How much better a challenger must be. */
  margin: Type.Number(),
  onAlert: Type.Boolean(),
  schedule: Nullable(Schedule),
  /** The next time of the schedule. */
  nextRunAt: Nullable(Time),
  lastRun: Nullable(PipelineRun),
  createdAt: Time,
});
export type Pipeline = Static<typeof Pipeline>;

export const PipelineOutline = Type.Object({
  name: Type.String(),
  summary: Type.String(),
  parameters: Type.Record(Type.String(), Scalar),
  /** Each after those that it needs. */
  tasks: Type.Array(PipelineTask),
});
/** What a pipeline's file says will be done. */
export type PipelineOutline = Static<typeof PipelineOutline>;

export const retrainCalls = {
  check: query(
    'retrain.check',
    'Reads the file of a pipeline: its tasks in order, or every fault in it. Nothing runs.',
    Type.Object({
      text: Type.String(),
      /** As messages name it. */
      file: Type.Optional(Type.String()),
      parameters: Type.Optional(Type.Record(Type.String(), Scalar)),
    }),
    PipelineOutline,
  ),
  schema: query(
    'retrain.schema',
    'The JSON Schema of the file of a pipeline, for the completion of editors.',
    Type.Object({}),
    Type.Object({ schema: Type.Record(Type.String(), Type.Unknown()) }),
  ),
  add: command(
    'retrain.add',
    'Makes or changes the pipeline that renews a model.',
    Type.Object({
      name: Type.Optional(Name),
      model: Type.String(),
      dataset: Type.Optional(Type.String()),
      deployment: Type.Optional(Type.String()),
      windowDays: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
      margin: Type.Optional(Type.Number()),
      onAlert: Type.Optional(Type.Boolean()),
    }),
    Type.Object({ pipeline: Pipeline }),
  ),
  schedule: command(
    'retrain.schedule',
    'Says when a pipeline runs by itself while an engine runs; null for never.',
    Type.Object({ pipeline: Type.String(), schedule: Nullable(Schedule) }),
    Type.Object({
      pipeline: Pipeline,
      /** The next times, at most five. */
      next: Type.Array(Time),
    }),
  ),
  run: jobCommand(
    'retrain.run',
    'Runs a pipeline now.',
    Type.Object({ pipeline: Type.String(), reason: Type.Optional(Type.String()) }),
    Type.Object({ pipeline_run: PipelineRun }),
  ),
  list: query(
    'retrain.list',
    'All pipelines and their latest runs.',
    Type.Object({}),
    Type.Object({ pipelines: Type.Array(Pipeline), runs: Type.Array(PipelineRun) }),
  ),
  show: query(
    'retrain.show',
    'One run of a pipeline.',
    Type.Object({ run: Type.String() }),
    Type.Object({ pipeline_run: PipelineRun }),
  ),
};

export const DemoYear = Type.Object({
  year: Type.Integer(),
  frozen: Type.Object({ r2: Type.Number() }),
  live: Type.Object({ r2: Type.Number(), version: Type.Integer() }),
  /** Share of columns that drifted in this year's traffic. */
  drift: Type.Number(),
  alerts: Type.Array(Type.String()),
  /** A challenger trained after this year took the champion's place. */
  retrained: Type.Boolean(),
});
export type DemoYear = Static<typeof DemoYear>;

export const demoCalls = {
  run: jobCommand(
    'demo.run',
    'Walks once around the circle on the Chicago ridership data and replays 2004 to 2016.',
    Type.Object({ untilYear: Type.Optional(Type.Integer({ minimum: 2004, maximum: 2016 })) }),
    Type.Object({ project: ProjectInfo, model: Type.String(), years: Type.Array(DemoYear) }),
  ),
};
