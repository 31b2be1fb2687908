import { seededRandom } from '../../base/random.ts';
import type { RehearsedPolicy } from '../../contract/retrain-rehearsal.ts';
import { percentileInterval, resamples } from '../../statistics/bootstrap.ts';
import type { RankingMetric } from '../judge.ts';
import { mean } from './sum-up.ts';

const repeats = 2000;
/** A mean quality that is lower by less than this share of the first one's is as good. */
const negligibleShare = 0.01;

/**
 * Whether the first policy is better than the second by more than chance and by more than a trifle: its mean over the periods
 * that both have is higher by more than 1 % of the first quality, and the 95 % interval of the difference (percentile
 * bootstrap over periods, Efron 1979) is above 0.
 */
export function addsToIt(
  first: RehearsedPolicy,
  second: RehearsedPolicy,
  { metric, firstQuality, seed }: { metric: RankingMetric; firstQuality: number | null; seed: number },
): boolean {
  const gains = first.periods.flatMap(({ value }, index) => {
    const other = second.periods[index]?.value ?? null;
    if (value === null || other === null) return [];
    return [metric.lowerIsBetter ? other - value : value - other];
  });
  if (gains.length === 0 || mean(gains) <= negligibleShare * Math.abs(firstQuality ?? 0)) return false;
  const draws = Array.from(resamples(gains.length, { random: seededRandom(seed), repeats }), (counts) =>
    counts.reduce((sum, drawn, index) => sum + drawn * (gains[index] as number), 0),
  );
  return (percentileInterval(draws, { repeats })?.low ?? 0) > 0;
}

/** The highest mean quality, and of those that are as good the one with the fewest trainings, then the fewest alerts. */
export function bestPolicy(
  policies: readonly RehearsedPolicy[],
  rule: Parameters<typeof addsToIt>[2],
): { best: RehearsedPolicy; highest: RehearsedPolicy } {
  const worth = ({ quality }: RehearsedPolicy) =>
    quality === null ? Number.NEGATIVE_INFINITY : rule.metric.lowerIsBetter ? -quality : quality;
  const [highest] = policies.toSorted((one, other) => worth(other) - worth(one)) as [RehearsedPolicy];
  const asGood = policies.filter((policy) => policy === highest || !addsToIt(highest, policy, rule));
  const [best] = asGood.toSorted(
    (one, other) => one.retrainings - other.retrainings || one.alerts - other.alerts || worth(other) - worth(one),
  ) as [RehearsedPolicy];
  return { best, highest };
}
