import { dayMilliseconds } from '../../base/clock.ts';
import { figure } from '../../base/figures.ts';
import { count, listed, metricName, sentence } from '../../base/words.ts';
import type { RehearsedPolicy } from '../../contract/retrain-rehearsal.ts';
import type { RankingMetric } from '../judge.ts';
import { policyInWords } from './policies.ts';

/** What the words are made of. */
export interface RehearsalFacts {
  metric: RankingMetric;
  /** Of the simulated clock, UTC epoch milliseconds. */
  from: number;
  firstQuality: number | null;
  policies: readonly RehearsedPolicy[];
  best: RehearsedPolicy;
  highest: RehearsedPolicy;
  /** Policies that train more often than the best one and are not better. */
  addNothing: readonly RehearsedPolicy[];
}

/** The answer of a rehearsal, sentence by sentence. */
export function rehearsalWords(facts: RehearsalFacts): string[] {
  const untouched = facts.policies.find(({ policy }) => policy === 'never');
  return [
    ...(untouched ? [untouchedWords(untouched, facts)] : []),
    ...(facts.best === untouched ? [] : [bestWords(facts)]),
    alertWords(facts.best),
    ...addNothingWords(facts),
  ];
}

/** Why the best policy is the best. */
export function reasonWords({ best, highest, metric }: RehearsalFacts): string {
  const quality = `${metricName(metric.name)} ${value(best.quality)} on average with ${count(best.retrainings, 'training')}`;
  if (best === highest) return `${quality}, the best of all.`;
  const other = `${policyInWords(highest.policy)} reaches ${value(highest.quality)} with ${count(highest.retrainings, 'training')}`;
  return `${quality}; ${other}, which is no more than chance or a trifle.`;
}

/** `7 months`, `3 years`, `12 days`. */
export function spanInWords(milliseconds: number): string {
  const days = Math.round(milliseconds / dayMilliseconds);
  if (days < 60) return count(days, 'day');
  const months = Math.round(days / 30.44);
  return months < 24 ? count(months, 'month') : count(Math.round(days / 365.25), 'year');
}

function untouchedWords(untouched: RehearsedPolicy, { from, metric }: RehearsalFacts): string {
  const name = metricName(metric.name);
  const way = metric.lowerIsBetter ? 'risen above' : 'fallen below';
  const mean = `${name} ${value(untouched.quality)} on average`;
  const after = (time: string) => spanInWords(Date.parse(time) - from);
  if (untouched.belowBaselineAt !== null) {
    return `Untouched it would have ${way} the baseline in ${after(untouched.belowBaselineAt)} (${mean}).`;
  }
  if (untouched.belowLimitAt !== null) {
    const limit = untouched.periods.find(({ to }) => to === untouched.belowLimitAt)?.limit ?? null;
    return `Untouched it would have ${way} its limit of ${value(limit)} in ${after(untouched.belowLimitAt)} (${mean}).`;
  }
  return `Untouched it would have kept its limit all the time (${mean}).`;
}

function bestWords({ best, firstQuality, metric }: RehearsalFacts): string {
  const name = metricName(metric.name);
  const subject = sentence(policyInWords(best.policy));
  if (best.kept === null) return `${subject} gives ${name} ${value(best.quality)} on average.`;
  const kept = `${Math.round(100 * best.kept)} %`;
  return `${subject} keeps ${kept} of the first quality (${name} ${value(best.quality)} on average, ${value(firstQuality)} at first).`;
}

function alertWords({ alerts, falseAlerts }: RehearsedPolicy): string {
  if (alerts === 0) return 'No alert.';
  const wrong = falseAlerts === 0 ? 'none of them' : falseAlerts === alerts ? 'all of them' : `${falseAlerts} of them`;
  if (alerts === 1) return `1 alert${falseAlerts === 1 ? ', a false one' : ''}.`;
  return `${count(alerts, 'alert')}, ${wrong} false.`;
}

function addNothingWords({ addNothing, best }: RehearsalFacts): string[] {
  if (addNothing.length === 0) return [];
  if (best.policy === 'never') return ['Retraining would add nothing.'];
  return [`${sentence(listed(addNothing.map(({ policy }) => policyInWords(policy))))} would add nothing.`];
}

function value(quality: number | null): string {
  return quality === null ? 'undefined' : figure(quality);
}
