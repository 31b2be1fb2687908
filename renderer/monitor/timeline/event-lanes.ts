import type { MonitorReport } from '../../../engine/contract/monitor.ts';
import type { Traffic } from '../../../engine/contract/traffic.ts';
import { spreadLabels } from '../../charts/scale.ts';
import { formatTick } from '../../ui/format.ts';
import { isShown, type LaneLayout } from './layout.ts';

export interface PlacedAlert {
  alert: MonitorReport['alerts'][number];
  x: number;
}

const alertWidth = 13;

/** The alerts of what the axis shows, beside each other where several came at once. */
export function placeAlerts(report: MonitorReport, layout: LaneLayout): PlacedAlert[] {
  const shown = report.alerts
    .filter((alert) => isShown(layout, report.timeline, alert.eventTime))
    .toSorted((a, b) => a.eventTime.localeCompare(b.eventTime));
  const places = spreadLabels(
    shown.map((alert) => layout.x(Date.parse(alert.eventTime))),
    alertWidth,
    layout.left + 6,
    layout.right,
  );
  return shown.map((alert, index) => ({ alert, x: places[index] ?? layout.left }));
}

export interface ReleaseSpan {
  version: number;
  from: number;
  to: number;
}

/** Which versions answered when, by event time: from the first to the last window in which each did. */
export function releaseSpans(report: MonitorReport, layout: LaneLayout): ReleaseSpan[] {
  const spans = new Map<number, ReleaseSpan>();
  for (const window of report.timeline) {
    for (const version of window.versions) {
      const known = spans.get(version);
      const to = layout.x(Date.parse(window.to));
      if (known) known.to = to;
      else spans.set(version, { version, from: layout.x(Date.parse(window.from)), to });
    }
  }
  return [...spans.values()].sort((a, b) => a.from - b.from || a.version - b.version);
}

export type VersionRole = 'champion' | 'challenger' | 'former';

/** What a version is to a deployment now. */
export function roleOf(version: number, active: number | null, { canary }: Traffic): VersionRole {
  if (version === active) return 'champion';
  return version === canary?.version ? 'challenger' : 'former';
}

/** What stands at the right of the versions: `v3 champion`, `v4, 10 %`. */
export function versionText(
  version: number,
  { version: active, follows, traffic }: { version: number; follows: string | null; traffic: Traffic },
): string {
  const role = roleOf(version, active, traffic);
  if (role === 'champion') return follows === null ? `v${version}` : `v${version} ${follows}`;
  return role === 'challenger' ? `v${version}, ${formatTick(traffic.canary?.percent ?? 0)} %` : `v${version}`;
}
