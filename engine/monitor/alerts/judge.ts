import { figure } from '../../base/figures.ts';
import { count } from '../../base/words.ts';
import type { Rule } from '../../contract/monitor-alerts.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { DeploymentReports } from '../deployment-report.ts';
import type { TimeRange } from '../logged-rows.ts';
import type { TimeWindow } from '../windows.ts';
import type { Breach } from './alert-store.ts';
import { measuredWindows } from './measured-windows.ts';
import { lookAtCause, type RuleMetric, type RuleMetrics } from './rule-metric.ts';
import { brokenRun, recovered } from './rule-state.ts';
import { spanText } from './words.ts';

/** What a rule says of the newest window that has enough rows, or of a range. */
export interface Verdict {
  rule: string;
  /** Broken for as long as the rule wants. */
  broken: { window: TimeWindow; since: number; value: number; windows: number } | null;
  /** Back on the right side of the bound by the hysteresis. */
  recovered: boolean;
}

/** Windows with their values; null where a window has too little to say, or is not over yet. */
export interface Judged {
  windows: TimeWindow[];
  values: (number | null)[];
}

/** Values of the windows of a rule, without the newest where it is not over and another one has a value. */
export async function judgedWindows(
  reports: Pick<DeploymentReports, 'of'>,
  spec: DeploymentSpec,
  metric: RuleMetric,
  rule: Pick<Rule, 'window'>,
  range: TimeRange = { since: null, until: null },
): Promise<Judged> {
  const windows = await measuredWindows(reports, spec, metric, rule.window, range);
  const values = await metric.values(spec, windows, rule.window);
  const last = values.length - 1;
  const isAlone = values.slice(0, -1).every((value) => value === null);
  if (!metric.judgesPartOfWindow && !isAlone) values[last] = null;
  return { windows, values };
}

/**
 * Judges a range as one window, or the newest complete windows with enough rows.
 * @returns null where there is too little to say anything
 */
export async function judgeRule(
  reports: Pick<DeploymentReports, 'of'>,
  spec: DeploymentSpec,
  metric: RuleMetric,
  rule: Rule,
  range: TimeRange,
): Promise<Verdict | null> {
  const isGiven = range.since !== null || range.until !== null;
  const { windows, values } = isGiven
    ? await givenRange(reports, spec, metric, range)
    : await judgedWindows(reports, spec, metric, rule);
  const newest = values.findLastIndex((value) => value !== null);
  if (newest < 0) return null;
  if (metric.approximates && windows.length > 1) {
    const [exact] = await metric.values(spec, windows.slice(newest, newest + 1));
    values[newest] = exact ?? null;
  }
  const value = values[newest] ?? null;
  if (value === null) return null;
  const run = brokenRun(values, rule);
  const isLong = run !== null && run.windows >= (isGiven ? 1 : rule.forWindows);
  return {
    rule: rule.name,
    broken: isLong
      ? {
          window: windows[newest] as TimeWindow,
          since: (windows[run.first] as TimeWindow).from,
          value,
          windows: run.windows,
        }
      : null,
    recovered: recovered(value, rule),
  };
}

async function givenRange(
  reports: Pick<DeploymentReports, 'of'>,
  spec: DeploymentSpec,
  metric: RuleMetric,
  { since, until }: TimeRange,
): Promise<Judged> {
  const report = await reports.of(spec, { since, until, definition: 'default' });
  const from = since ?? Date.parse(report.since ?? '');
  const to = until ?? Date.parse(report.until ?? '') + 1;
  if (!(from < to)) return { windows: [], values: [] };
  return { windows: [{ from, to }], values: await metric.values(spec, [{ from, to }]) };
}

/** What an alert says of a rule that is broken. */
export async function breachOf(
  spec: DeploymentSpec,
  metric: RuleMetric,
  rule: Rule,
  broken: NonNullable<Verdict['broken']>,
): Promise<Breach> {
  const { window, since, value, windows } = broken;
  const format = metric.format ?? figure;
  // What is broken is told also where it cannot be explained.
  const explained = await metric.explain?.(spec, window, value, rule).catch((error) => {
    console.error(error);
    return undefined;
  });
  const inRow = windows > 1 ? ` It is so for ${count(windows, 'window')} in a row.` : '';
  const detail = explained?.detail ?? `${spanText(window.from, window.to)}, version ${spec.version}.`;
  return {
    rule: rule.name,
    cause: metric.cause,
    severity: rule.severity,
    title: explained?.title ?? `${metric.says}: ${format(value)}, ${rule.comparison} ${format(rule.bound)}`,
    detail: `${detail}${inRow}`,
    lookAt: explained?.lookAt ?? lookAtCause[metric.cause],
    contributions: explained?.contributions ?? [],
    since,
    ...window,
  };
}

/** The metrics that the rules watch, by name. */
export async function metricsByName(metrics: RuleMetrics, spec: DeploymentSpec): Promise<Map<string, RuleMetric>> {
  return new Map((await metrics.of(spec)).map((metric) => [metric.name, metric]));
}
