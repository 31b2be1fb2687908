import Type, { type Static, type TSchema } from 'typebox';
import { DatasetReference } from './data-rows.ts';
import { Split } from './train.ts';
import { Name } from './values.ts';

/** What goes from one step of a pipeline to another. */
export const artifactTypes = [
  'dataset',
  'split',
  'run',
  'version',
  'evaluation',
  'comparison',
  'decision',
  'deployment',
  'files',
] as const;
export type ArtifactType = (typeof artifactTypes)[number];

/** A member of a step that names the steps whose results it takes. */
export interface StepInput {
  /** Of these one. */
  types: readonly ArtifactType[];
  required: boolean;
  /** Takes the results of several steps, and of all copies of a step with a matrix. */
  many: boolean;
}

const one = (...types: ArtifactType[]): StepInput => ({ types, required: true, many: false });
const optional = (...types: ArtifactType[]): StepInput => ({ types, required: false, many: false });
const several = (...types: ArtifactType[]): StepInput => ({ types, required: true, many: true });

export interface StepKindSpec<Members extends Record<string, TSchema> = Record<string, TSchema>> {
  summary: string;
  inputs: Readonly<Record<string, StepInput>>;
  /** Null where other steps can only wait for it. */
  output: ArtifactType | null;
  members: Members;
}

function kind<Members extends Record<string, TSchema>>(
  summary: string,
  inputs: Readonly<Record<string, StepInput>>,
  output: ArtifactType | null,
  members: Members,
): StepKindSpec<Members> {
  return { summary, inputs, output, members };
}

/** A value of a parameter. */
export const Scalar = Type.Union([Type.Number(), Type.String(), Type.Boolean()]);
export type Scalar = Static<typeof Scalar>;

export const Duration = Type.String({
  /** Of at most some 20,000 years, which times can be counted from. */
  pattern: '^([1-9][0-9]{0,9}(ms|s|m)|[1-9][0-9]{0,6}(h|d))$',
  description: 'a duration such as 500ms, 30s, 10m, 6h or 365d',
});
export const fairnessMeasures = ['demographic_parity', 'equalized_odds'] as const;
export type FairnessMeasure = (typeof fairnessMeasures)[number];
const Share = Type.Number({ minimum: 0, maximum: 1 });
const ColumnName = Type.String({ minLength: 1 });
const ModelReference = Type.String({
  pattern: '^[a-z][a-z0-9_-]*(@[a-z0-9_-]+)?$',
  description: 'a model, MODEL@3 or MODEL@ALIAS',
});

/** A path inside the project's folder. */
export const ProjectPath = Type.String({
  pattern: '^(?!/)(?!.*(^|[/\\\\])\\.\\.([/\\\\]|$))(?![A-Za-z]:)[^\\0\\\\]+$',
  description: "a path inside the project's folder, with / between its parts",
});

