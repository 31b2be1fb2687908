import { isoTime, isoTimeOrNull } from '../base/clock.ts';
import type { Limits, MonitorReport } from '../contract/monitor.ts';
import type { DriftThresholds, ReportedDrift } from '../contract/monitor-drift.ts';
import type { WindowUnit } from '../contract/monitor-windows.ts';
import type { Metrics } from '../contract/values.ts';
import type { DeploymentSpec, DeployPhase, LogPart } from '../deploy/index.ts';
import type { DriftDefinition } from '../statistics/drift.ts';
import type { DuckReader } from '../store/duck.ts';
import { alertView } from './alerts/alert-store.ts';
import { notComparedInputs } from './comparable-input.ts';
import { type DriftOverTime, driftedShare, driftOfWindow, importantColumns } from './drift.ts';
import type { DeploymentFairness } from './fairness/fairness-over-time.ts';
import { KeptAnswers } from './kept-answers.ts';
import { knownLabels, labelDrift } from './label-drift.ts';
import type { LabelStore } from './label-store.ts';
import { type ComparedLog, inputDrift, predictionDrift } from './logged-drift.ts';
import type { TimeRange } from './logged-rows.ts';
import type { MeasuringThreads } from './measuring-threads.ts';
import { type MultivariateOverTime, multivariateOfLogged } from './multivariate/logged-multivariate.ts';
import type { AnsweredRows } from './performance/answered-rows.ts';
import type { Figures } from './performance/figures.ts';
import type { MeasuredPerformance } from './performance/measure-performance.ts';
import type { MeasuredLogs } from './performance/measured-log.ts';
import type { ProfiledFindings } from './profiles/profiled-findings.ts';
import type { ProfiledSources } from './profiles/profiled-range.ts';
import { reportWithoutRows, summedUp } from './profiles/profiled-report.ts';
import type { References } from './reference.ts';
import type { MonitorStore } from './store.ts';
import type { TimeWindow } from './windows.ts';

export interface ReportSources {
  duck: DuckReader;
  deploy: Pick<DeployPhase, 'collect' | 'readLog' | 'traffic' | 'removedRows' | 'logDamage' | 'signature'>;
  references: References;
  store: MonitorStore;
  labels: LabelStore;
  logs: MeasuredLogs;
  threads: Pick<MeasuringThreads, 'measure'>;
  profiles: ProfiledSources;
  fairness: Pick<DeploymentFairness, 'marks' | 'whole'>;
}

export interface ReportOptions extends TimeRange {
  window?: WindowUnit | undefined;
  definition: DriftDefinition;
  /** Whether rows are read where their sums would do. */
  readsRows?: boolean;
  /** Default `sampling`. */
  thresholds?: DriftThresholds | undefined;
}

/** Everything that a report is put together from. */
interface Findings extends ComparedLog {
  answered: AnsweredRows;
  limits: Limits;
  performance: MeasuredPerformance;
  fairness: MonitorReport['fairness'];
}

/** The slow part of a report: what only changes when rows, labels or limits do. */
export type Measured = Omit<MonitorReport, 'traffic' | 'alerts' | 'removed' | 'damaged'> & {
  traffic: Omit<MonitorReport['traffic'], 'errors'>;
};

/** Reports of deployments; one that was made is kept until something that it rests on has changed. */
export class DeploymentReports {
  readonly #sources: ReportSources;
  readonly #kept = new KeptAnswers<Measured>(8);

  constructor(sources: ReportSources) {
    this.#sources = sources;
  }

