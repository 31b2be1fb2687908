import type { Limits } from '../../contract/monitor.ts';
import type { WindowUnit } from '../../contract/monitor-windows.ts';
import type { DeploymentSpec, DeployPhase, LogPart } from '../../deploy/index.ts';
import type { DuckReader } from '../../store/duck.ts';
import { KeptAnswers } from '../kept-answers.ts';
import type { LabelStore } from '../label-store.ts';
import { effectiveLimits } from '../limits.ts';
import { LoggedRows, type LogSummary, type TimeRange } from '../logged-rows.ts';
import type { MeasuringThreads } from '../measuring-threads.ts';
import type { ProfiledSources } from '../profiles/profiled-range.ts';
import type { References, VersionReference } from '../reference.ts';
import type { MonitorStore } from '../store.ts';
import { calendarWindows, type TimeWindow } from '../windows.ts';
import { type AnsweredRows, answeredRows } from './answered-rows.ts';
import { describedRows } from './described-rows.ts';
import type { Holdouts } from './holdouts.ts';
import type { JudgingRule } from './judging.ts';
import type { MeasuredPerformance } from './measure-performance.ts';
import type { PerformanceDay, PerformanceDays } from './performance-days.ts';

export interface MeasuringSources {
  duck: DuckReader;
  deploy: Pick<DeployPhase, 'collect' | 'readLog' | 'removedRows' | 'signature'>;
  references: References;
  holdouts: Holdouts;
  store: MonitorStore;
  labels: LabelStore;
  days: PerformanceDays;
  threads: Pick<MeasuringThreads, 'measure'>;
  profiles: ProfiledSources;
}

export interface MeasuredRange extends TimeRange {
  window?: WindowUnit | undefined;
}

/** What a deployment answered in a range, and what it was worth. */
export interface MeasuredLog {
  /** The same for the same rows, labels and limits only. */
  key: string;
  reference: VersionReference;
  limits: Limits;
  rule: JudgingRule;
  log: LoggedRows;
  summary: LogSummary;
  windows: TimeWindow[];
  answered: AnsweredRows;
  performance: MeasuredPerformance;
}

/** Measures what deployments answered; the latest few are kept until rows, labels or limits change. */
export class MeasuredLogs {
  readonly #sources: MeasuringSources;
  readonly #kept = new KeptAnswers<MeasuredLog>(3);

  constructor(sources: MeasuringSources) {
    this.#sources = sources;
  }

  /** Whether it is known what rows were worth that the log keeps no more. */
  remembers(spec: DeploymentSpec, { since, until }: TimeRange): boolean {
    return this.#sources.days.of(spec.id, since, until).length > 0;
  }

  /** Of parts of the log that are being read. @throws GalleyError `call.canceled`, `monitor.invalid_range` */
  of(
    spec: DeploymentSpec,
    parts: readonly LogPart[],
    range: MeasuredRange,
    signal?: AbortSignal,
  ): Promise<MeasuredLog> {
    const { days, labels, store } = this.#sources;
    const { since, until, window } = range;
    const paths = parts.map(({ path }) => path);
    const removed = days.of(spec.id, since, until);
    const changing = [store.limits(spec.id), labels.revision, removed.length, paths];
    const key = JSON.stringify([spec, since, until, window, ...changing]);
    return this.#kept.get(
      key,
      async (work) => ({ key, ...(await measure(this.#sources, spec, parts, { ...range, removed }, work)) }),
      signal,
    );
  }
}

async function measure(
  { deploy, duck, holdouts, labels, references, store, threads }: MeasuringSources,
  spec: DeploymentSpec,
  parts: readonly LogPart[],
  { removed, ...range }: MeasuredRange & { removed: PerformanceDay[] },
  signal: AbortSignal,
): Promise<Omit<MeasuredLog, 'key'>> {
  const reference = await references.of(spec.model, spec.version);
  const limits = effectiveLimits(reference.version, store.limits(spec.id));
  const rule = ruleOf(reference);
  const log = await LoggedRows.of(duck, parts, (version) => deploy.signature(spec.model, version), range);
  const summary = await log.summary();
  const span = spanOf(summary, removed);
  const windows = span ? calendarWindows(span, limits.minimumRows, range.window) : [];
  const known = labels.has(spec.id) ? labels : null;
  const answered = await answeredRows(log, known, spec.id, reference.signature, signal);
  const holdout = await holdouts.of(reference);
  const described = rule.task === 'regression' ? await describedRows(log, summary.rows, reference, holdouts) : null;
  const performance = await threads.measure(
    'performance',
    { rule, rows: answered, windows, minimumRows: limits.minimumRows, holdout, described, days: removed },
    signal,
  );
  return { reference, limits, rule, log, summary, windows, answered, performance };
}

/** When rows came first and last, those that the log keeps no more included; null where there is none. */
function spanOf({ first, last, rows }: LogSummary, removed: readonly PerformanceDay[]) {
  const times = [...(first === null || last === null ? [] : [first, last]), ...removed.map(({ day }) => day)];
  if (times.length === 0) return null;
  const count = removed.reduce((sum, day) => sum + day.rows, rows);
  return { first: Math.min(...times), last: Math.max(...times), rows: count };
}

export function ruleOf({ signature }: Pick<VersionReference, 'signature'>): JudgingRule {
  const { classes = [], task, threshold = 0.5 } = signature;
  return { task, classes, threshold };
}
