import { isoTime } from '../base/clock.ts';
import type { Limits, MonitorReport } from '../contract/monitor.ts';
import type { DriftThresholds } from '../contract/monitor-drift.ts';
import type { WindowUnit } from '../contract/monitor-windows.ts';
import type { Metrics, Signature } from '../contract/values.ts';
import {
  type DeploymentSpec,
  type DeployPhase,
  inputColumn,
  type LogPart,
  labelColumn,
  predictionColumn,
  probabilityColumn,
} from '../deploy/index.ts';
import type { DriftDefinition } from '../statistics/drift.ts';
import type { DuckReader } from '../store/duck.ts';
import { alertView } from './alerts/alert-store.ts';
import { comparableInput, notComparedInputs } from './comparable-input.ts';
import {
  comparedRows,
  type DriftOverTime,
  type DriftSettings,
  driftedShare,
  driftOverTime,
  importantColumns,
} from './drift.ts';
import type { DeploymentFairness } from './fairness/fairness-over-time.ts';
import { KeptAnswers } from './kept-answers.ts';
import { knownLabels, labelDrift } from './label-drift.ts';
import type { LabelStore } from './label-store.ts';
import type { LoggedColumn, LoggedRows, LogSummary, TimeRange, VersionParts } from './logged-rows.ts';
import type { MeasuringThreads } from './measuring-threads.ts';
import { type MultivariateOverTime, multivariateOfLogged } from './multivariate/logged-multivariate.ts';
import type { AnsweredRows } from './performance/answered-rows.ts';
import type { Figures } from './performance/figures.ts';
import type { MeasuredPerformance } from './performance/measure-performance.ts';
import type { MeasuredLogs } from './performance/measured-log.ts';
import type { ProfiledFindings } from './profiles/profiled-findings.ts';
import type { ProfiledSources } from './profiles/profiled-range.ts';
import { reportWithoutRows, summedUp } from './profiles/profiled-report.ts';
import type { References, VersionReference } from './reference.ts';
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
interface Findings {
  answered: AnsweredRows;
  reference: VersionReference;
  limits: Limits;
  rows: LoggedRows;
  summary: LogSummary;
  windows: TimeWindow[];
  performance: MeasuredPerformance;
  fairness: MonitorReport['fairness'];
  settings: DriftSettings;
  /** Inputs that nothing can be said of, because the log does not have their values. */
  masked: ReadonlySet<string>;
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
  const { reference, limits, rows, performance } = findings;
  const { summary, windows } = sums ?? findings;
  const { metric, metrics } = reference.version;
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
  const isMasked = (name: string) => findings.masked.has(name) && (sums?.masked.has(name) ?? true);
  const label = labelDrift(reference.label, knownLabels(reference.signature, findings.answered), findings.settings);
  const columns = inputs.map(({ whole }) => whole);
  const share = driftedShare(importantColumns(columns));
  const multivariate = await together;
  return {
    deployment: spec.name,
    model: spec.model,
    version: spec.version,
    metric,
    limits,
    since: timeOrNull(options.since ?? summary.first),
    until: timeOrNull(options.until ?? summary.last),
    traffic: { rows: summary.rows, requests: summary.requests },
    latency: summary.latency,
    quality: {
      flagged: summary.flagged,
      missing: {
        ...(await rows.missing(
          reference.signature.inputs.flatMap(({ name }) =>
            findings.masked.has(name) || sums?.missing[name] !== undefined ? [] : [name],
          ),
        )),
        ...sums?.missing,
      },
    },
    drift: {
      reference: sums?.description ?? reference.description,
      definition: options.definition,
      source: sums ? 'profile' : 'rows',
      columns,
      notCompared: notComparedInputs(
        reference.signature.inputs.filter(({ name }) => !isMasked(name)),
        sums?.signatures ?? rows.groups.map(({ signature }) => signature),
      ),
      prediction: prediction.whole,
      label,
      multivariate: multivariate.whole,
      share,
      drifted: share > limits.driftShare,
    },
    performance: performance.whole.realised && {
      rows: performance.whole.labelled,
      ...metricsAndIntervals(performance.whole.realised),
      reference: metrics,
    },
    estimated_performance: performance.estimate.method &&
      performance.whole.estimated && {
        method: performance.estimate.method,
        rows: findings.answered.eventTimes.length,
        ...metricsAndIntervals(performance.whole.estimated),
      },
    fairness: findings.fairness,
    timeline: await timelineOf(findings, windows, { inputs, prediction, multivariate, sums }),
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

function metricsAndIntervals(figures: Figures): { metrics: Metrics; intervals: Record<string, [number, number]> } {
  const entries = Object.entries(figures);
  return {
    metrics: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    intervals: Object.fromEntries(
      entries.flatMap(([name, { low, high }]) => (low === null || high === null ? [] : [[name, [low, high]]])),
    ),
  };
}

/** @param summedUp what sums say; of the others, whose values sums may not have, it is read from the rows */
async function inputDrift(findings: Findings, summedUp: readonly DriftOverTime[]): Promise<DriftOverTime[]> {
  const { reference } = findings;
  const drifts: DriftOverTime[] = [];
  for (const [index, { name, type }] of reference.signature.inputs.entries()) {
    const known = summedUp.find(({ whole }) => whole.name === name);
    if (known) drifts.push(known);
    if (known || findings.masked.has(name)) continue;
    const columnsOf = ({ signature }: VersionParts): LoggedColumn[] | null =>
      comparableInput(signature, name, type) ? [{ name: inputColumn(name), type }] : null;
    const column = reference.inputs[index] as VersionReference['inputs'][number];
    drifts.push(await driftOfLogged(findings, column, columnsOf, type, reference.importance.get(name) ?? null));
  }
  return drifts;
}

function predictionDrift(findings: Findings): Promise<DriftOverTime> {
  const { prediction, signature } = findings.reference;
  const columnsOf = (group: VersionParts) => predictionColumns(signature, group.signature);
  return driftOfLogged(findings, prediction, columnsOf, prediction.kind === 'text' ? 'text' : 'float64', null);
}

function predictionColumns({ classes = [], task }: Signature, ofGroup: Signature): LoggedColumn[] | null {
  if ((task === 'regression') !== (ofGroup.task === 'regression')) return null;
  if (task === 'regression') return [{ name: predictionColumn, type: 'float64' }];
  if (task === 'multiclass') return [{ name: labelColumn, type: 'text' }];
  const position = (ofGroup.classes ?? []).indexOf(classes[1] as string);
  return position < 0 ? null : [{ name: probabilityColumn(position), type: 'float64' }];
}

async function driftOfLogged(
  { rows, summary, windows, settings }: Findings,
  reference: VersionReference['prediction'],
  columnsOf: (group: VersionParts) => LoggedColumn[] | null,
  type: string,
  importance: number | null,
): Promise<DriftOverTime> {
  const frame = await rows.read(columnsOf, comparedRows / Math.max(summary.rows, 1));
  return driftOverTime(reference, frame, type, importance, windows, settings);
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
      drift: Object.fromEntries(inputs.map(({ whole, windows }) => [whole.name, windows[index] ?? null])),
      drifted: inputs.flatMap(({ whole, drifted }) => (drifted[index] ? [whole.name] : [])),
      predictionDrift: prediction.windows[index] ?? null,
      reconstructionError: multivariate.windows[index] ?? null,
    };
  });
}

function timeOrNull(time: number | null): string | null {
  return time === null ? null : isoTime(time);
}
