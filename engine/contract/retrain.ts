import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { ProjectInfo } from './project.ts';
import { Approval } from './retrain-approval.ts';
import { Artifact, Facts, GateCheck, LabelledComparison } from './retrain-artifacts.ts';
import { PipelineExport, PipelineExportFormat } from './retrain-export.ts';
import { PipelineTask, Scalar, stepKindNames } from './retrain-pipeline.ts';
import { retrainPortableCalls } from './retrain-portable.ts';
import { Probation } from './retrain-probation.ts';
import { rehearsalCalls } from './retrain-rehearsal.ts';
import { Schedule } from './retrain-schedule.ts';
import { PipelineTriggers, triggerCalls, WaitingRun } from './retrain-triggers.ts';
import { Name, Nullable, Time } from './values.ts';

export const PipelineStep = Type.Object({
  /** Of the task: `fit`, or `fit (trees, 30d)` of a matrix. */
  name: Type.String(),
  /** Null in runs of before pipelines had kinds of steps. */
  kind: Nullable(Type.Enum(stepKindNames)),
  /** Names of the tasks that end before it begins. */
  needs: Type.Array(Type.String()),
  /** `paused` waits for a person. */
  status: Type.Enum(['waiting', 'running', 'paused', 'succeeded', 'failed', 'skipped']),
  cached: Type.Boolean(),
  /** Why it was not run again, or what changed since it last was, in words; empty where there is nothing to say. */
  because: Type.String(),
  /** How often it was begun. */
  attempts: Type.Integer(),
  startedAt: Nullable(Time),
  seconds: Nullable(Type.Number()),
  summary: Type.String(),
  output: Nullable(Artifact),
  facts: Facts,
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
  /** What else the challenger was held to; absent in decisions of before there was more. */
  checks: Type.Optional(Type.Array(GateCheck)),
  /** The same on the labelled requests of a deployment, where they were looked at. */
  labelled: Type.Optional(LabelledComparison),
  /** Who approved or refused it, where a person was asked. */
  by: Type.Optional(Type.String()),
  /** What that person wrote. */
  note: Type.Optional(Type.String()),
  /** That it was taken back after it was promoted, and why. */
  undone: Type.Optional(Type.Object({ at: Time, reason: Type.String() })),
});
export type Decision = Static<typeof Decision>;

/** What starts a run. */
export const triggerKinds = [
  'hand',
  'alert',
  'schedule',
  'data',
  'files',
  'labels',
  'webhook',
  'backfill',
  'rerun',
] as const;

export const PipelineRun = Type.Object({
  id: Type.String(),
  pipeline: Type.String(),
  number: Type.Integer(),
  /** `paused` waits for a person. */
  status: Type.Enum(['running', 'paused', 'succeeded', 'failed', 'canceled', 'interrupted']),
  trigger: Type.Object({ kind: Type.Enum(triggerKinds), detail: Type.String() }),
  /** Of the run, where they are not those of the file. */
  parameters: Type.Record(Type.String(), Scalar),
  /** In an order in which they may run. */
  steps: Type.Array(PipelineStep),
  decision: Nullable(Decision),
  startedAt: Time,
  finishedAt: Nullable(Time),
  error: Nullable(Type.String()),
});
export type PipelineRun = Static<typeof PipelineRun>;

/** A step as lists tell of it. */
export const ListedStep = Type.Pick(PipelineStep, ['name', 'status', 'cached', 'seconds']);
export type ListedStep = Static<typeof ListedStep>;

/** A run as lists tell of it: of its steps no more than how they ended. */
export const ListedRun = Type.Object({
  ...Type.Omit(PipelineRun, ['steps']).properties,
  /** In an order in which they may run; empty where they were not asked for. */
  steps: Type.Array(ListedStep),
});
export type ListedRun = Static<typeof ListedRun>;

/** The pipeline that renews one model from one dataset, made of a few settings. */
export const Renewal = Type.Object({
  model: Type.String(),
  dataset: Type.String(),
  deployment: Nullable(Type.String()),
  /** Days of the newest data to train on, null for all rows. */
  windowDays: Nullable(Type.Integer()),
  /** How much better a challenger must be. */
  margin: Type.Number(),
  onAlert: Type.Boolean(),
});
export type Renewal = Static<typeof Renewal>;

