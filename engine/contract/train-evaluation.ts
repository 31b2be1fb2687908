import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { Metrics, Nullable, Problem, TaskKind } from './values.ts';

/** A figure with its 95 % interval; null where it cannot be said. */
export const Estimate = Type.Object({
  value: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
});
export type Estimate = Static<typeof Estimate>;

export const MetricEstimate = Type.Object({
  name: Type.String(),
  ...Estimate.properties,
  /** The same metric of the baseline (always the training part's mean or class shares) on the same rows. */
  baseline: Nullable(Type.Number()),
  lowerIsBetter: Type.Boolean(),
});
export type MetricEstimate = Static<typeof MetricEstimate>;

export const Headline = Type.Object({
  /** What `gain` is counted in: `rmse` of a regression, `brier` of a classification. */
  metric: Type.String(),
  value: Type.Number(),
  baseline: Type.Number(),
  /** Share of the baseline's error that is gone: 1 - value / baseline, 0.58 for "58 % less". Paired bootstrap. */
  gain: Estimate,
  /** `unclear`: the interval of the gain holds 0. */
  verdict: Type.Enum(['better', 'worse', 'unclear', 'baseline']),
  /** "linear cuts the error by 58 % against always guessing the mean" */
  title: Type.String(),
  /** "95 % interval 51 to 64 %. It is off by 2.96 (root mean square) instead of 7.01, on 365 held-out rows." */
  detail: Type.String(),
});
export type Headline = Static<typeof Headline>;

/** Rows that a threshold makes of the holdout, and what follows from them. */
export const ThresholdPoint = Type.Object({
  /** The second class is the label where its probability reaches this. */
  threshold: Type.Number(),
  truePositives: Type.Integer(),
  falsePositives: Type.Integer(),
  trueNegatives: Type.Integer(),
  falseNegatives: Type.Integer(),
});
export type ThresholdPoint = Static<typeof ThresholdPoint>;

export const ThresholdRule = Type.Union([
  /** Least mean cost, where the two kinds of error cost this. */
  Type.Object({
    by: Type.Literal('cost'),
    falsePositive: Type.Number({ minimum: 0 }),
    falseNegative: Type.Number({ minimum: 0 }),
  }),
  /** Best precision among those that find at least this share of the positives. */
  Type.Object({ by: Type.Literal('recall'), minimum: Type.Number({ minimum: 0, maximum: 1 }) }),
  /** Best recall among those that are right in at least this share of their alarms. */
  Type.Object({ by: Type.Literal('precision'), minimum: Type.Number({ minimum: 0, maximum: 1 }) }),
  Type.Object({ by: Type.Literal('f1') }),
  Type.Object({ by: Type.Literal('balanced_accuracy') }),
]);
export type ThresholdRule = Static<typeof ThresholdRule>;

export const ThresholdChoice = Type.Object({
  rule: ThresholdRule,
  /** In words: "largest F1". */
  says: Type.String(),
  /** Null where no threshold keeps the rule. */
  point: Nullable(ThresholdPoint),
  /** accuracy, balanced_accuracy, precision, recall, specificity, f1, and `cost` a row, on the whole holdout. */
  metrics: Metrics,
  /** The same, each fifth of the holdout judged at the threshold that the other rows choose: without optimism. */
  honest: Metrics,
});
export type ThresholdChoice = Static<typeof ThresholdChoice>;

export const CalibrationBin = Type.Object({
  meanPredicted: Type.Number(),
  shareOfPositives: Type.Number(),
  /** Wilson's interval of the share. */
  low: Type.Number(),
  high: Type.Number(),
  rows: Type.Integer(),
});

/** Curves of one class against the rest; of a binary task only the second class has them. */
export const ClassCurves = Type.Object({
  class: Type.String(),
  positives: Type.Integer(),
  /** From (0, 0) to (1, 1), at most 200 points. [] unless there are rows of both kinds. */
  roc: Type.Array(
    Type.Object({
      falsePositiveRate: Type.Number(),
      truePositiveRate: Type.Number(),
      threshold: Nullable(Type.Number()),
    }),
  ),
  /** By rising recall; draw steps. */
  precisionRecall: Type.Array(
    Type.Object({ recall: Type.Number(), precision: Type.Number(), threshold: Nullable(Type.Number()) }),
  ),
  /** Of the rows with the highest scores: the share of all positives among them, and how many times more than by chance. */
  gains: Type.Array(Type.Object({ share: Type.Number(), captured: Type.Number(), lift: Type.Number() })),
  calibration: Type.Object({
    /** Equally wide bins of the probability; empty ones are left out. */
    bins: Type.Array(CalibrationBin),
    /** Expected calibration error (Naeini 2015) over these bins, and the largest gap of one. */
    expectedError: Nullable(Type.Number()),
    largestError: Nullable(Type.Number()),
  }),
});
export type ClassCurves = Static<typeof ClassCurves>;

