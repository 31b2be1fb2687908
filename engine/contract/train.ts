import Type, { type Static } from 'typebox';
import { AdoptedMapping } from './adopted-mapping.ts';
import { jobCommand, query } from './call.ts';
import { DatasetReference } from './data-rows.ts';
import { checkpointCalls, TrainingReference } from './train-checkpoints.ts';
import { Headline } from './train-estimates.ts';
import { evaluationCalls } from './train-evaluation.ts';
import { ColumnsSettings, learningOptions } from './train-features.ts';
import { learnersCall } from './train-learners.ts';
import { choiceRoles, FitCurve, SweepReference, searchMembers, sweepCalls, sweepMembers } from './train-sweeps.ts';
import { ArchiveChoice, RunEnvironment, RunTracking, trainTrackingCalls } from './train-tracking.ts';
import { Metrics, Nullable, Problem, TaskKind, Time } from './values.ts';

export const Split = Type.Union([
  /** A hash of what tells rows apart decides (`RowIdentity`), so a row keeps its side in later versions. */
  Type.Object({
    kind: Type.Literal('random'),
    holdout: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    seed: Type.Integer(),
  }),
  /** Rows with index % every == 0 are held out. */
  Type.Object({ kind: Type.Literal('every-nth'), every: Type.Integer({ minimum: 2 }) }),
  /** The last share of the rows by a time column is held out. */
  Type.Object({
    kind: Type.Literal('time'),
    by: Type.String(),
    holdout: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
  }),
  /** All rows of a group stand on one side. */
  Type.Object({
    kind: Type.Literal('group'),
    by: Type.String(),
    holdout: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    seed: Type.Integer(),
  }),
  /** As `random`, the same share of each value of a column: of the target's classes, as a rule. */
  Type.Object({
    kind: Type.Literal('stratified'),
    by: Type.String(),
    holdout: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    seed: Type.Integer(),
  }),
  /** Rows with one of these values in a column are held out; the column is no feature. */
  Type.Object({ kind: Type.Literal('column'), by: Type.String(), values: Type.Array(Type.String(), { minItems: 1 }) }),
  /** Another dataset version with the same columns is the holdout; nothing of the version itself is held out. */
  Type.Object({
    kind: Type.Literal('dataset'),
    reference: DatasetReference,
    /** In recipes: rows of the version itself, behind which those of the holdout are counted. */
    after: Type.Optional(Type.Integer()),
  }),
]);
export type Split = Static<typeof Split>;

/** By what rows are told apart where a hash divides them: rows that have the same in all these columns stand on one side. */
export const RowIdentity = Type.Object({
  /** Of a `content`, copies are told apart where there are too few contents to divide (docs/formats.md). */
  by: Type.Enum(['key', 'content']),
  columns: Type.Array(Type.String(), { minItems: 1 }),
});
export type RowIdentity = Static<typeof RowIdentity>;

/** Rows of a dataset version that a run may use: all, or those whose time is in [from, to). */
export const RowWindow = Type.Object({ column: Type.String(), from: Type.Optional(Time), to: Type.Optional(Time) });
export type RowWindow = Static<typeof RowWindow>;

/** A model that another program trained. */
export const AdoptedRecipe = Type.Object({
  fileName: Type.String(),
  /** Of the file as it came. */
  sha256: Type.String(),
  /** What made it; empty where the file does not say. */
  producer: Type.String(),
  mapping: AdoptedMapping,
});
export type AdoptedRecipe = Static<typeof AdoptedRecipe>;

export const Recipe = Type.Object({
  format: Type.Literal(1),
  dataset: Type.String(),
  window: Nullable(RowWindow),
  target: Type.String(),
  task: TaskKind,
  features: Type.Array(Type.String()),
  split: Split,
  /** Absent in recipes of before it was there, and where the split divides by no hash of rows. */
  rowIdentity: Type.Optional(RowIdentity),
  learner: Type.String(),
  parameters: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
  seed: Type.Integer(),
  ...learningOptions,
  /** Of a blend (learner `blend`): its members and their weights, which sum to 1. */
  members: Type.Optional(
    Type.Array(
      Type.Object({
        learner: Type.String(),
        parameters: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
        weight: Type.Number(),
      }),
    ),
  ),
  /** Of a model from elsewhere (learner `adopted`), which no training here gives again. */
  adopted: Type.Optional(AdoptedRecipe),
  engine: Type.String(),
});
/** What makes a run; `dataset` is a logical identity. Same recipe, same platform: same metrics and ONNX bytes. */
export type Recipe = Static<typeof Recipe>;

