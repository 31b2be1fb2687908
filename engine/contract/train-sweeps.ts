import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Nullable, TaskKind, Time } from './values.ts';

const ParameterValue = Type.Union([Type.Number(), Type.String(), Type.Boolean()]);
const ParameterValues = Type.Record(Type.String(), ParameterValue);

/** Where a search looks for a parameter. */
export const ParameterRange = Type.Union([
  /** Any number from low to high; `log` where factors count rather than differences. */
  Type.Object({
    kind: Type.Literal('number'),
    low: Type.Number(),
    high: Type.Number(),
    scale: Type.Optional(Type.Enum(['linear', 'log'])),
  }),
  Type.Object({
    kind: Type.Literal('integer'),
    low: Type.Integer(),
    high: Type.Integer(),
    scale: Type.Optional(Type.Enum(['linear', 'log'])),
  }),
  Type.Object({ kind: Type.Literal('choice'), values: Type.Array(ParameterValue, { minItems: 1 }) }),
]);
export type ParameterRange = Static<typeof ParameterRange>;

/** Ranges by the names of a learner's parameters; what has none keeps its given value or its default. */
export const SearchSpace = Type.Record(Type.String(), ParameterRange);
export type SearchSpace = Static<typeof SearchSpace>;

/** When a search ends: whichever comes first. */
export const SearchBudget = Type.Object({
  /** Of wall clock, from the start to the choice; fitting the chosen ones once more comes on top. */
  seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  trials: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type SearchBudget = Static<typeof SearchBudget>;

/** How far a search may use the machine. */
export const SearchCaps = Type.Object({
  /** Fits at a time; all cores where absent. */
  cores: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Megabytes that the job may take altogether; three quarters of the machine's where absent. */
  memory: Type.Optional(Type.Integer({ minimum: 256 })),
});
export type SearchCaps = Static<typeof SearchCaps>;

export const searchMethods = ['grid', 'random', 'tpe'] as const;
export type SearchMethod = (typeof searchMethods)[number];

export const trialStates = ['running', 'complete', 'pruned', 'stopped', 'failed'] as const;
export type TrialState = (typeof trialStates)[number];

/** A measurement of a trial with less than everything: successive halving compares trials on the same rung. */
export const Rung = Type.Object({
  /** Share of the learner's rounds or epochs, or of the rows where it has none. */
  share: Type.Number(),
  /** On the first fold. */
  score: Nullable(Type.Number()),
});

/** One set of parameters that a search tried. */
export const Trial = Type.Object({
  /** From 1, in the order of their start. */
  number: Type.Integer(),
  learner: Type.String(),
  params: ParameterValues,
  state: Type.Enum([...trialStates]),
  rungs: Type.Array(Rung),
  /** Score of each fold that was fitted with everything, in the order of the folds. */
  folds: Type.Array(Nullable(Type.Number())),
  /** Mean of the folds once all are there. */
  score: Nullable(Type.Number()),
  /** Of the mean: standard deviation of the folds / sqrt(folds). */
  standardError: Nullable(Type.Number()),
  /** Spent fitting, over all threads. */
  seconds: Type.Number(),
  /** Seconds after the start of the search. */
  startedAfter: Type.Number(),
  /** Why it was pruned, stopped or failed, in words. */
  why: Nullable(Type.String()),
});
export type Trial = Static<typeof Trial>;

export const sweepStates = [
  'running',
  /** Searches no more: fits the chosen ones on the whole training part and judges them. */
  'finishing',
  'paused',
  /** The engine ended while it ran; its user may resume it. */
  'interrupted',
  'canceled',
  'failed',
  'succeeded',
] as const;
export type SweepState = (typeof sweepStates)[number];

/** What a run was chosen as. One run may be several of them. */
export const choiceRoles = ['best', 'simplest', 'blend'] as const;

export const SweepChoice = Type.Object({
  roles: Type.Array(Type.Enum([...choiceRoles])),
  learner: Type.String(),
  /** The trials behind it with their weights; one of weight 1 unless it is a blend. */
  trials: Type.Array(Type.Object({ number: Type.Integer(), weight: Type.Number() })),
  /** By cross-validation; it decided. */
  score: Nullable(Type.Number()),
  standardError: Nullable(Type.Number()),
  /** Id of the run, once it was fitted on the whole training part and judged on the holdout. */
  run: Nullable(Type.String()),
  /** In words: `within one standard error of the best`. */
  why: Type.String(),
});
export type SweepChoice = Static<typeof SweepChoice>;

export const Sweep = Type.Object({
  id: Type.String(),
  number: Type.Integer(),
  /** `auto` searches over learners and their parameters by itself. */
  kind: Type.Enum(['auto', 'sweep']),
  state: Type.Enum([...sweepStates]),
  /** The job that works, or worked last, on it. */
  jobId: Type.String(),
  dataset: Type.Object({ name: Type.String(), version: Type.Integer() }),
  target: Type.String(),
  task: Nullable(TaskKind),
  learners: Type.Array(Type.String()),
  method: Type.Enum([...searchMethods]),
  halving: Type.Boolean(),
  /** Of all repeats together. */
  folds: Type.Integer(),
  /** How often the folds were drawn anew. */
  repeats: Type.Integer(),
  budget: SearchBudget,
  caps: SearchCaps,
  metric: Nullable(Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() })),
  /** Spent searching so far, without pauses. */
  seconds: Type.Number(),
  trials: Type.Object({
    complete: Type.Integer(),
    pruned: Type.Integer(),
    stopped: Type.Integer(),
    failed: Type.Integer(),
    running: Type.Integer(),
  }),
  /** The best score so far. */
  bestScore: Nullable(Type.Number()),
  choices: Type.Array(SweepChoice),
  /** Why it failed, in words. */
  why: Nullable(Type.String()),
  createdAt: Time,
  finishedAt: Nullable(Time),
});
export type Sweep = Static<typeof Sweep>;

