import { isoTime } from '../base/clock.ts';
import { metricName, sentence } from '../base/words.ts';
import type { Alert, MonitorReport } from '../contract/monitor.ts';
import type { DeploymentSpec } from '../deploy/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { DeploymentReports } from './deployment-report.ts';
import { driftedShare, importantColumns } from './drift.ts';
import { breaksBound } from './limits.ts';
import type { TimeRange } from './logged-rows.ts';
import type { MonitorStore, NewAlert, StoredAlert } from './store.ts';

/** Alerts that a check raised, and all that are not resolved after it. */
export interface CheckResult {
  raised: StoredAlert[];
  open: StoredAlert[];
}

/** What a rule says of a window: null where there are too few rows to say anything. */
interface Verdict {
  rule: Alert['rule'];
  bad: Pick<NewAlert, 'severity' | 'title' | 'detail' | 'eventTime'> | null;
}

/**
 * Judges a range (default: for each rule the newest complete window that has enough rows) against the limits. An alert is
 * raised once for a version and a rule, and resolved when the rule is kept again or another version answers.
 */
export async function checkDeployment(
  context: EngineContext,
  { reports, store }: { reports: DeploymentReports; store: MonitorStore },
  spec: DeploymentSpec,
  range: TimeRange,
): Promise<CheckResult> {
  const verdicts = await judge(reports, spec, range);
  const { database, clock, newId } = context;
  const raised = database.transaction(() => {
    const ids: string[] = [];
    for (const { rule, bad } of verdicts) {
      const standing = store.alerts(spec.id).filter((alert) => alert.rule === rule && alert.state !== 'resolved');
      const isStanding = bad !== null && standing.some(({ version }) => version === spec.version);
      for (const { id, version } of standing) {
        if (bad === null || version !== spec.version) store.resolve(id, clock.now());
      }
      if (bad === null || isStanding) continue;
      const id = newId('alert');
      store.raise({ ...bad, id, rule, deploymentId: spec.id, version: spec.version }, clock.now());
      ids.push(id);
    }
    return ids;
  });
  const alerts = store.alerts(spec.id);
  return {
    raised: alerts.filter(({ id }) => raised.includes(id)),
    open: alerts.filter(({ state }) => state !== 'resolved'),
  };
}

/** The verdicts of the rules that have enough rows. */
async function judge(reports: DeploymentReports, spec: DeploymentSpec, range: TimeRange): Promise<Verdict[]> {
  const report = await reports.of(spec, { ...range, definition: 'default' });
  const isGiven = range.since !== null || range.until !== null;
  const labelled = isGiven ? report : await reportOfWindow(reports, spec, report, ({ labelled }) => labelled);
  const answered = isGiven ? report : await reportOfWindow(reports, spec, report, ({ rows }) => rows);
  const verdicts = [labelled && judgePerformance(labelled), answered && judgeDrift(answered)];
  return verdicts.filter((verdict) => verdict !== null);
}

/** A report of the newest window that has enough rows: a complete one, unless there is none yet. */
async function reportOfWindow(
  reports: DeploymentReports,
  spec: DeploymentSpec,
  { timeline, limits }: MonitorReport,
  rowsOf: (window: MonitorReport['timeline'][number]) => number,
): Promise<MonitorReport | null> {
  const enough = timeline.filter((window) => rowsOf(window) >= (limits?.minimumRows ?? 0));
  const newest = timeline.at(-1);
  const window = enough.findLast((candidate) => candidate !== newest) ?? enough.at(-1);
  if (!window) return null;
  const range = { since: Date.parse(window.from), until: Date.parse(window.to) };
  return reports.of(spec, { ...range, definition: 'default' });
}

function judgePerformance({ performance, limits, metric, since, until, version }: MonitorReport): Verdict | null {
  const value = performance?.metrics[metric.name] ?? null;
  if (performance === null || limits === null || value === null || performance.rows < limits.minimumRows) return null;
  if (!breaksBound(value, limits)) return { rule: 'performance', bad: null };
  const [way, side] = limits.lowerIsBetter ? ['rose', 'above'] : ['fell', 'below'];
  const holdout = performance.reference[metric.name] ?? null;
  return {
    rule: 'performance',
    bad: {
      severity: 'bad',
      title: `${sentence(metricName(metric.name))} ${way} to ${figure(value)}, ${side} ${figure(limits.bound)}`,
      detail:
        `${performance.rows} labelled rows, ${span(since, until)}, version ${version}` +
        `${holdout === null ? '' : `; ${figure(holdout)} on its holdout`}.`,
      eventTime: Date.parse(since as string),
    },
  };
}

function judgeDrift({ drift, limits, traffic, since, until, version }: MonitorReport): Verdict | null {
  const important = importantColumns(drift.columns).filter(({ verdict }) => verdict !== 'too_few_rows');
  if (important.length === 0 || limits === null) return null;
  if (driftedShare(important) <= limits.driftShare) return { rule: 'drift', bad: null };
  const drifted = important.filter((column) => column.drifted);
  return {
    rule: 'drift',
    bad: {
      severity: 'warning',
      title: `${drifted.length} of ${important.length} important columns drifted`,
      detail: `${drifted.map(({ name }) => name).join(', ')}: ${traffic.rows} rows, ${span(since, until)}, against the ${drift.reference} of version ${version}.`,
      eventTime: Date.parse(since as string),
    },
  };
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function span(since: string | null, until: string | null): string {
  const day = (time: string | null) => (time ?? isoTime(0)).slice(0, 10);
  return `${day(since)} to ${day(until)}`;
}