export const ClassificationReport = Type.Object({
  classes: Type.Array(Type.String()),
  /** Rows by true class, then by predicted class. */
  confusion: Type.Array(Type.Array(Type.Integer())),
  curves: Type.Array(ClassCurves),
  /** Binary only: the threshold that labels go by, and what others would do. */
  threshold: Nullable(
    Type.Object({
      current: Type.Number(),
      /** At most 500, by falling threshold: enough to choose by any rule in the window. */
      points: Type.Array(ThresholdPoint),
      suggestions: Type.Array(ThresholdChoice),
    }),
  ),
});
export type ClassificationReport = Static<typeof ClassificationReport>;

export const PredictionInterval = Type.Object({
  /** 0.8, 0.9, 0.95: the share of rows that should lie inside. */
  level: Type.Number(),
  /** The interval is the prediction plus and minus this. */
  halfWidth: Type.Number(),
  /** Share of the holdout's rows that lie inside, with Wilson's interval. */
  coverage: Estimate,
});

export const RegressionReport = Type.Object({
  /** At most 1,000 rows evenly taken; `row` is its position in the dataset version. */
  pairs: Type.Array(Type.Object({ row: Type.Integer(), actual: Type.Number(), predicted: Type.Number() })),
  /** Residual (actual - predicted) in bins of equally many rows by prediction. */
  residuals: Type.Array(
    Type.Object({
      from: Type.Number(),
      to: Type.Number(),
      rows: Type.Integer(),
      mean: Type.Number(),
      /** Of the residual: 5 %, 50 % and 95 % quantile. */
      lower: Type.Number(),
      median: Type.Number(),
      upper: Type.Number(),
    }),
  ),
  /** Normal quantiles beside those of the standardised residuals: a straight line where residuals are normal. */
  quantiles: Type.Array(Type.Object({ normal: Type.Number(), residual: Type.Number() })),
  /** Split conformal over folds of the training part; null where they were not asked for (`parts: ['intervals']`). */
  intervals: Nullable(
    Type.Object({
      method: Type.String(),
      /** Out-of-fold residuals that the widths come from. */
      rows: Type.Integer(),
      folds: Type.Integer(),
      levels: Type.Array(PredictionInterval),
    }),
  ),
});
export type RegressionReport = Static<typeof RegressionReport>;

/** How much the ranking metric worsens when a raw column is shuffled: mean of the repeats and its 95 % interval. */
export const PermutationImportance = Type.Object({
  metric: Type.String(),
  rows: Type.Integer(),
  repeats: Type.Integer(),
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.Number(),
      low: Type.Number(),
      high: Type.Number(),
      /** The interval holds 0: within chance. */
      withinChance: Type.Boolean(),
    }),
  ),
});
export type PermutationImportance = Static<typeof PermutationImportance>;

export const shapMethods = ['linear', 'tree', 'sampled'] as const;

/** Contributions add up: base + sum of contributions = answer, in the unit that is said. */
export const Contributions = Type.Object({
  /** Position in the dataset version; null for a row that was given. */
  row: Nullable(Type.Integer()),
  /** What is explained: the class, or null for a regression. */
  class: Nullable(Type.String()),
  /** `log_odds`: of the class; `answer`: a probability or the number itself; `score`: before the learner's link. */
  unit: Type.Enum(['log_odds', 'answer', 'score']),
  method: Type.Enum([...shapMethods]),
  base: Type.Number(),
  /** base + contributions, in the unit. */
  total: Type.Number(),
  /** The model's answer in words of the user: the number, or the probability of the class. */
  answer: Type.Number(),
  actual: Nullable(Type.Union([Type.Number(), Type.String()])),
  /** By falling size; `error` is the standard error of a sampled one, 0 where exact. */
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.Unknown(),
      contribution: Type.Number(),
      error: Type.Number(),
    }),
  ),
});
export type Contributions = Static<typeof Contributions>;

export const ShapSummary = Type.Object({
  method: Type.Enum([...shapMethods]),
  unit: Contributions.properties.unit,
  /** Rows of the holdout that it is the mean over, and rows that stand for the missing column. */
  rows: Type.Integer(),
  background: Type.Integer(),
  /** By falling mean of |contribution|; for several classes the mean over the classes. */
  columns: Type.Array(Type.Object({ name: Type.String(), mean: Type.Number() })),
  /** Contributions of at most 500 rows for the picture: of the first 20 of `columns`, then by row; of the class of `dependence`. */
  points: Type.Object({
    rows: Type.Array(Type.Integer()),
    /** Position of the row's value among the column's, 0 to 1; null where it has no order. */
    values: Type.Array(Type.Array(Nullable(Type.Number()))),
    contributions: Type.Array(Type.Array(Type.Number())),
  }),
});
export type ShapSummary = Static<typeof ShapSummary>;

