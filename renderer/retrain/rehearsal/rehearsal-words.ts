import type { Rehearsal, RehearsalPolicy, RehearsedPolicy } from '../../../engine/contract/retrain-rehearsal.ts';
import { metricTitle } from '../../ui/words.ts';
import { formatExactDay } from './rehearsal-time.ts';

const titles: Record<RehearsalPolicy, string> = {
  never: 'Untouched',
  'every-day': 'Each day',
  'every-week': 'Each week',
  'every-month': 'Each month',
  'every-quarter': 'Each quarter',
  'every-year': 'Each year',
  'on-drift': 'On drift',
  'on-performance': 'On performance',
  'on-alert': 'On any alert',
};

/** What a policy is called. */
export function policyTitle(policy: RehearsalPolicy): string {
  return titles[policy];
}

/** What the chart shows, and on what it was played, in a line. */
export function rehearsedOn({ metric, dataset, from, to, period, first, labelDelay }: Rehearsal): string {
  const late = labelDelay > 0 ? `; labels come after ${labelDelay} days` : '';
  return `${metricTitle(metric.name)} by ${period} on ${dataset}, ${formatExactDay(from)} to ${formatExactDay(to)}; first ${first.description}${late}`;
}

/** `3, 1 false`. */
export function alertText({ alerts, falseAlerts }: Pick<RehearsedPolicy, 'alerts' | 'falseAlerts'>): string {
  return falseAlerts === 0 ? String(alerts) : `${alerts}, ${falseAlerts} false`;
}