/** The kinds of steps: what each takes, gives, and may be told. */
export const stepKinds = {
  fetch: kind('Takes the newest version of a dataset, read anew from its source if wished.', {}, 'dataset', {
    dataset: DatasetReference,
    refresh: Type.Optional(Type.Boolean()),
  }),
  clean: kind('Runs a cleaning recipe of the project.', { data: one('dataset') }, 'dataset', { recipe: Name }),
  check: kind("Holds the rows to the dataset's expectations.", { data: one('dataset') }, 'dataset', {}),
  split: kind('Says which rows are held out.', { data: one('dataset') }, 'split', { split: Split }),
  train: kind(
    'Trains one model: as an earlier one was trained, or anew.',
    { data: one('dataset'), split: optional('split') },
    'run',
    {
      /** Trained as this model was; what stands beside it is otherwise. */
      like: Type.Optional(ModelReference),
      target: Type.Optional(ColumnName),
      learner: Type.Optional(Type.String()),
      features: Type.Optional(Type.Array(ColumnName, { minItems: 1 })),
      parameters: Type.Optional(Type.Record(Type.String(), Scalar)),
      window: Type.Optional(Duration),
      metric: Type.Optional(Type.String()),
      seed: Type.Optional(Type.Integer()),
    },
  ),
  sweep: kind('Searches learners and parameters.', { data: one('dataset'), split: optional('split') }, 'run', {
    target: ColumnName,
    learners: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    features: Type.Optional(Type.Array(ColumnName, { minItems: 1 })),
    trials: Type.Optional(Type.Integer({ minimum: 1 })),
    budget: Type.Optional(Duration),
    window: Type.Optional(Duration),
    metric: Type.Optional(Type.String()),
    seed: Type.Optional(Type.Integer()),
  }),
  evaluate: kind('Evaluates a run on its holdout: intervals, slices, calibration.', { run: one('run') }, 'evaluation', {
    slices: Type.Optional(Type.Array(ColumnName, { minItems: 1 })),
    sensitive: Type.Optional(Type.Array(ColumnName, { minItems: 1 })),
  }),
  register: kind('Makes a version of a run, with the parity gate.', { run: one('run') }, 'version', { model: Name }),
  compare: kind(
    'Judges challengers and champion by rows that none of them was trained on.',
    { challengers: several('version') },
    'comparison',
    {
      champion: Type.Optional(ModelReference),
      metric: Type.Optional(Type.String()),
      /** How much better a challenger must be, in the unit of the metric. */
      margin: Type.Optional(Type.Number({ minimum: 0 })),
      /** Also on the labelled requests of this deployment, the newest 10,000. */
      labelled: Type.Optional(Name),
      /** Of them only those of so long ago at most. */
      recent: Type.Optional(Duration),
    },
  ),
  gate: kind('Decides whether the challenger may take over.', { comparison: one('comparison') }, 'decision', {
    /** Columns on none of whose values it may be worse. */
    slices: Type.Optional(Type.Array(ColumnName, { minItems: 1 })),
    /** The largest difference between the groups of a column that the challenger may make. */
    fairness: Type.Optional(
      Type.Object({
        column: ColumnName,
        difference: Share,
        /** Of how often the favourable class is given (the default), or of true and false positive rates. */
        measure: Type.Optional(Type.Enum(fairnessMeasures)),
        /** The class that is good to get; the last one by default. */
        favourable: Type.Optional(Type.String()),
      }),
    ),
    /** Those of the project for its target, true by default. */
    model_tests: Type.Optional(Type.Boolean()),
    /** How long one row may take: the 95th of 100 percentiles. */
    latency: Type.Optional(Duration),
    /** How large the ONNX file may be. */
    bytes: Type.Optional(Type.Integer({ minimum: 1 })),
    /** Whether it must take all that the champion takes. */
    signature: Type.Optional(Type.Boolean()),
    /** Rows with the answers that are expected, in a dataset with the target; each must be met. */
    golden: Type.Optional(
      Type.Object({
        dataset: DatasetReference,
        /** How far a number may lie from the expected one; 0.000001 of its size by default. */
        tolerance: Type.Optional(Type.Number({ minimum: 0 })),
      }),
    ),
    /** Whether the rows that it was trained on must meet the expectations of their dataset. */
    expectations: Type.Optional(Type.Boolean()),
  }),
  approve: kind('Waits for a person.', { decision: one('decision') }, 'decision', {
    /** After so long without an answer it is refused. */
    within: Type.Optional(Duration),
  }),
  deploy: kind('Lets a version that was decided for answer.', { decision: one('decision') }, 'deployment', {
    deployment: Type.Optional(Name),
    alias: Type.Optional(Name),
    /** For all requests (the default), for a share of them, or beside the version that answers. */
    as: Type.Optional(Type.Enum(['live', 'canary', 'shadow'])),
    /** The share of a canary, 10 by default. */
    percent: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
    /** Labelled requests after which a version that does worse is rolled back, and a canary that does not goes live. */
    probation: Type.Optional(Type.Integer({ minimum: 20 })),
  }),
  backtest: kind('Replays dated rows as if the pipeline had run then.', { data: one('dataset') }, 'evaluation', {
    like: ModelReference,
    every: Duration,
    window: Type.Optional(Duration),
  }),
  report: kind(
    'Writes what steps found into a file.',
    { of: several('run', 'evaluation', 'comparison', 'decision', 'deployment') },
    'files',
    { format: Type.Enum(['html', 'markdown', 'json']), to: ProjectPath },
  ),
  notify: kind('Tells a channel.', {}, null, { channel: Name, message: Type.String({ minLength: 1 }) }),
  run: kind('Runs a command of your own.', { data: optional('dataset'), files: optional('files') }, 'files', {
    /** The program and what it is given, without a shell. */
    command: Type.Array(Scalar, { minItems: 1 }),
    /** Files of the project that it reads: its code and what that needs. */
    reads: Type.Optional(Type.Array(ProjectPath)),
    writes: Type.Optional(Type.Array(ProjectPath)),
    lock: Type.Optional(ProjectPath),
    /** Names of environment variables that it gets from the engine's own. */
    environment: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }))),
  }),
} as const;
export type StepKind = keyof typeof stepKinds;
export const stepKindNames = Object.keys(stepKinds) as StepKind[];

