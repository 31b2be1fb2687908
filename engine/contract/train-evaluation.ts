import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { ClassificationReport, ThresholdChoice, ThresholdRule } from './train-classification.ts';
import { Estimate, Headline, MetricEstimate } from './train-estimates.ts';
import { Contributions, Dependence, PermutationImportance, ShapSummary } from './train-explanations.ts';
import { FairnessReport } from './train-fairness.ts';
import { ModelTests } from './train-model-tests.ts';
import { RegressionReport } from './train-regression.ts';
import { SliceReport } from './train-slices.ts';
import { Nullable, Problem, TaskKind } from './values.ts';

/** The metric on the holdout after training on a part of the training rows. */
export const LearningCurve = Type.Object({
  metric: Type.String(),
  lowerIsBetter: Type.Boolean(),
  draws: Type.Integer(),
  points: Type.Array(
    Type.Object({
      rows: Type.Integer(),
      mean: Type.Number(),
      /** Lowest and highest of the draws. */
      low: Type.Number(),
      high: Type.Number(),
    }),
  ),
});
export type LearningCurve = Static<typeof LearningCurve>;

/** Rows with the largest errors. */
export const WorstRow = Type.Object({
  row: Type.Integer(),
  actual: Type.Union([Type.Number(), Type.String()]),
  predicted: Type.Union([Type.Number(), Type.String()]),
  /** Probability of the true class, or null. */
  probability: Nullable(Type.Number()),
  loss: Type.Number(),
});
export type WorstRow = Static<typeof WorstRow>;

/** Parts of an evaluation that are made with every run, in the order in which they are made. */
export const usualParts = ['metrics', 'importance', 'shap', 'dependence', 'slices', 'fairness', 'tests'] as const;

/** All that it can have: the further ones need fits of their own and are made only when asked for. */
export const evaluationParts = [...usualParts, 'intervals', 'learning_curve'] as const;

export const EvaluationPart = Type.Enum([...evaluationParts]);
export type EvaluationPart = (typeof evaluationParts)[number];

/** What is known of how good a run is and why: one file a run. */
export const EvaluationReport = Type.Object({
  format: Type.Literal(1),
  task: TaskKind,
  target: Type.String(),
  learner: Type.String(),
  rows: Type.Object({ training: Type.Integer(), holdout: Type.Integer() }),
  headline: Headline,
  metrics: Type.Array(MetricEstimate),
  classification: Nullable(ClassificationReport),
  regression: Nullable(RegressionReport),
  worst: Type.Array(WorstRow),
  importance: Nullable(PermutationImportance),
  shap: Nullable(ShapSummary),
  /** Of the columns that matter most. */
  dependence: Type.Array(Dependence),
  slices: Nullable(SliceReport),
  /** Of each sensitive column and of their intersections. */
  fairness: Type.Array(FairnessReport),
  /** Null where the project has no tests for this target. */
  tests: Nullable(ModelTests),
  learningCurve: Nullable(LearningCurve),
  /** What could not be made, and why. */
  warnings: Type.Array(Problem),
});
export type EvaluationReport = Static<typeof EvaluationReport>;

/** One run against another on the rows that both held out. */
export const RunDifference = Type.Object({
  metric: Type.String(),
  lowerIsBetter: Type.Boolean(),
  rows: Type.Integer(),
  first: Nullable(Type.Number()),
  second: Nullable(Type.Number()),
  /** How much better the first is (below 0: worse), paired bootstrap. */
  gain: Estimate,
  verdict: Type.Enum(['first', 'second', 'unclear']),
  /** "run 12 is better by 0.8 points of accuracy, 95 % interval 0.2 to 1.4, on 1,204 rows" */
  says: Type.String(),
  /** Beside it: DeLong's test of two AUCs, McNemar's of two accuracies; p two-sided. */
  tests: Type.Array(
    Type.Object({ name: Type.Enum(['delong', 'mcnemar']), statistic: Type.Number(), p: Type.Number() }),
  ),
});
export type RunDifference = Static<typeof RunDifference>;

const RunReference = Type.String({ minLength: 1 });

export const evaluationCalls = {
  evaluation: query(
    'train.evaluation',
    'The stored evaluation of a run; null for a run of before there were any.',
    Type.Object({ run: RunReference }),
    Type.Object({ evaluation: Nullable(EvaluationReport) }),
  ),
  evaluate: jobCommand(
    'train.evaluate',
    'Makes the evaluation of a run, or parts of it, and stores it.',
    Type.Object({
      run: RunReference,
      /** Those made with every run where it is left out. */
      parts: Type.Optional(Type.Array(EvaluationPart, { minItems: 1 })),
      /** Columns by which fairness is judged, `A+B` for both at once; those of before where it is left out. */
      sensitive: Type.Optional(Type.Array(Type.String())),
      /** The class that is good to get; the second of two where it is left out. */
      favourable: Type.Optional(Type.String()),
    }),
    Type.Object({ evaluation: EvaluationReport }),
  ),
  threshold: query(
    'train.threshold',
    'The threshold that a rule chooses on the holdout of a binary run.',
    Type.Object({ run: RunReference, rule: ThresholdRule }),
    ThresholdChoice,
  ),
  explain: jobCommand(
    'train.explain',
    'Why a run answers what it answers: contributions of each column for single rows.',
    Type.Object({
      run: RunReference,
      /** Positions in the dataset version. */
      rows: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: 500 })),
      /** Or rows that are given, by column; what is left out is missing. */
      values: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1, maxItems: 500 })),
      /** The class whose answer is explained; the second of two, else the answered one. */
      class: Type.Optional(Type.String()),
    }),
    Type.Object({ explanations: Type.Array(Contributions) }),
  ),
  dependence: jobCommand(
    'train.dependence',
    'How the answers of a run change with one column.',
    Type.Object({ run: RunReference, column: Type.String(), class: Type.Optional(Type.String()) }),
    Type.Object({ dependence: Dependence }),
  ),
  difference: jobCommand(
    'train.difference',
    'Whether one run is better than another on the rows that both held out.',
    Type.Object({ first: RunReference, second: RunReference, metric: Type.Optional(Type.String()) }),
    RunDifference,
  ),
  test: jobCommand(
    'train.test',
    'Runs the tests of the project for a run and stores their results with it.',
    Type.Object({ run: RunReference }),
    ModelTests,
  ),
  tests: query(
    'train.tests',
    'The tests that the project has for a target.',
    Type.Object({ target: Type.String() }),
    Type.Object({
      /** `tests/NAME.yaml`, also where it is not there yet. */
      file: Type.String(),
      /** Empty where it is not there. */
      text: Type.String(),
      tests: Type.Array(Type.Object({ name: Type.String(), says: Type.String() })),
    }),
  ),
  saveTests: command(
    'train.saveTests',
    'Writes the tests for a target, where the text is valid.',
    Type.Object({ target: Type.String(), text: Type.String({ maxLength: 1_000_000 }) }),
    Type.Object({ file: Type.String(), tests: Type.Array(Type.Object({ name: Type.String(), says: Type.String() })) }),
  ),
};
