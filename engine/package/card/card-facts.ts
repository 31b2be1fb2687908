import type { CardField } from '../../contract/package-card.ts';
import type { Recipe, Run, RunDetail } from '../../contract/train.ts';
import type { EvaluationReport } from '../../contract/train-evaluation.ts';
import type { Problem, Signature } from '../../contract/values.ts';

/** All that a model card tells; plain values, so that it can cross into a job process. */
export interface CardFacts {
  model: string;
  version: number;
  aliases: string[];
  signature: Signature;
  /** What its author wrote; parts that nobody wrote are not in it. */
  text: Partial<Record<CardField, string>>;
  onnx: { sha256: string; bytes: number };
  parity: { rows: number; difference: number };
  dataset: DatasetFacts;
  run: RunFacts;
  /** Null for a run that was never evaluated. */
  evaluation: EvaluationFacts | null;
  /** Who uses it. */
  deployments: string[];
  galleyVersion: string;
  /** When the version was made, ISO 8601. */
  createdAt: string;
}

export interface DatasetFacts {
  name: string;
  version: number;
  identity: string;
  /** Null where the dataset was deleted since. */
  known: {
    rows: number;
    columns: number;
    sources: { name: string; rows: number }[];
    missing: { name: string; missing: number }[];
    /** Null where the target is marked as personal or sensitive. */
    target: TargetFacts | null;
  } | null;
}

export interface TargetFacts {
  rows: number;
  missing: number;
  /** Of numbers. */
  histogram: { from: number; to: number; count: number }[];
  /** Of other values, the most frequent ones. */
  top: { value: string; count: number }[];
}

export interface RunFacts
  extends Pick<Run, 'number' | 'learner' | 'rows' | 'metrics' | 'intervals' | 'metric' | 'seconds'> {
  recipe: Pick<Recipe, 'split' | 'parameters' | 'seed' | 'features' | 'window' | 'members' | 'adopted'>;
  recipeHash: string;
  /** ISO 8601. */
  createdAt: string;
  /** Runs that were judged on the same holdout before. */
  holdoutLooks: number;
  environment: Pick<RunDetail['environment'], 'platform' | 'cpu'>;
  warnings: Problem[];
}

export type EvaluationFacts = Pick<
  EvaluationReport,
  'headline' | 'metrics' | 'classification' | 'regression' | 'importance' | 'slices' | 'fairness'
>;
