import type { RehearsalPolicy, RehearsedPeriod, RehearsedPolicy } from '../../contract/retrain-rehearsal.ts';
import type { RankingMetric } from '../judge.ts';
import type { RehearsedRun } from './rehearse-policy.ts';

/** What policies are held against. */
export interface Yardsticks {
  metric: RankingMetric;
  /** Of the first model on its holdout. */
  firstQuality: number | null;
  /** One a period. */
  baseline: readonly (number | null)[];
}

/** What a policy came to over all periods. */
export function sumUp(
  policy: RehearsalPolicy,
  { periods, trained }: RehearsedRun,
  { metric, firstQuality, baseline }: Yardsticks,
): RehearsedPolicy {
  const values = periods.flatMap(({ value }) => (value === null ? [] : [value]));
  const quality = values.length === 0 ? null : mean(values);
  const alerts = periods.flatMap((period) => period.alerts);
  const isWorse = (value: number, than: number) => (metric.lowerIsBetter ? value > than : value < than);
  const firstWorse = (limitOf: (period: RehearsedPeriod, index: number) => number | null): string | null => {
    const found = periods.find((period, index) => {
      const limit = limitOf(period, index);
      return period.value !== null && limit !== null && isWorse(period.value, limit);
    });
    return found?.to ?? null;
  };
  return {
    policy,
    periods,
    quality,
    kept: shareKept(quality, firstQuality, metric),
    retrainings: trained.size,
    promotions: periods.reduce(
      (sum, { retrainings }) => sum + retrainings.filter(({ outcome }) => outcome === 'promoted').length,
      0,
    ),
    alerts: alerts.length,
    falseAlerts: alerts.filter(({ isFalse }) => isFalse).length,
    belowBaselineAt: firstWorse((_, index) => baseline[index] ?? null),
    belowLimitAt: firstWorse(({ limit }) => limit),
    trainingSeconds: [...trained].reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/** Of an error the other way round; null where one of them is not above 0. */
function shareKept(quality: number | null, first: number | null, { lowerIsBetter }: RankingMetric): number | null {
  if (quality === null || first === null || quality <= 0 || first <= 0) return null;
  return lowerIsBetter ? first / quality : quality / first;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
