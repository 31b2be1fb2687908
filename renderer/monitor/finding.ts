import type { MonitorReport } from '../../engine/contract/monitor.ts';
import type { ColumnDrift } from '../../engine/contract/monitor-drift.ts';
import { formatCount, formatNumber, formatPercent, formatQuantity, formatScore } from '../ui/format.ts';
import { isShare, metricTitle } from '../ui/words.ts';
import { periodName } from './periods.ts';

type Window = MonitorReport['timeline'][number];

export interface Finding {
  headline: string;
  detail: string;
}

/** The page's title: the most important thing that the report says. */
export function findingOf(report: MonitorReport): Finding {
  const servers = report.elsewhere?.length ?? 0;
  if (report.traffic.rows === 0 && servers > 0)
    return {
      headline: `No requests here; ${formatQuantity(servers, 'server')} elsewhere`,
      detail: 'What the profiles tell of them stands on the time line.',
    };
  if (report.traffic.rows === 0)
    return { headline: 'No requests yet', detail: 'What is asked and answered shows here as soon as there is some.' };
  return { headline: headlineOf(report), detail: detailOf(report) };
}

/** A value of the report's metric in its digits. */
export function showMetric(report: MonitorReport, value: number | null | undefined): string {
  return isShare(report.metric.name) ? formatScore(value, 2) : formatNumber(value);
}

/** Whether a value breaks the limit. */
export function breaksLimit(report: MonitorReport, value: number | null): boolean {
  if (value === null || report.limits === null) return false;
  return report.metric.lowerIsBetter ? value > report.limits.bound : value < report.limits.bound;
}

/** The first window of the unbroken row of bad ones that the newest judged window ends; undefined where that is good. */
export function badSince(report: MonitorReport): Window | undefined {
  let first: Window | undefined;
  for (const window of [...report.timeline].reverse()) {
    if (window.metric === null) continue;
    if (!breaksLimit(report, window.metric)) return first;
    first = window;
  }
  return first;
}

function headlineOf(report: MonitorReport): string {
  const newest = report.timeline.findLast((window) => window.metric !== null);
  if (newest === undefined) return driftHeadline(report);
  const metric = metricTitle(report.metric.name);
  const now = `${metric} is ${showMetric(report, newest.metric)} in ${periodName(newest.from, newest.to)}`;
  const since = badSince(report);
  if (since === undefined || report.limits === null)
    return report.drift.drifted ? `${now}, and ${driftCount(report)} drifted` : `${now}, as it should be`;
  const side = report.metric.lowerIsBetter ? 'above' : 'below';
  const limit = `${side} the limit of ${showMetric(report, report.limits.bound)}`;
  return since === newest ? `${now}, ${limit}` : `${now}, and ${limit} since ${periodName(since.from, since.to)}`;
}

function driftHeadline(report: MonitorReport): string {
  if (report.drift.columns.every((column) => column.verdict === 'too_few_rows'))
    return `${formatQuantity(report.traffic.rows, 'row')} so far, too few to judge`;
  return report.drift.drifted || drifted(report).length > 0
    ? `${driftCount(report)} drifted; there are no labels yet`
    : 'No column drifted; there are no labels yet';
}

function driftCount(report: MonitorReport): string {
  return `${drifted(report).length} of ${formatQuantity(report.drift.columns.length, 'column')}`;
}

function detailOf(report: MonitorReport): string {
  const names = drifted(report)
    .sort(byDrift)
    .map((column) => column.name);
  const removed = report.removed ? `, ${formatQuantity(report.removed.rows, 'older row')} kept no more` : '';
  const damaged = report.damaged ? `, ${formatQuantity(report.damaged.segments, 'segment')} of the log damaged` : '';
  const traffic = `${formatQuantity(report.traffic.rows, 'row')} answered${removed}${damaged}, ${formatQuantity(report.traffic.errors, 'error')}.`;
  const labelled = report.performance
    ? `${formatCount(report.performance.rows)} ${report.performance.rows === 1 ? 'has a label' : 'have labels'}.`
    : 'Add labels to see how right the answers were.';
  if (names.length === 0) return `${traffic} ${labelled}`;
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : joinWords(names);
  return `${shown} ${names.length === 1 ? 'is' : 'are'} spread differently from ${referenceText(report)}. ${traffic} ${labelled}`;
}

/** The rows that everything is compared with, in words. */
export function referenceText(report: MonitorReport): string {
  const { reference } = report.drift;
  return reference === '' ? 'the training rows' : reference.startsWith('the ') ? reference : `the ${reference}`;
}

function drifted(report: MonitorReport): ColumnDrift[] {
  return report.drift.columns.filter((column) => column.drifted);
}

/** By how far they moved times how much the model relies on them, the most first. */
export function rankedColumns(columns: readonly ColumnDrift[]): ColumnDrift[] {
  return columns.toSorted(byDrift);
}

function byDrift(a: ColumnDrift, b: ColumnDrift): number {
  return driftTimesImportance(b) - driftTimesImportance(a) || (b.score ?? 0) - (a.score ?? 0);
}

/** What ranks columns: how far one moved times how much the model relies on it. */
export function driftTimesImportance(column: ColumnDrift): number {
  return (column.score ?? 0) * Math.max(0, column.importance ?? 0);
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Which share drifted of the columns that matter to the model: those alone are counted in it. */
export function driftShareText(report: MonitorReport): string {
  return report.drift.columns.length === 0
    ? 'nothing to compare'
    : `${formatPercent(report.drift.share)} of those that matter`;
}
