import type { LightReason, WatchedDeployment } from '../../../engine/contract/monitor-overview.ts';
import type { MonitorTab } from '../../client/address.ts';
import { formatQuantity } from '../../ui/format.ts';

const tabs: Record<LightReason['about'], MonitorTab> = {
  system: 'system',
  traffic: 'quality',
  quality: 'quality',
  drift: 'columns',
  performance: 'timeline',
  estimate: 'timeline',
  fairness: 'fairness',
  alert: 'alerts',
};

/** Where more of a reason stands; the time line where nothing is wrong. */
export function tabOfReason(reason: LightReason | undefined): MonitorTab {
  return reason && (reason.light === 'bad' || reason.light === 'warning') ? tabs[reason.about] : 'timeline';
}

const mostReasons = 2;

/** What is wrong, else the first that is said. */
export function shownReasons(reasons: readonly LightReason[]): readonly LightReason[] {
  const wrong = reasons.filter(({ light }) => light === 'bad' || light === 'warning');
  return (wrong.length > 0 ? wrong : reasons).slice(0, mostReasons);
}

/** `1 of 4 bad, 2 to look at`. */
export function overviewNote(deployments: readonly WatchedDeployment[]): string {
  const bad = deployments.filter(({ light }) => light === 'bad').length;
  const warnings = deployments.filter(({ light }) => light === 'warning').length;
  const parts = [...(bad > 0 ? [`${bad} bad`] : []), ...(warnings > 0 ? [`${warnings} to look at`] : [])];
  const all = formatQuantity(deployments.length, 'deployment');
  if (parts.length > 0) return `${parts.join(', ')}, of ${all}; the worst first`;
  return `${all}, ${isNothingKnown(deployments) ? 'nothing is known yet' : 'nothing is wrong'}`;
}

function isNothingKnown(deployments: readonly WatchedDeployment[]): boolean {
  return deployments.length > 0 && deployments.every(({ light }) => light === 'unknown');
}

/** The finding of the whole page. */
export function overviewTitle(deployments: readonly WatchedDeployment[]): string {
  const [worst] = deployments;
  if (isNothingKnown(deployments)) return 'Nothing is known yet';
  if (!worst || worst.light === 'good' || worst.light === 'unknown') return 'Nothing needs you';
  const others = deployments.filter(({ light }) => light === 'bad' || light === 'warning').length - 1;
  const name = `${worst.server ?? worst.deployment} needs you`;
  return others > 0 ? `${name}, and ${formatQuantity(others, 'other')}` : name;
}
