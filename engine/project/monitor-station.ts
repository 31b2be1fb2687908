import { count, metricName, metricValue } from '../base/words.ts';
import type { Alert } from '../contract/monitor-alerts.ts';
import type { LightReason, WatchedDeployment } from '../contract/monitor-overview.ts';
import type { Station } from '../contract/project.ts';
import type { CircleFacts } from './circle-facts.ts';

/** What is wrong, in a word or two beside the dot. */
const subjects: Record<LightReason['about'], string> = {
  system: 'server',
  traffic: 'traffic',
  quality: 'values',
  drift: 'drift',
  performance: 'performance',
  estimate: 'estimated performance',
  fairness: 'fairness',
  alert: 'alert, seen',
};

/** How the model is monitored: its light is the worst that the overview of Monitor has of the deployments of the model. */
export function monitorStation({ report, alerts, watched }: CircleFacts): Omit<Station, 'phase'> {
  const open = alerts.filter((alert) => alert.state === 'open');
  const name = report?.metric.name;
  const value = name ? (report?.timeline.findLast((window) => window.metric !== null)?.metric ?? null) : null;
  const isSeen = report !== undefined && report.traffic.rows > 0;
  const worst = watched[0];
  const wrong = worst && isWrong(worst) ? worst.reasons[0] : undefined;
  const reason = worst && (wrong || isSeen) ? reasonOf(worst, watched.length > 1) : null;
  return {
    value: value === null ? null : Number(value.toFixed(2)),
    unit: name ? metricName(name) : '',
    count: open.length,
    state: stateOf(worst, open, isSeen),
    status: statusOf(worst, open, isSeen),
    reason,
    lastEvent:
      open[0]?.title ??
      (wrong ? reason : null) ??
      (isSeen ? `${metricName(name ?? '')} ${metricValue(value)}` : 'is it still good?'),
    lastEventAt: open[0]?.raisedAt ?? null,
    flow: { value: alerts.length, label: alerts.length === 1 ? 'alert' : 'alerts' },
  };
}

function isWrong({ light }: Pick<WatchedDeployment, 'light'>): boolean {
  return light === 'bad' || light === 'warning';
}

/** Nothing is known of a deployment that was stopped, but its alerts stand. */
function stateOf(worst: WatchedDeployment | undefined, open: readonly Alert[], isSeen: boolean): Station['state'] {
  if (worst && (worst.light === 'bad' || worst.light === 'warning')) return worst.light;
  if (open.length > 0) return open.some(({ severity }) => severity === 'bad') ? 'bad' : 'warning';
  if (!isSeen) return 'empty';
  return worst?.light === 'good' ? 'good' : 'idle';
}

function statusOf(worst: WatchedDeployment | undefined, open: readonly Alert[], isSeen: boolean): string {
  if (open.length > 0) return count(open.length, 'alert');
  const reason = worst?.reasons[0];
  if (worst && reason && isWrong(worst)) return subjects[reason.about];
  if (!isSeen) return 'nothing yet';
  return worst?.light === 'good' ? 'no alert' : 'not known';
}

/** Everything that made the light what it is, with whose light it is where there are several. */
function reasonOf({ deployment, server, light, reasons }: WatchedDeployment, isOneOfSeveral: boolean): string {
  const says = reasons.filter((one) => one.light === light).map((one) => one.says);
  return `${isOneOfSeveral ? `${server ?? deployment}: ` : ''}${says.join(' ')}`;
}
