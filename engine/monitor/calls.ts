import { basename } from 'node:path';
import { isoTime } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { InputOf } from '../contract/call.ts';
import type { MonitorReport, monitorCalls } from '../contract/monitor.ts';
import type { alertCalls } from '../contract/monitor-alerts.ts';
import type { FairnessAnswer } from '../contract/monitor-fairness.ts';
import type { profileCalls } from '../contract/monitor-profiles.ts';
import type { systemCalls } from '../contract/monitor-system.ts';
import type { DataPhase } from '../data/index.ts';
import type { DeployPhase } from '../deploy/index.ts';
import type { EngineContext, Handlers } from '../jobs/context.ts';
import type { ProcessWork } from '../jobs/job-queue.ts';
import { alertView } from './alerts/alert-store.ts';
import type { CheckResult, RangeCheckResult } from './alerts/index.ts';
import { reportOfDatasets } from './dataset-report.ts';
import type { DeploymentReports, ReportSources } from './deployment-report.ts';
import { exportMonitoring } from './export/export-monitoring.ts';
import type { FairnessJobInput } from './fairness-job.ts';
import { addLabels, addLabelsOfDataset, addLabelsOfFile } from './labels.ts';
import { effectiveLimits } from './limits.ts';
import type { TimeRange } from './logged-rows.ts';
import type { MeasuringCalls } from './measuring.ts';
import type { Overview } from './overview/overview.ts';
import type { DeploymentQualities } from './quality/deployment-quality.ts';
import { reportPage } from './report-page/report-page.ts';
import { writeReport } from './report-page/write-report.ts';
import type { SampleStore } from './system/sample-store.ts';
import { timeRange } from './time-range.ts';

export interface MonitorParts {
  context: EngineContext;
  data: Pick<DataPhase, 'open'>;
  deploy: DeployPhase;
  sources: ReportSources;
  reports: DeploymentReports;
  qualities: DeploymentQualities;
  samples: SampleStore;
  overview: Overview;
  /** Checks a deployment and tells of what it raised. */
  check(nameOrId: string): Promise<CheckResult>;
  /** What a range would have raised. */
  checkRange(nameOrId: string, range: TimeRange): Promise<RangeCheckResult>;
}

/** Calls that parts of the phase answer themselves. */
type OwnCalls = keyof typeof systemCalls | keyof typeof alertCalls | keyof MeasuringCalls | keyof typeof profileCalls;

/** One handler per call of the monitor phase that no part answers itself. */
export function monitorHandlers(parts: MonitorParts): Handlers<Omit<typeof monitorCalls, OwnCalls>> {
  const { context, deploy, sources, samples, check, checkRange } = parts;
  const labelSources = { context, data: parts.data, deploy, store: sources.labels };
  return {
    fairness: async (input) => {
      if ((input.score === undefined) === (input.prediction === undefined)) {
        throw new GalleyError('call.invalid_input', 'Give either a score or a prediction.');
      }
      return context.jobs.submit(fairnessWork(input));
    },
    export: (input) => exportMonitoring({ deploy, samples }, input),
    report: async (input, signal) => report(parts, input, signal),
    writeReport: async ({ to, format = 'html', ...input }, signal) =>
      writeReport(
        to,
        format === 'json'
          ? `${JSON.stringify(await report(parts, input, signal), null, 2)}\n`
          : await page(parts, input, signal),
      ),
    overview: async ({ fresh = false }) => {
      if (fresh) await parts.overview.refresh();
      return { deployments: parts.overview.list() };
    },
    quality: async ({ deployment, window, ...range }, signal) =>
      parts.qualities.of(deploy.find(deployment), { ...timeRange(range), window }, signal),
    labels: async ({ deployment, file, dataset, ...columns }) => {
      const spec = deploy.find(deployment);
      if (file !== undefined && dataset === undefined) return addLabelsOfFile(labelSources, spec, { file, ...columns });
      if (dataset !== undefined && file === undefined) {
        return addLabelsOfDataset(labelSources, spec, { dataset, ...columns });
      }
      throw new GalleyError('call.invalid_input', 'Give either a file or a dataset.');
    },
    addLabels: async ({ deployment, labels }) => addLabels(labelSources, deploy.find(deployment), labels),
    check: async ({ deployment, ...given }) => {
      const range = timeRange(given);
      const isPast = range.since !== null || range.until !== null;
      const { raised, open, ...past } = await (isPast ? checkRange(deployment, range) : check(deployment));
      return { raised: raised.map(alertView), open: open.map(alertView), ...past };
    },
    limits: async ({ deployment, ...changes }) => {
      const spec = deploy.find(deployment);
      if (Object.keys(changes).length > 0) {
        sources.store.setLimits(spec.id, changes);
        context.events.publish({ type: 'phase.changed', phase: 'monitor', subject: spec.name });
      }
      const { version } = await sources.references.of(spec.model, spec.version);
      return { limits: effectiveLimits(version, sources.store.limits(spec.id)) };
    },
  };
}

function fairnessWork(input: FairnessJobInput): ProcessWork<FairnessAnswer, FairnessAnswer> {
  return {
    kind: 'monitor.fairness',
    title: `Fairness of ${basename(input.file)}`,
    input,
    commit: (answer) => answer,
  };
}

/** @throws GalleyError as `report` */
async function page(
  parts: MonitorParts,
  input: InputOf<typeof monitorCalls.report>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { context, deploy, qualities } = parts;
  const facts = await report(parts, input, signal);
  const quality =
    input.deployment === undefined
      ? null
      : await qualities.of(deploy.find(input.deployment), { ...timeRange(input), window: input.window }, signal);
  return reportPage({ report: facts, quality, madeAt: isoTime(context.clock.now()), galleyVersion: context.version });
}

function report(
  parts: MonitorParts,
  input: InputOf<typeof monitorCalls.report>,
  signal: AbortSignal | undefined,
): Promise<MonitorReport> {
  const {
    deployment,
    reference,
    current,
    window,
    rows: readsRows = false,
    definitions: definition = 'default',
    thresholds = 'sampling',
  } = input;
  if (thresholds === 'chunks' && definition === 'evidently') {
    throw new GalleyError('call.invalid_input', "The thresholds of the definition `evidently` are Evidently's own.");
  }
  if (deployment !== undefined) {
    const options = { ...timeRange(input), window, definition, thresholds, readsRows };
    return parts.reports.of(parts.deploy.find(deployment), options, signal);
  }
  if (reference === undefined || current === undefined) {
    throw new GalleyError('monitor.nothing_to_compare', 'Neither a deployment nor two datasets are named.');
  }
  return reportOfDatasets(parts.context, parts.data, { reference, current, definition, thresholds }, signal);
}
