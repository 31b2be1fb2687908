import type { Alert, Channel, Rule } from '../../../engine/contract/monitor-alerts.ts';
import { formatDay, formatExactTime, formatNumber, formatQuantity } from '../../ui/format.ts';
import type { StateTone } from '../../ui/state-tone.ts';

export function toneOf({ state, severity }: Pick<Alert, 'state' | 'severity'>): StateTone {
  if (state === 'resolved') return 'good';
  return state === 'open' ? severity : 'idle';
}

export function stateText({ state, severity, snoozedUntil }: Alert): string {
  if (state === 'open') return severity === 'information' ? 'open' : `open, ${severity}`;
  return state === 'snoozed' && snoozedUntil ? `silent until ${formatDay(snoozedUntil)}` : state;
}

/** What of an alert is still to be done stands first, then the newest. */
export function byUrgency(alerts: readonly Alert[]): Alert[] {
  const rank = ({ state }: Alert) => ['open', 'acknowledged', 'snoozed', 'resolved'].indexOf(state);
  return [...alerts].sort((a, b) => rank(a) - rank(b) || b.raisedAt.localeCompare(a.raisedAt));
}

/** `performance below 0.7, 2 weeks in a row` */
export function ruleText({ metric, comparison, bound, forWindows, window }: Rule): string {
  const unit = window === 'automatic' ? 'window' : window;
  const row =
    forWindows > 1 ? `${formatQuantity(forWindows, unit)} in a row` : window === 'automatic' ? '' : `in a ${unit}`;
  return `${metric} ${comparison} ${formatNumber(bound)}${row === '' ? '' : `, ${row}`}`;
}

/** How a window of a rule is called in a choice. */
export const windowLabels: Record<Rule['window'], string> = {
  automatic: 'As in the report',
  hour: 'Hour',
  day: 'Day',
  week: 'Week',
  month: 'Month',
  quarter: 'Quarter',
  year: 'Year',
};

export function channelText({ kind, url, host, to = [], command = [] }: Channel): string {
  if (kind === 'webhook') return url ?? '';
  return kind === 'email' ? `${to.join(', ')} by ${host}` : command.join(' ');
}

/** Choices of how long nothing is said. */
export function snoozeChoices(now: number): { label: string; until: string; note: string }[] {
  const hour = 3_600_000;
  return [
    { label: 'For an hour', hours: 1 },
    { label: 'For a day', hours: 24 },
    { label: 'For a week', hours: 168 },
  ].map(({ label, hours }) => {
    const until = new Date(now + hours * hour).toISOString();
    return { label, until, note: formatExactTime(until) };
  });
}
