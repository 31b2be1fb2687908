import Type, { type Static } from 'typebox';
import { Scalar } from './retrain-pipeline.ts';
import { Split } from './train.ts';
import { Nullable, Time } from './values.ts';

/** Rows of one version of a dataset. */
export const DatasetArtifact = Type.Object({
  type: Type.Literal('dataset'),
  dataset: Type.String(),
  version: Type.Integer(),
  /** Hash of the rows: `sha256:…`. */
  identity: Type.String(),
  rows: Type.Integer(),
});
export type DatasetArtifact = Static<typeof DatasetArtifact>;

export const SplitArtifact = Type.Object({ type: Type.Literal('split'), split: Split });
export type SplitArtifact = Static<typeof SplitArtifact>;

export const RunArtifact = Type.Object({
  type: Type.Literal('run'),
  run: Type.String(),
  number: Type.Integer(),
});
export type RunArtifact = Static<typeof RunArtifact>;

export const VersionArtifact = Type.Object({
  type: Type.Literal('version'),
  id: Type.String(),
  model: Type.String(),
  version: Type.Integer(),
});
export type VersionArtifact = Static<typeof VersionArtifact>;

/** What was measured, by its name: a figure or a word. */
export const Facts = Type.Record(Type.String(), Nullable(Scalar));
export type Facts = Static<typeof Facts>;

export const EvaluationArtifact = Type.Object({
  type: Type.Literal('evaluation'),
  /** The run that was evaluated; null where more than one was. */
  run: Nullable(Type.String()),
  figures: Facts,
  /** Lines for people. */
  lines: Type.Array(Type.String()),
});
export type EvaluationArtifact = Static<typeof EvaluationArtifact>;

/** Champion and challenger, judged by what came true of the requests of a deployment. */
export const LabelledComparison = Type.Object({
  deployment: Type.String(),
  champion: Nullable(Type.Number()),
  challenger: Nullable(Type.Number()),
  gain: Nullable(Type.Number()),
  /** 95 % interval of the gain. */
  interval: Nullable(Type.Array(Type.Number())),
  rows: Type.Integer(),
  /** Event times of the first and the last row; null where there is none. */
  since: Nullable(Time),
  until: Nullable(Time),
  /** Rows that were left out since a model was, or may have been, trained on them. */
  known: Type.Integer(),
  /** Why one of the versions cannot answer the requests, so that nothing was judged: `version 4 needs x, …`. */
  unanswered: Type.Optional(Type.String()),
});
export type LabelledComparison = Static<typeof LabelledComparison>;

/** Champion and challenger, judged by the same rows. */
export const ComparisonArtifact = Type.Object({
  type: Type.Literal('comparison'),
  model: Type.String(),
  /** What named the champion: `price@live`; absent in those of before that was kept, which `price@champion` named. */
  against: Type.Optional(Type.String()),
  champion: Type.Object({ version: Type.Integer(), value: Nullable(Type.Number()) }),
  /** Of several the best. */
  challenger: Type.Object({ version: Type.Integer(), value: Nullable(Type.Number()) }),
  metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
  margin: Type.Number(),
  gain: Nullable(Type.Number()),
  /** 95 % interval of the gain. */
  interval: Nullable(Type.Array(Type.Number())),
  /** Share of resamples in which the gain is above the margin. */
  confidence: Nullable(Type.Number()),
  rows: Type.Integer(),
  /** The rows in words. */
  holdout: Type.String(),
  /** Where the step was told to look at them. */
  labelled: Type.Optional(LabelledComparison),
});
export type ComparisonArtifact = Static<typeof ComparisonArtifact>;

/** The rows of the common holdout with one value, or in one range, of a column. */
export const SliceJudgement = Type.Object({
  column: Type.String(),
  /** `north`, `2 to 5`. */
  value: Type.String(),
  rows: Type.Integer(),
  champion: Nullable(Type.Number()),
  challenger: Nullable(Type.Number()),
  gain: Nullable(Type.Number()),
  /** Of the gain, as wide as so many slices ask for. */
  interval: Nullable(Type.Array(Type.Number())),
  worse: Type.Boolean(),
});
export type SliceJudgement = Static<typeof SliceJudgement>;

/** One condition that a challenger was held to. */
export const GateCheck = Type.Object({
  name: Type.String(),
  passed: Type.Boolean(),
  detail: Type.String(),
  /** Of the check of slices. */
  slices: Type.Optional(Type.Array(SliceJudgement)),
});
export type GateCheck = Static<typeof GateCheck>;

export const DecisionArtifact = Type.Object({
  type: Type.Literal('decision'),
  passed: Type.Boolean(),
  reason: Type.String(),
  comparison: ComparisonArtifact,
  checks: Type.Array(GateCheck),
  /** Who approved or refused it, where a person was asked. */
  by: Type.Optional(Type.String()),
  /** What that person wrote. */
  note: Type.Optional(Type.String()),
});
export type DecisionArtifact = Static<typeof DecisionArtifact>;

export const DeploymentArtifact = Type.Object({
  type: Type.Literal('deployment'),
  model: Type.String(),
  version: Type.Integer(),
  /** Null where nothing serves the model. */
  deployment: Nullable(Type.String()),
  /** Absent in those of before there was a choice: all requests. */
  as: Type.Optional(Type.Enum(['live', 'canary', 'shadow'])),
});
export type DeploymentArtifact = Static<typeof DeploymentArtifact>;

export const FilesArtifact = Type.Object({
  type: Type.Literal('files'),
  /** In the store of blobs, by their hash. */
  files: Type.Array(Type.Object({ path: Type.String(), hash: Type.String(), bytes: Type.Integer() })),
});
export type FilesArtifact = Static<typeof FilesArtifact>;

/** What a step gives to those after it. */
export const Artifact = Type.Union([
  DatasetArtifact,
  SplitArtifact,
  RunArtifact,
  VersionArtifact,
  EvaluationArtifact,
  ComparisonArtifact,
  DecisionArtifact,
  DeploymentArtifact,
  FilesArtifact,
]);
export type Artifact = Static<typeof Artifact>;