  /**
   * What a deployment was asked in a range of event time, and how well it answered, beside the reference of the version
   * that is deployed now.
   */
  async of(spec: DeploymentSpec, options: ReportOptions, signal?: AbortSignal): Promise<MonitorReport> {
    const { deploy, fairness, labels, store } = this.#sources;
    const { since, until } = options;
    await deploy.collect(spec.id);
    const limits = store.limits(spec.id);
    const marks = await fairness.marks(spec);
    const measured = await deploy.readLog(spec.id, { since, until }, (parts) => {
      const paths = parts.map(({ path }) => path);
      const key = JSON.stringify([spec, options, limits, marks, labels.revision, paths, this.#profileState(spec)]);
      return this.#kept.get(key, (work) => measure(this.#sources, spec, parts, options, work), signal);
    });
    const { errors } = deploy.traffic(spec.id, since, until);
    const alerts = store.alerts.list(spec.id).map(alertView);
    const removed = deploy.removedRows(spec.id);
    const damaged = deploy.logDamage(spec.id);
    return {
      ...measured,
      traffic: { ...measured.traffic, errors },
      alerts,
      ...(removed && { removed: { rows: removed.rows, receivedUntil: isoTime(removed.receivedUntil) } }),
      ...(damaged && { damaged }),
    };
  }

  #profileState({ id }: DeploymentSpec): string {
    const { deploy, store } = this.#sources.profiles;
    return `${store.revision}/${deploy.unprofiledRows(id, null, null)}`;
  }
}

async function measure(
  sources: ReportSources,
  spec: DeploymentSpec,
  parts: LogPart[],
  options: ReportOptions,
  signal: AbortSignal,
): Promise<Measured> {
  const sums = await summedUp(sources, spec, options);
  if (sums && parts.length === 0 && !sources.logs.remembers(spec, options)) {
    return reportWithoutRows(spec, options, sums);
  }
  // Windows of the same unit, whatever rows the log still has.
  const findings = await find(sources, spec, parts, sums ? { ...options, window: sums.unit } : options, signal);
  const { reference, limits } = findings;
  const { summary, windows } = sums ?? findings;
  const together = multivariateOfLogged(
    { ...findings, windows, rowCount: findings.summary.rows, minimumRows: limits.minimumRows },
    sources.threads,
    signal,
  );
  // It is awaited below: until then a failure of it is nobody's.
  together.catch(() => undefined);
  const inputs = await inputDrift({ ...findings, windows }, sums?.inputs ?? []);
  const prediction =
    sums && sums.prediction.whole.score !== null ? sums.prediction : await predictionDrift({ ...findings, windows });
  const overTime = { inputs, prediction, multivariate: await together, sums };
  return {
    deployment: spec.name,
    model: spec.model,
    version: spec.version,
    metric: reference.version.metric,
    limits,
    since: isoTimeOrNull(options.since ?? summary.first),
    until: isoTimeOrNull(options.until ?? summary.last),
    traffic: { rows: summary.rows, requests: summary.requests },
    latency: summary.latency,
    quality: { flagged: summary.flagged, missing: await missingValues(findings, sums) },
    drift: reportedDrift(findings, options.definition, overTime),
    ...reportedPerformance(findings),
    fairness: findings.fairness,
    timeline: await timelineOf(findings, windows, overTime),
    releases: summary.versions
      .toSorted((one, other) => one.first - other.first)
      .map(({ version, first }) => ({ version, at: isoTime(first) })),
    ...(sums && sums.elsewhere.length > 0 && { elsewhere: sums.elsewhere }),
  };
}

async function find(
  { fairness, logs }: ReportSources,
  spec: DeploymentSpec,
  parts: LogPart[],
  options: ReportOptions,
  signal: AbortSignal,
): Promise<Findings> {
  const measured = await logs.of(spec, parts, options, signal);
  const { answered, reference, limits, log: rows, summary, windows, performance } = measured;
  return {
    answered,
    fairness: await fairness.whole(measured, signal),
    reference,
    limits,
    rows,
    summary,
    masked: await rows.masked(),
    windows,
    performance,
    settings: {
      definition: options.definition,
      columnCount: reference.inputs.length,
      minimumRows: limits.minimumRows,
      thresholds: options.thresholds ?? 'sampling',
    },
  };
}

function reportedDrift(
  { answered, limits, masked, reference, rows, settings }: Findings,
  definition: DriftDefinition,
  { inputs, prediction, multivariate, sums }: OverTime,
): ReportedDrift {
  const isMasked = (name: string) => masked.has(name) && (sums?.masked.has(name) ?? true);
  const columns = inputs.map(({ whole }) => whole);
  const share = driftedShare(importantColumns(columns));
  return {
    reference: sums?.description ?? reference.description,
    definition,
    source: sums ? 'profile' : 'rows',
    columns,
    notCompared: notComparedInputs(
      reference.signature.inputs.filter(({ name }) => !isMasked(name)),
      sums?.signatures ?? rows.groups.map(({ signature }) => signature),
    ),
    prediction: prediction.whole,
    label: labelDrift(reference.label, knownLabels(reference.signature, answered), settings),
    multivariate: multivariate.whole,
    share,
    drifted: share > limits.driftShare,
  };
}

/** Rows without a value of each input; of sums where these have them. */
async function missingValues(
  { reference, rows, masked }: Findings,
  sums: ProfiledFindings | null,
): Promise<Record<string, number>> {
  const unknown = reference.signature.inputs
    .map(({ name }) => name)
    .filter((name) => !masked.has(name) && sums?.missing[name] === undefined);
  return { ...(await rows.missing(unknown)), ...sums?.missing };
}

function reportedPerformance({
  answered,
  performance: { whole, estimate },
  reference,
}: Findings): Pick<MonitorReport, 'performance' | 'estimated_performance'> {
  return {
    performance: whole.realised && {
      rows: whole.labelled,
      ...metricsAndIntervals(whole.realised),
      reference: reference.version.metrics,
    },
    estimated_performance: estimate.method &&
      whole.estimated && {
        method: estimate.method,
        rows: answered.eventTimes.length,
        ...metricsAndIntervals(whole.estimated),
      },
  };
}

function metricsAndIntervals(figures: Figures): { metrics: Metrics; intervals: Record<string, [number, number]> } {
  const entries = Object.entries(figures);
  return {
    metrics: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    intervals: Object.fromEntries(
      entries.flatMap(([name, { low, high }]) => (low === null || high === null ? [] : [[name, [low, high]]])),
    ),
  };
}

interface OverTime {
  inputs: DriftOverTime[];
  prediction: DriftOverTime;
  multivariate: MultivariateOverTime;
  sums: ProfiledFindings | null;
}

async function timelineOf(
  { rows, performance, reference, windows: judged }: Findings,
  windows: TimeWindow[],
  { inputs, prediction, multivariate, sums }: OverTime,
): Promise<MonitorReport['timeline']> {
  if (windows.length === 0) return [];
  const traffic = sums?.traffic ?? (await rows.byWindow(windows));
  const { name } = reference.version.metric;
  const performances = new Map(judged.map(({ from }, index) => [from, performance.windows[index]]));
  return windows.map(({ from, to }, index) => {
    const measured = performances.get(from);
    const realised = measured?.realised?.[name];
    const { low = null, high = null } = realised ?? {};
    return {
      from: isoTime(from),
      to: isoTime(to),
      rows: traffic[index]?.rows ?? 0,
      labelled: measured?.labelled ?? 0,
      versions: traffic[index]?.versions ?? [],
      metric: realised?.value ?? null,
      interval: low === null || high === null ? null : [low, high],
      estimated: measured?.estimated?.[name] ?? null,
      ...driftOfWindow(inputs, prediction, index),
      reconstructionError: multivariate.windows[index] ?? null,
    };
  });
}
