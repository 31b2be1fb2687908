import type { TaskKind } from '../../contract/values.ts';
import type { StoredLimits, TimeWindow } from '../../monitor/for-jobs.ts';
import type { Comparison } from '../decision.ts';
import type { RankingMetric } from '../judge.ts';
import type { KnownRows } from './known-rows.ts';
import type { RehearsedModel } from './rehearsed-model.ts';
import type { ServedAnswers } from './served-answers.ts';
import type { TrainedModels } from './trained-models.ts';

/** What all policies are rehearsed on: rows, time, and what is made of them only once. */
export interface Stage {
  rows: KnownRows;
  /** What the clock goes through; the monitor looks at the end of each. */
  periods: readonly TimeWindow[];
  /** What answers first. */
  first: RehearsedModel;
  models: Pick<TrainedModels, 'at'>;
  answers: Pick<ServedAnswers, 'of'>;
  task: TaskKind;
  target: string;
  metric: RankingMetric;
  margin: number;
  limits: StoredLimits;
  seed: number;
  /** Comparisons by the keys of champion and challenger, which policies share. */
  comparisons: Map<string, Comparison>;
  throwIfCanceled(): void;
}