export const Run = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  learner: Type.String(),
  params: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
  status: Type.Enum(['running', 'succeeded', 'failed', 'canceled', 'interrupted']),
  task: TaskKind,
  target: Type.String(),
  dataset: Type.Object({ name: Type.String(), version: Type.Integer(), identity: Type.String() }),
  rows: Type.Object({ training: Type.Integer(), holdout: Type.Integer(), dropped: Type.Integer() }),
  /** Of the holdout. */
  metrics: Metrics,
  /** 95 % bootstrap interval of each metric that has one. */
  intervals: Type.Record(Type.String(), Type.Array(Type.Number())),
  /** The metric that ranks runs of this task, and whether less is better. */
  metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
  seconds: Type.Number(),
  createdAt: Time,
  jobId: Type.String(),
  /** The search that chose it; absent where it was trained once. */
  search: Type.Optional(
    Type.Object({
      sweep: Type.String(),
      roles: Type.Array(Type.Enum([...choiceRoles])),
      /** By cross-validation. */
      score: Nullable(Type.Number()),
      standardError: Nullable(Type.Number()),
    }),
  ),
  /** What its user calls it; null where it goes by its number. */
  name: Nullable(Type.String()),
  archived: Type.Boolean(),
  /** Runs that were judged on the same holdout before this one. */
  holdoutLooks: Type.Integer(),
});
export type Run = Static<typeof Run>;

export const RunDetail = Type.Object({
  run: Run,
  recipe: Recipe,
  recipeHash: Type.String(),
  warnings: Type.Array(Problem),
  environment: RunEnvironment,
  tracking: RunTracking,
  features: Type.Array(
    Type.Object({
      name: Type.String(),
      role: Type.String(),
      width: Type.Integer(),
      note: Type.Optional(Type.String()),
    }),
  ),
  /** How much the main metric worsens on the holdout when a column is shuffled, worst first. */
  importance: Type.Array(Type.Object({ name: Type.String(), value: Type.Number() })),
  /** Absent for a run of before there were any. */
  headline: Type.Optional(Headline),
  /** For the picture: regression pairs, or ROC and calibration points and the confusion matrix. */
  curves: Type.Record(Type.String(), Type.Unknown()),
  /** How the fit went, round by round; one a member of a blend. */
  history: Type.Array(FitCurve),
  lineage: Type.Object({
    dataset: Type.Object({ name: Type.String(), version: Type.Integer() }),
    models: Type.Array(Type.Object({ model: Type.String(), version: Type.Integer() })),
  }),
});
export type RunDetail = Static<typeof RunDetail>;

/** What a training and a search have in common. */
const trainingMembers = {
  reference: DatasetReference,
  target: Type.String(),
  features: Type.Optional(Type.Array(Type.String())),
  exclude: Type.Optional(Type.Array(Type.String())),
  /** Columns marked personal or sensitive that may be features all the same; `features` allows what it names. */
  allowPersonal: Type.Optional(Type.Array(Type.String())),
  split: Type.Optional(Split),
  /** Where absent by the key of the dataset, else by all columns but the target. */
  rowIdentity: Type.Optional(RowIdentity),
  window: Type.Optional(RowWindow),
  metric: Type.Optional(Type.String()),
  seed: Type.Optional(Type.Integer()),
  ...learningOptions,
  /** Columns that seem to give the target away and may be features all the same; `*` for all. */
  allowLeak: Type.Optional(Type.Array(Type.String())),
  params: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()]))),
  /** Columns by which fairness is judged, features or not; `A+B` for both at once. */
  sensitive: Type.Optional(Type.Array(Type.String())),
  /** The class that is good to get; the second of two where it is left out. */
  favourable: Type.Optional(Type.String()),
};

/** `warnings` of all runs, each once; `sweep`: the search, where there was one. */
const TrainingResult = Type.Object({
  runs: Type.Array(Run),
  best: Run,
  warnings: Type.Array(Problem),
  sweep: Type.Optional(Type.String()),
});