/** What a fit told of its rounds, epochs or iterations, thinned to at most some hundred points. */
export const FitCurve = Type.Object({
  learner: Type.String(),
  /** Of a search; absent where a learner was trained once. */
  trial: Type.Optional(Type.Integer()),
  fold: Type.Optional(Type.Integer()),
  points: Type.Array(Type.Object({ step: Type.Number(), metrics: Type.Record(Type.String(), Type.Number()) })),
  done: Type.Number(),
  /** 0 where the end is not known. */
  total: Type.Number(),
});
export type FitCurve = Static<typeof FitCurve>;

/** By id or number. */
export const SweepReference = Type.Object({ sweep: Type.String() });

/** What every search takes beside what a training takes. */
export const searchMembers = {
  /** Makes a list of learners a search; `auto` has 60 s where it is absent. */
  budget: Type.Optional(SearchBudget),
  /** Folds of the cross-validation of a search; by default 5, fewer where a fit takes long. */
  folds: Type.Optional(Type.Integer({ minimum: 2, maximum: 20 })),
  /** How often the folds are drawn anew, for a steadier mean; once where absent. Not for folds that roll forward in time. */
  repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
  caps: Type.Optional(SearchCaps),
};

/** What a sweep takes beside. */
export const sweepMembers = {
  /** `tpe` where absent. */
  method: Type.Optional(Type.Enum([...searchMethods])),
  /** By learner; a learner without one has its own, see `train.searchSpaces`. */
  spaces: Type.Optional(Type.Record(Type.String(), SearchSpace)),
  /** Values that a grid takes of a range of numbers, evenly; 5 where absent. */
  points: Type.Optional(Type.Integer({ minimum: 2, maximum: 1000 })),
  /** Asynchronous successive halving: prune on a share of the rounds, epochs or rows. True but for a grid. */
  halving: Type.Optional(Type.Boolean()),
  /** Also offer a blend. False where absent. */
  blend: Type.Optional(Type.Boolean()),
};

export const sweepCalls = {
  searchSpaces: query(
    'train.searchSpaces',
    'Where a search looks for the parameters of each learner by default.',
    Type.Object({ task: TaskKind }),
    Type.Object({
      learners: Type.Array(
        Type.Object({
          name: Type.String(),
          space: SearchSpace,
          /** The parameter that successive halving takes a share of; null where it takes rows. */
          resource: Nullable(Type.String()),
        }),
      ),
    }),
  ),
  sweeps: query(
    'train.sweeps',
    'All searches, newest first.',
    Type.Object({ target: Type.Optional(Type.String()) }),
    Type.Object({ sweeps: Type.Array(Sweep) }),
  ),
  showSweep: query(
    'train.showSweep',
    'One search with its trials.',
    SweepReference,
    Type.Object({ sweep: Sweep, trials: Type.Array(Trial), spaces: Type.Record(Type.String(), SearchSpace) }),
  ),
  pauseSweep: command(
    'train.pauseSweep',
    'Pauses a search: what is finished is kept, its job ends and gives its memory back.',
    SweepReference,
    Type.Object({ sweep: Sweep }),
  ),
  stopSweep: command(
    'train.stopSweep',
    'Ends a search early: chooses among what was tried until now.',
    SweepReference,
    Type.Object({ sweep: Sweep }),
  ),
  curves: query(
    'train.curves',
    'How the fits of a running job go, round by round.',
    Type.Object({ job: Type.String() }),
    Type.Object({ curves: Type.Array(FitCurve) }),
  ),
};
