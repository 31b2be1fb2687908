import { dayMilliseconds, hourMilliseconds } from '../../base/clock.ts';
import { figure } from '../../base/figures.ts';
import { metricName, sentence } from '../../base/words.ts';
import type { MonitorReport } from '../../contract/monitor.ts';
import type { LightReason, WatchedDeployment } from '../../contract/monitor-overview.ts';
import type { ElsewhereReport } from '../../contract/monitor-profiles.ts';
import type { Light, QualityCheck } from '../../contract/monitor-quality.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { DeploymentReports } from '../deployment-report.ts';
import { importantColumns } from '../drift.ts';
import { breaksBound } from '../limits.ts';
import { historyDays, type Pauses, pausesOf } from '../quality/arrival-checks.ts';
import type { DeploymentQualities } from '../quality/deployment-quality.ts';
import type { ArrivalCounts } from '../quality/quality-counts.ts';
import type { References } from '../reference.ts';

/** What takes long to find out of a deployment; it changes with its rows, labels, limits and version alone. */
export interface Findings {
  /** Of what it was found out. */
  state: string;
  version: number;
  rows: number;
  lastEventTime: string | null;
  recent: WatchedDeployment['recent'];
  metric: WatchedDeployment['metric'];
  reasons: LightReason[];
  pauses: Pauses;
  days: ArrivalCounts['days'];
  elsewhere: ElsewhereFindings[];
}

/** The same of a server elsewhere, as far as its profiles tell. */
export interface ElsewhereFindings extends Pick<Findings, 'version' | 'rows' | 'lastEventTime' | 'recent' | 'reasons'> {
  server: string;
}

/** Windows of the picture. */
const recentWindows = 24;
/** With fewer days the picture is of hours. */
const leastDays = 3;
/** Of one deployment: more are read where they stand. */
const mostQualityReasons = 3;

export interface FindingSources {
  reports: DeploymentReports;
  qualities: DeploymentQualities;
  references: References;
}

/** Judges the newest window that has enough rows, a complete one unless there is none. */
export async function findOut(
  { reports, qualities, references }: FindingSources,
  spec: DeploymentSpec,
  state: string,
): Promise<Findings> {
  const report = await reports.of(spec, { since: null, until: null, definition: 'default' });
  const arrivals = await qualities.arrivals(spec);
  const { timeline, metric, limits } = report;
  const minimum = limits?.minimumRows ?? 1;
  const judged = newestWindow(timeline, ({ rows }) => rows >= minimum);
  const labelled = newestWindow(timeline, (window) => window.metric !== null);
  const estimated = newestWindow(timeline, (window) => window.estimated !== null);
  const { version } = await references.of(spec.model, spec.version);
  return {
    state,
    version: spec.version,
    rows: report.traffic.rows + (report.removed?.rows ?? 0),
    lastEventTime: report.until,
    recent: await recentRows(qualities, spec, arrivals),
    metric: {
      ...metric,
      realised: labelled && {
        value: labelled.metric,
        low: labelled.interval?.[0] ?? null,
        high: labelled.interval?.[1] ?? null,
      },
      reference: version.metrics[metric.name] ?? null,
    },
    reasons: [
      ...(judged ? await qualityReasons(qualities, spec, judged) : []),
      ...(judged ? [driftReason(report, judged)] : []),
      performanceReason(report, labelled),
      ...estimateReason(report, estimated, labelled),
    ],
    pauses: pausesOf(arrivals),
    days: arrivals.days.slice(-historyDays),
    elsewhere: (report.elsewhere ?? []).map((server) => elsewhereFindings(report, server)),
  };
}

function elsewhereFindings(report: MonitorReport, server: ElsewhereReport): ElsewhereFindings {
  const { name, rows, until, timeline, columns } = server;
  const judged = newestWindow(timeline, (window) => window.rows >= (report.limits?.minimumRows ?? 1));
  const known =
    until === null ? 'Its profile has no rows.' : `It is known until ${until.slice(0, 10)}, by its profile.`;
  return {
    server: name,
    version: timeline.at(-1)?.versions.at(-1) ?? report.version ?? 0,
    rows,
    lastEventTime: until,
    recent: timeline.slice(-recentWindows).map((window) => ({ from: window.from, rows: window.rows })),
    reasons: [
      ...(judged ? [driftReason({ ...report, drift: { ...report.drift, columns } }, judged)] : []),
      { light: 'unknown', about: 'traffic', says: known },
    ],
  };
}

type ReportWindow = MonitorReport['timeline'][number];