export const Pipeline = Type.Object({
  id: Type.String(),
  name: Type.String(),
  /** Its settings; null where it is written by hand, in the file `pipelines/NAME.yaml` of the project. */
  renewal: Nullable(Renewal),
  summary: Type.String(),
  /** What it does, each task after those that it needs; empty where the file has faults. */
  tasks: Type.Array(PipelineTask),
  /** Why its file cannot be run. */
  fault: Nullable(Type.String()),
  /** The models that it makes versions of. */
  models: Type.Array(Type.String()),
  /** Of several in its file the first. */
  schedule: Nullable(Schedule),
  /** The next time of all schedules. */
  nextRunAt: Nullable(Time),
  /** Of its file; of one that is made of settings its schedule. */
  triggers: PipelineTriggers,
  /** The run that was asked for and has not begun. */
  waiting: Nullable(WaitingRun),
  lastRun: Nullable(ListedRun),
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
  ...retrainPortableCalls,
  ...rehearsalCalls,
  ...triggerCalls,
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
  addFile: command(
    'retrain.addFile',
    'Makes or changes a pipeline from the text of its file, which is kept as pipelines/NAME.yaml.',
    Type.Object({
      text: Type.String(),
      /** As messages name it. */
      file: Type.Optional(Type.String()),
    }),
    Type.Object({ pipeline: Pipeline }),
  ),
  text: query(
    'retrain.text',
    'The file of a pipeline; of one that is made of settings what it would be.',
    Type.Object({ pipeline: Type.String() }),
    Type.Object({ text: Type.String(), file: Type.String() }),
  ),
  export: query(
    'retrain.export',
    'The files that run a pipeline in another system, each step by galley in a container. Nothing is written.',
    Type.Object({
      pipeline: Type.String(),
      format: PipelineExportFormat,
      /** Values that take the place of those in its file. */
      parameters: Type.Optional(Type.Record(Type.String(), Scalar)),
      /** Jobs open the remote by a role, with the identity token that they are given, and keep no key. */
      oidc: Type.Optional(Type.Boolean()),
    }),
    PipelineExport,
  ),
  writeExport: command(
    'retrain.writeExport',
    'Writes the files that run a pipeline in another system, with Galley itself, into the folder of a repository.',
    Type.Object({
      pipeline: Type.String(),
      format: PipelineExportFormat,
      oidc: Type.Optional(Type.Boolean()),
      /** A whole path. */
      to: Type.String({ minLength: 1 }),
    }),
    Type.Object({
      /** Absolute. */
      files: Type.Array(Type.String()),
    }),
  ),
  remove: command(
    'retrain.remove',
    'Removes a pipeline with its runs; what they made stays.',
    Type.Object({ pipeline: Type.String() }),
    Type.Object({ name: Type.String() }),
  ),
  schedule: command(
    'retrain.schedule',
    'Says when a pipeline runs by itself while an engine runs; null for never. Of one that is written by hand the trigger in its file is changed.',
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
    Type.Object({
      pipeline: Type.String(),
      reason: Type.Optional(Type.String({ maxLength: 1000 })),
      parameters: Type.Optional(Type.Record(Type.String(), Scalar)),
      /** Takes no earlier results. */
      fresh: Type.Optional(Type.Boolean()),
      /** Waits for the end of a run that goes on, in place of being refused. */
      wait: Type.Optional(Type.Boolean()),
    }),
    Type.Object({ pipeline_run: PipelineRun }),
  ),
  rerun: jobCommand(
    'retrain.rerun',
    'Runs an ended run once more with the file and parameters that it had: from its last finished step, or from one that is named.',
    Type.Object({
      run: Type.String(),
      /** A step, which and whose followers run again; the results of the others are taken over. */
      from: Type.Optional(Type.String()),
    }),
    Type.Object({ pipeline_run: PipelineRun }),
  ),
  approve: jobCommand(
    'retrain.approve',
    'Answers a run that waits for a person: its challenger may take over, or not. The run goes on.',
    Type.Object({
      run: Type.String(),
      /** Where several wait. */
      step: Type.Optional(Type.String()),
      approve: Type.Boolean(),
      reason: Type.Optional(Type.String({ maxLength: 1000 })),
    }),
    Type.Object({ pipeline_run: PipelineRun }),
  ),
  log: query(
    'retrain.log',
    'What a step of a run said, its last lines.',
    Type.Object({ run: Type.String(), step: Type.String() }),
    Type.Object({ lines: Type.Array(Type.String()), truncated: Type.Boolean() }),
  ),
  list: query(
    'retrain.list',
    'All pipelines, their latest runs without what steps gave and said, and what waits for a person.',
    Type.Object({
      /** Whose runs; those of all where it is left out. */
      pipeline: Type.Optional(Type.String()),
      /** Runs, the newest; 200 where it is left out. */
      limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
      /** False leaves out the steps of the runs. */
      steps: Type.Optional(Type.Boolean()),
    }),
    Type.Object({
      pipelines: Type.Array(Pipeline),
      /** Newest first. */
      runs: Type.Array(ListedRun),
      waiting: Type.Array(Approval),
    }),
  ),
  show: query(
    'retrain.show',
    'One run of a pipeline, with whom it asked, and how what it released proves itself.',
    Type.Object({ run: Type.String() }),
    Type.Object({
      pipeline_run: PipelineRun,
      approvals: Type.Array(Approval),
      probations: Type.Array(Probation),
    }),
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
