import { isoTime } from '../base/clock.ts';
import type { Limits, MonitorReport } from '../contract/monitor.ts';
import type { WindowUnit } from '../contract/monitor-windows.ts';
import type { ColumnType, Signature } from '../contract/values.ts';
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
import { comparedRows, type DriftOverTime, type DriftSettings, driftedShare, driftOverTime } from './drift.ts';
import { type JudgedRows, judgeRows, metricsOf } from './judged-rows.ts';
import { KeptAnswers } from './kept-answers.ts';
import type { LabelStore } from './label-store.ts';
import { effectiveLimits } from './limits.ts';
import { type LoggedColumn, LoggedRows, type LogSummary, type TimeRange, type VersionParts } from './logged-rows.ts';
import type { References, VersionReference } from './reference.ts';
import { alertView, type MonitorStore } from './store.ts';
import { calendarWindows, positionsByWindow, type TimeWindow } from './windows.ts';

export interface ReportSources {
  duck: DuckReader;
  deploy: Pick<DeployPhase, 'collect' | 'readLog' | 'traffic' | 'removedRows' | 'signature'>;
  references: References;
  store: MonitorStore;
  labels: LabelStore;
}

export interface ReportOptions extends TimeRange {
  window?: WindowUnit;
  definition: DriftDefinition;
}

/** Everything that a report is put together from. */
interface Findings {
  reference: VersionReference;
  limits: Limits;
  rows: LoggedRows;
  summary: LogSummary;
  windows: TimeWindow[];
  judged: JudgedRows | null;
  settings: DriftSettings;
  /** Inputs that nothing can be said of, because the log does not have their values. */
  masked: ReadonlySet<string>;
}

/** The slow part of a report: what only changes when rows, labels or limits do. */
type Measured = Omit<MonitorReport, 'traffic' | 'alerts' | 'removed'> & {
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
  async of(spec: DeploymentSpec, options: ReportOptions): Promise<MonitorReport> {
    const { deploy, labels, store } = this.#sources;
    const { since, until } = options;
    await deploy.collect(spec.id);
    const limits = store.limits(spec.id);
    const measured = await deploy.readLog(spec.id, { since, until }, (parts) => {
      const key = JSON.stringify([spec, options, limits, labels.revision, parts.map(({ path }) => path)]);
      return this.#kept.get(key, () => measure(this.#sources, spec, parts, options));
    });
    const { errors } = deploy.traffic(spec.id, since, until);
    const alerts = store.alerts(spec.id).map(alertView);
    const removed = deploy.removedRows(spec.id);
    return {
      ...measured,
      traffic: { ...measured.traffic, errors },
      alerts,
      ...(removed && { removed: { rows: removed.rows, receivedUntil: isoTime(removed.receivedUntil) } }),
    };
  }
}

async function measure(
  sources: ReportSources,
  spec: DeploymentSpec,
  parts: LogPart[],
  options: ReportOptions,
): Promise<Measured> {
  const findings = await find(sources, spec, parts, options);
  const { reference, limits, rows, summary, windows, judged } = findings;
  const { metric, metrics } = reference.version;
  const inputs = await inputDrift(findings);
  const prediction = await predictionDrift(findings);
  const columns = inputs.map(({ whole }) => whole);
  const share = driftedShare(columns);
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
      missing: await rows.missing(
        reference.signature.inputs.flatMap(({ name }) => (findings.masked.has(name) ? [] : [name])),
      ),
    },
    drift: {
      reference: reference.description,
      columns,
      prediction: prediction.whole,
      share,
      drifted: share > limits.driftShare,
    },
    performance: judged && { rows: judged.targets.length, metrics: metricsOf(judged), reference: metrics },
    estimated_performance: null,
    fairness: null,
    timeline: await timelineOf(findings, windows, inputs, prediction),
    releases: summary.versions
      .toSorted((one, other) => one.first - other.first)
      .map(({ version, first }) => ({ version, at: isoTime(first) })),
  };
}

async function find(
  { deploy, duck, labels, references, store }: ReportSources,
  spec: DeploymentSpec,
  parts: LogPart[],
  options: ReportOptions,
): Promise<Findings> {
  const reference = await references.of(spec.model, spec.version);
  const limits = effectiveLimits(reference.version, store.limits(spec.id));
  const rows = await LoggedRows.of(duck, parts, (version) => deploy.signature(spec.model, version), options);
  const summary = await rows.summary();
  const { first, last } = summary;
  const isEmpty = first === null || last === null;
  const judged = isEmpty || !labels.has(spec.id) ? null : await judgeRows(rows, labels, spec.id, reference.signature);
  return {
    reference,
    limits,
    rows,
    summary,
    masked: await rows.masked(),
    windows: isEmpty ? [] : calendarWindows({ first, last, rows: summary.rows }, limits.minimumRows, options.window),
    judged: judged && judged.targets.length > 0 ? judged : null,
    settings: {
      definition: options.definition,
      columnCount: reference.inputs.length,
      minimumRows: limits.minimumRows,
    },
  };
}

async function inputDrift(findings: Findings): Promise<DriftOverTime[]> {
  const { reference } = findings;
  const drifts: DriftOverTime[] = [];
  for (const [index, { name, type }] of reference.signature.inputs.entries()) {
    if (findings.masked.has(name)) continue;
    const columnsOf = ({ signature }: VersionParts): LoggedColumn[] | null =>
      signature.inputs.some((input) => input.name === name && comparable(input.type) === comparable(type))
        ? [{ name: inputColumn(name), type }]
        : null;
    const column = reference.inputs[index] as VersionReference['inputs'][number];
    drifts.push(await driftOfLogged(findings, column, columnsOf, type, reference.importance.get(name) ?? null));
  }
  return drifts;
}

/** Columns of one kind can be compared although their types differ. */
function comparable(type: ColumnType): string {
  if (type === 'int64' || type === 'float64' || type === 'decimal') return 'number';
  return type === 'date' || type === 'timestamp' ? 'time' : type;
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

async function timelineOf(
  { rows, limits, judged, reference }: Findings,
  windows: TimeWindow[],
  inputs: DriftOverTime[],
  prediction: DriftOverTime,
): Promise<MonitorReport['timeline']> {
  if (windows.length === 0) return [];
  const traffic = await rows.byWindow(windows);
  const labelled = positionsByWindow(judged?.eventTimes, windows);
  return windows.map(({ from, to }, index) => {
    const positions = labelled[index] ?? [];
    const isJudged = judged !== null && positions.length >= limits.minimumRows;
    return {
      from: isoTime(from),
      to: isoTime(to),
      rows: traffic[index]?.rows ?? 0,
      labelled: positions.length,
      versions: traffic[index]?.versions ?? [],
      metric: isJudged ? (metricsOf(judged, positions)[reference.version.metric.name] ?? null) : null,
      drift: Object.fromEntries(inputs.map(({ whole, windows }) => [whole.name, windows[index] ?? null])),
      drifted: inputs.flatMap(({ whole, drifted }) => (drifted[index] ? [whole.name] : [])),
      predictionDrift: prediction.windows[index] ?? null,
    };
  });
}

function timeOrNull(time: number | null): string | null {
  return time === null ? null : isoTime(time);
}