/** Mean answer of the holdout's rows when a column is set to each value (Friedman 2001), and single rows (Goldstein 2015). */
export const Dependence = Type.Object({
  column: Type.String(),
  kind: Type.Enum(['number', 'time', 'category']),
  /** What is drawn: the class whose probability, or null for a regression. */
  class: Nullable(Type.String()),
  rows: Type.Integer(),
  /** A number, epoch milliseconds, or a category; null is missing. */
  values: Type.Array(Nullable(Type.Union([Type.Number(), Type.String()]))),
  mean: Type.Array(Type.Number()),
  /** Share of the rows that have about this value. */
  density: Type.Array(Type.Number()),
  /** At most 30 rows, each with an answer for every value. */
  curves: Type.Array(Type.Object({ row: Type.Integer(), answers: Type.Array(Type.Number()) })),
});
export type Dependence = Static<typeof Dependence>;

export const SliceCondition = Type.Object({
  column: Type.String(),
  /** One of: equal to a value; from (included) to (excluded), null being open; missing. */
  is: Type.Enum(['equal', 'range', 'missing']),
  value: Type.Optional(Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
  from: Type.Optional(Nullable(Type.Number())),
  to: Type.Optional(Nullable(Type.Number())),
});
export type SliceCondition = Static<typeof SliceCondition>;

export const Slice = Type.Object({
  conditions: Type.Array(SliceCondition),
  /** "temp below 30.5 and weekday = sat" */
  says: Type.String(),
  rows: Type.Integer(),
  /** Mean loss of the slice's rows with its interval. */
  loss: Estimate,
  /** Difference to the other rows in standard deviations (SliceFinder's effect size). */
  effect: Type.Number(),
  /** Of Welch's one-sided test, after Benjamini and Hochberg over all slices that were looked at. */
  p: Type.Number(),
});
export type Slice = Static<typeof Slice>;

export const SliceReport = Type.Object({
  /** `absolute_error` or `log_loss` of a row. */
  loss: Type.String(),
  overall: Estimate,
  rows: Type.Integer(),
  looked: Type.Integer(),
  minimumRows: Type.Integer(),
  /** Worst first; none where nothing stands out beyond chance. */
  slices: Type.Array(Slice),
});
export type SliceReport = Static<typeof SliceReport>;

export const fairnessDifferences = [
  'demographic_parity_difference',
  'demographic_parity_ratio',
  'equalized_odds_difference',
  'equalized_odds_ratio',
  'equal_opportunity_difference',
] as const;

export const FairnessGroup = Type.Object({
  group: Type.String(),
  n: Type.Integer(),
  positives: Nullable(Type.Integer()),
  /** Too few rows to say anything: its figures are null, and the differences leave it out. */
  tooSmall: Type.Boolean(),
  /** selection_rate, tpr, fpr, accuracy (Wilson's intervals), or mean_error, mae (bootstrap intervals) of a regression. */
  figures: Type.Record(Type.String(), Estimate),
});
export type FairnessGroup = Static<typeof FairnessGroup>;

/** Fairlearn's definitions. */
export const FairnessReport = Type.Object({
  /** A column, or `A+B`. */
  by: Type.String(),
  /** The class that is good to get; null for a regression. */
  favourable: Nullable(Type.String()),
  minimumRows: Type.Integer(),
  groups: Type.Array(FairnessGroup),
  /** Rows in no group: their value is missing, or too rare to be one. Absent in reports of earlier versions. */
  leftOut: Type.Optional(Type.Integer()),
  /** Between the groups; of a regression `mean_error_difference` and `mae_difference`. Bootstrap intervals. */
  differences: Type.Record(Type.String(), Estimate),
  /** "Women are selected 12 points less often than men (95 % interval 8 to 16)." */
  says: Type.String(),
});
export type FairnessReport = Static<typeof FairnessReport>;

export const ModelTestResult = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['metric', 'row', 'direction', 'invariance']),
  passed: Nullable(Type.Boolean()),
  /** What must hold, and what was found; why it could not be run where `passed` is null. */
  says: Type.String(),
  found: Type.String(),
  /** Rows it was run on, and those that fail it. */
  rows: Type.Integer(),
  failing: Nullable(Type.Integer()),
  /** Positions of the first failing rows. */
  examples: Type.Array(Type.Integer()),
});
export type ModelTestResult = Static<typeof ModelTestResult>;

export const ModelTests = Type.Object({
  /** `tests/NAME.yaml` in the project. */
  file: Type.String(),
  passed: Type.Boolean(),
  results: Type.Array(ModelTestResult),
});
export type ModelTests = Static<typeof ModelTests>;

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