/** What a step tells of itself for the conditions of others. */
export interface StepFacts {
  names: readonly string[];
  /** Those of the names that are true or false; the others are figures and texts. */
  flags: readonly string[];
  /** Metrics as well, by their names: which, depends on the task. */
  metrics: boolean;
}

const facts = (...names: string[]): StepFacts => ({ names, flags: [], metrics: false });
const metricsAnd = (...names: string[]): StepFacts => ({ names, flags: [], metrics: true });
const flagAnd = (flag: string, ...names: string[]): StepFacts => ({
  names: [flag, ...names],
  flags: [flag],
  metrics: false,
});

export const stepFacts: Readonly<Record<StepKind, StepFacts>> = {
  fetch: flagAnd('new', 'rows', 'version'),
  clean: flagAnd('unchanged', 'rows', 'version'),
  check: facts('passed', 'failed', 'unknown'),
  split: facts(),
  train: metricsAnd('learner', 'rows'),
  sweep: metricsAnd('learner', 'rows', 'trials'),
  evaluate: metricsAnd('gain', 'gain_low', 'gain_high', 'worst_accuracy', 'worst_mae', 'tests_passed', 'tests_failed'),
  register: facts('version', 'bytes'),
  compare: facts('gain', 'lowest_gain', 'confidence', 'rows', 'challenger', 'labelled_gain', 'labelled_rows'),
  gate: flagAnd('passed'),
  approve: flagAnd('passed'),
  deploy: facts('version', 'deployment', 'as'),
  backtest: metricsAnd('times', 'mean', 'worst'),
  report: facts('files'),
  notify: facts(),
  run: facts('files', 'bytes'),
};

export const StepNames = Type.Union([Name, Type.Array(Name, { minItems: 1 })]);

/** What every step may say beside the members of its kind. */
export const commonMembers = {
  name: Name,
  after: Type.Optional(StepNames),
  when: Type.Optional(Type.String({ minLength: 1 })),
  matrix: Type.Optional(Type.Record(Name, Type.Array(Scalar, { minItems: 1 }))),
  timeout: Type.Optional(Duration),
  retry: Type.Optional(
    Type.Object({
      times: Type.Integer({ minimum: 1, maximum: 20 }),
      wait: Type.Optional(Duration),
      factor: Type.Optional(Type.Number({ minimum: 1, maximum: 10 })),
    }),
  ),
};

/** A step as it stands in the file: what is common to all, and the members of its kind. */
export interface StepDefinition {
  name: string;
  kind: StepKind;
  after?: string | string[];
  when?: string;
  matrix?: Record<string, Scalar[]>;
  timeout?: string;
  retry?: { times: number; wait?: string; factor?: number };
  [member: string]: unknown;
}

/** One execution of a step: the step itself, or its copy for one combination of matrix values. */
export const PipelineTask = Type.Object({
  /** `fit`, or `fit (trees, 30d)` of a matrix. */
  name: Type.String(),
  step: Type.String(),
  kind: Type.Enum(stepKindNames),
  values: Type.Record(Type.String(), Scalar),
  /** Names of the tasks that end before it begins. */
  needs: Type.Array(Type.String()),
});
export type PipelineTask = Static<typeof PipelineTask>;

export const PipelineFault = Type.Object({
  line: Type.Integer(),
  column: Type.Integer(),
  /** `steps[2].window`; empty for the file as a whole. */
  path: Type.String(),
  message: Type.String(),
});
export type PipelineFault = Static<typeof PipelineFault>;