const searchCalls = {
  sweep: jobCommand(
    'train.sweep',
    'Searches the parameters of learners by cross-validation; the best and the simplest within one standard error become runs.',
    Type.Object({
      ...trainingMembers,
      learners: Type.Array(Type.String(), { minItems: 1 }),
      ...searchMembers,
      ...sweepMembers,
    }),
    TrainingResult,
  ),
  resumeSweep: jobCommand(
    'train.resumeSweep',
    'Goes on with a search that was paused, canceled or interrupted; what is left of its budget holds.',
    SweepReference,
    TrainingResult,
  ),
  ...sweepCalls,
};

export const trainCalls = {
  ...trainTrackingCalls,
  ...evaluationCalls,
  ...searchCalls,
  ...checkpointCalls,
  learners: learnersCall,
  run: jobCommand(
    'train.run',
    'Trains one or more learners on one split, each once; `auto`, or a budget, searches for the best by cross-validation.',
    Type.Object({
      ...trainingMembers,
      /** `auto` for all; absent is `auto`. */
      learners: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
      /** Trains a blend (`learners: ['blend']`) of these, as a recipe says. */
      members: Recipe.properties.members,
      ...searchMembers,
    }),
    TrainingResult,
  ),
  resume: jobCommand(
    'train.resume',
    'Goes on with a training that was canceled, interrupted or failed, from its last checkpoint; the model is the same as without the break.',
    TrainingReference,
    TrainingResult,
  ),
  list: query(
    'train.list',
    'Runs, newest first; `train.runs` is the quick way to many.',
    Type.Object({
      target: Type.Optional(Type.String()),
      /** Runs of one job. */
      job: Type.Optional(Type.String()),
      /** As in `train.runs`. */
      filter: Type.Optional(Type.String({ maxLength: 4000 })),
      search: Type.Optional(Type.String({ maxLength: 500 })),
      archived: Type.Optional(ArchiveChoice),
      sort: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 8 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    }),
    Type.Object({
      runs: Type.Array(Run),
      /** Of which `limit` gave the first. */
      total: Type.Integer(),
      /** Runs of the project, archived ones aside. */
      all: Type.Integer(),
      archived: Type.Integer(),
    }),
  ),
  show: query(
    'train.show',
    'One run with its recipe, environment and lineage.',
    Type.Object({ run: Type.String() }),
    RunDetail,
  ),
  compare: query(
    'train.compare',
    'Runs side by side.',
    Type.Object({ runs: Type.Array(Type.String(), { minItems: 2 }) }),
    Type.Object({
      runs: Type.Array(RunDetail),
      /** Where recipe, environment or metrics differ; null where a run has nothing there. */
      differences: Type.Array(Type.Object({ path: Type.String(), values: Type.Array(Type.Unknown()) })),
      /** Features that some of the runs have, and which. */
      features: Type.Array(Type.Object({ name: Type.String(), in: Type.Array(Type.Boolean()) })),
    }),
  ),
  suggest: query(
    'train.suggest',
    'What could be predicted from a dataset, and how: task, split and columns for a target.',
    Type.Object({ reference: DatasetReference, target: Type.Optional(Type.String()) }),
    Type.Object({
      targets: Type.Array(Type.Object({ name: Type.String(), task: TaskKind })),
      split: Split,
      features: Type.Array(Type.String()),
      /** What columns of texts and times could be made of, beyond the usual. */
      columns: ColumnsSettings,
      warnings: Type.Array(Problem),
    }),
  ),
  reproduce: jobCommand(
    'train.reproduce',
    'Trains a run again from its recipe and compares; of a run that a search chose, repeats the recorded search, too.',
    Type.Object({
      run: Type.String(),
      /** False leaves the search out. */
      search: Type.Optional(Type.Boolean()),
    }),
    Type.Object({
      identical: Type.Boolean(),
      /** Relative difference up to which numbers count as equal: 0 on the platform of the run, else 1e-9, of networks 1e-3. */
      tolerance: Type.Number(),
      /** The same for the scores of a repeated search, where its trials have another one. */
      searchTolerance: Type.Optional(Type.Number()),
      /** The platform of the run and this one, where they differ. */
      platforms: Type.Optional(Type.Object({ before: Type.String(), now: Type.String() })),
      differences: Type.Array(Type.Object({ path: Type.String(), before: Type.Unknown(), now: Type.Unknown() })),
    }),
  ),
};