function newestWindow<Window>(timeline: readonly Window[], has: (window: Window) => boolean): Window | null {
  const enough = timeline.filter(has);
  const newest = timeline.at(-1);
  return enough.findLast((window) => window !== newest) ?? enough.at(-1) ?? null;
}

async function qualityReasons(
  qualities: DeploymentQualities,
  spec: DeploymentSpec,
  { from, to }: ReportWindow,
): Promise<LightReason[]> {
  const { checks } = await qualities.kept(spec, { since: Date.parse(from), until: Date.parse(to) });
  const ofValues = checks.filter(({ kind }) => !['freshness', 'volume', 'schema'].includes(kind));
  const wrong = ofValues.filter(({ light }) => light === 'bad' || light === 'warning');
  if (wrong.length > 0) return wrong.slice(0, mostQualityReasons).map((check) => qualityReason(check));
  const unsaid = ofValues.every(({ light }) => light === 'unknown');
  const says = unsaid ? 'Too few rows to say anything of their values.' : 'Values are as in training.';
  return [{ light: unsaid ? 'unknown' : 'good', about: 'quality', says }];
}

/** A check as a reason for a light. */
export function qualityReason({ kind, light, says }: QualityCheck): LightReason {
  const about = kind === 'freshness' || kind === 'volume' ? 'traffic' : 'quality';
  return { light, about, says };
}

function driftReason(
  { drift, limits }: Pick<MonitorReport, 'drift' | 'limits'>,
  { drifted }: Pick<ReportWindow, 'drifted'>,
): LightReason {
  const important = importantColumns(drift.columns).map(({ name }) => name);
  const moved = important.filter((name) => drifted.includes(name));
  const share = important.length === 0 ? 0 : moved.length / important.length;
  const isMuch = limits !== null && share > limits.driftShare;
  const of = `${moved.length} of ${important.length} important columns`;
  const names = moved.length > 0 ? `: ${moved.slice(0, 3).join(', ')}${moved.length > 3 ? ', …' : ''}` : '';
  return { light: isMuch ? 'warning' : 'good', about: 'drift', says: `${of} drifted${names}.` };
}

function performanceReason({ metric, limits }: MonitorReport, labelled: ReportWindow | null): LightReason {
  const value = labelled?.metric ?? null;
  if (labelled === null || value === null || limits === null) {
    return { light: 'unknown', about: 'performance', says: 'No labels yet.' };
  }
  const name = sentence(metricName(metric.name));
  const when = labelled.from.slice(0, 10);
  const isBad = breaksBound(value, limits);
  const side = limits.lowerIsBetter ? 'above' : 'below';
  const bound = isBad ? `, ${side} its bound ${figure(limits.bound)}` : '';
  return {
    light: isBad ? 'bad' : 'good',
    about: 'performance',
    says: `${name} ${figure(value)} from ${when} on${bound}.`,
  };
}

/** Only where no label says it already. */
function estimateReason(
  { metric, limits }: MonitorReport,
  estimated: ReportWindow | null,
  labelled: ReportWindow | null,
): LightReason[] {
  const value = estimated?.estimated?.value ?? null;
  if (estimated === null || value === null || limits === null) return [];
  if (labelled !== null && labelled.from >= estimated.from) return [];
  const light: Light = breaksBound(value, limits) ? 'warning' : 'good';
  const says = `${sentence(metricName(metric.name))} is estimated at ${figure(value)} from ${estimated.from.slice(0, 10)} on, without labels.`;
  return [{ light, about: 'estimate', says }];
}

async function recentRows(
  qualities: DeploymentQualities,
  spec: DeploymentSpec,
  { days }: ArrivalCounts,
): Promise<WatchedDeployment['recent']> {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const isLong = last.day - first.day >= leastDays * dayMilliseconds;
  if (isLong)
    return filled(
      days.map(({ day, rows }) => ({ from: day, rows })),
      dayMilliseconds,
    );
  return filled(await qualities.hours(spec, first.day), hourMilliseconds);
}

/** The newest windows up to the last one with rows, those without rows with 0. */
function filled(spans: readonly { from: number; rows: number }[], length: number): WatchedDeployment['recent'] {
  const last = spans.at(-1)?.from ?? 0;
  const rowsOf = new Map(spans.map(({ from, rows }) => [from, rows]));
  return Array.from({ length: recentWindows }, (_, index) => {
    const from = last - (recentWindows - 1 - index) * length;
    return { from: new Date(from).toISOString(), rows: rowsOf.get(from) ?? 0 };
  });
}
