import type { Limits } from '../contract/monitor.ts';
import type { ModelVersion } from '../contract/package.ts';
import type { StoredLimits } from './store.ts';

/** How far R² may fall below the holdout's: what an unexplained share of the variance costs is the same everywhere. */
const r2Allowance = 0.15;
/** The same for scores between 0 and 1 (accuracy, roc_auc, f1, …). */
const scoreAllowance = 0.05;
/** By how much an error (rmse, log_loss, …) may exceed the holdout's, as a share of it: errors have no common scale. */
const errorAllowance = 0.25;

const defaults = { driftShare: 0.5, minimumRows: 30, retrain: false };

/** What a user has set, else the defaults: the bound follows the holdout of the version that is deployed. */
export function effectiveLimits(version: Pick<ModelVersion, 'metric' | 'metrics'>, stored: StoredLimits): Limits {
  return {
    metric: version.metric.name,
    lowerIsBetter: version.metric.lowerIsBetter,
    bound: stored.bound ?? defaultBound(version),
    driftShare: stored.driftShare ?? defaults.driftShare,
    minimumRows: stored.minimumRows ?? defaults.minimumRows,
    retrain: stored.retrain ?? defaults.retrain,
  };
}

/** From the holdout; 0 where the metric is undefined there. */
function defaultBound({ metric, metrics }: Pick<ModelVersion, 'metric' | 'metrics'>): number {
  const holdout = metrics[metric.name] ?? null;
  if (holdout === null) return 0;
  if (metric.lowerIsBetter) return holdout * (1 + errorAllowance);
  return holdout - (metric.name === 'r2' ? r2Allowance : scoreAllowance);
}

/** Whether a value of the metric is on the wrong side of the bound. */
export function breaksBound(value: number, { bound, lowerIsBetter }: Limits): boolean {
  return lowerIsBetter ? value > bound : value < bound;
}
