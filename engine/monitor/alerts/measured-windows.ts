import { dayMilliseconds, hourMilliseconds } from '../../base/clock.ts';
import type { RuleWindow } from '../../contract/monitor-alerts.ts';
import type { WindowUnit } from '../../contract/monitor-windows.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { DeploymentReports } from '../deployment-report.ts';
import type { TimeRange } from '../logged-rows.ts';
import { calendarWindows, type TimeWindow, unitOfWindows } from '../windows.ts';
import type { MeasuredRange, RuleMetric } from './rule-metric.ts';

/** The shortest that each is. */
const lengths: Record<WindowUnit, number> = {
  hour: hourMilliseconds,
  day: dayMilliseconds,
  week: 7 * dayMilliseconds,
  month: 28 * dayMilliseconds,
  quarter: 90 * dayMilliseconds,
  year: 365 * dayMilliseconds,
};
/** So many windows are looked back at most. */
const mostWindows = 300;

/** The windows that a metric is measured over, the newest 300 at most, oldest first. */
export async function measuredWindows(
  reports: Pick<DeploymentReports, 'of'>,
  spec: DeploymentSpec,
  metric: RuleMetric,
  unit: RuleWindow,
  { since, until }: TimeRange,
): Promise<TimeWindow[]> {
  const whole = await reports.of(spec, { since: null, until: null, definition: 'default' });
  const timeline = whole.timeline.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  const measured = metric.range ? await metric.range(spec) : rangeOf(whole);
  if (measured === null) return [];
  const isReports = unit === 'automatic' && !metric.range;
  const windows = isReports ? timeline : windowsOver(measured, unit, whole.limits?.minimumRows ?? 0);
  return windows.filter(({ from, to }) => to > (since ?? -Infinity) && from < (until ?? Infinity));
}

/** What the log is asked for windows by. Those of the report have its unit, which follows rows from elsewhere as well. */
export function askedOf(
  windows: readonly TimeWindow[],
  unit: RuleWindow | undefined,
): TimeRange & { window: WindowUnit | undefined } {
  const isReports = windows.length > 1 && unit === 'automatic';
  if (isReports) return { since: null, until: null, window: unitOfWindows(windows) };
  const window = unit === 'automatic' ? undefined : unit;
  return { since: windows[0]?.from ?? null, until: windows.at(-1)?.to ?? null, window };
}

function rangeOf(report: Awaited<ReturnType<DeploymentReports['of']>>): MeasuredRange | null {
  if (report.since === null || report.until === null || report.traffic.rows === 0) return null;
  return { first: Date.parse(report.since), last: Date.parse(report.until), rows: report.traffic.rows };
}

function windowsOver(range: MeasuredRange, unit: RuleWindow, minimumRows: number): TimeWindow[] {
  if (unit === 'automatic') return calendarWindows(range, minimumRows);
  const first = Math.max(range.first, range.last - (mostWindows - 1) * lengths[unit]);
  return calendarWindows({ ...range, first }, 0, unit);
}
