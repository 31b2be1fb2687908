import type { EstimateMethod } from '../../contract/monitor-performance.ts';
import type { Figures } from './figures.ts';
import type { HoldoutRows } from './holdouts.ts';
import type { JudgingRule } from './measure-performance.ts';

/** Estimates what answers are worth before their labels are known. */
export interface PerformanceEstimator {
  estimate: EstimateMethod;
  /** Of the answers of some rows; null where nothing can be estimated. */
  estimateOf(answers: Float64Array): Figures | null;
}

export function performanceEstimator(_rule: JudgingRule, _holdout: HoldoutRows): PerformanceEstimator {
  return { estimate: { method: null, says: 'Performance is not estimated yet.' }, estimateOf: () => null };
}
