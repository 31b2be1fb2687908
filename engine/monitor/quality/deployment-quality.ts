import { type Clock, isoTime } from '../../base/clock.ts';
import type { DeploymentQuality, Light, QualityCheck } from '../../contract/monitor-quality.ts';
import type { WindowUnit } from '../../contract/monitor-windows.ts';
import type { DataPhase } from '../../data/index.ts';
import type { DeploymentSpec, DeployPhase, LogPart } from '../../deploy/index.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { TrainPhase } from '../../train/index.ts';
import { KeptAnswers } from '../kept-answers.ts';
import { LoggedRows, type TimeRange } from '../logged-rows.ts';
import type { References } from '../reference.ts';
import type { SampleStore } from '../system/sample-store.ts';
import { systemOf, systemRange } from '../system/system-report.ts';
import { calendarWindows } from '../windows.ts';
import { freshnessCheck, pausesOf, volumeCheck } from './arrival-checks.ts';
import { expectationChecks } from './expectation-checks.ts';
import { LoggedCounts } from './logged-counts.ts';
import { type ArrivalCounts, type CountedSpan, columnTotal, spansByWindow } from './quality-counts.ts';
import { schemaChecks } from './schema-check.ts';
import { columnQualities, expectedColumn, valueChecks } from './value-checks.ts';

export interface QualitySources {
  context: Pick<EngineContext, 'duck' | 'project' | 'newId'>;
  clock: Clock;
  data: Pick<DataPhase, 'checkElsewhere' | 'expectationText'>;
  train: Pick<TrainPhase, 'stored'>;
  deploy: Pick<DeployPhase, 'collect' | 'readLog' | 'signature' | 'serverState'>;
  references: References;
  samples: SampleStore;
}

export interface QualityRange extends TimeRange {
  window?: WindowUnit | undefined;
}

/** The slow part: what only changes when rows do. */
type Counted = Pick<DeploymentQuality, 'rows' | 'columns' | 'windows' | 'lastReceivedAt'> & { checks: QualityCheck[] };

const order: readonly Light[] = ['bad', 'warning', 'unknown', 'good'];
/** Refused requests of so many days tell of the schema where no range is given. */
const schemaMilliseconds = 7 * 86_400_000;
const rowsPerWindow = 30;

/** Whether the rows that come in are what the version was trained on; kept until rows come. */
export class DeploymentQualities {
  readonly #sources: QualitySources;
  readonly #counted = new KeptAnswers<Counted>(16);
  readonly #arrivals = new KeptAnswers<ArrivalCounts>(16);

  constructor(sources: QualitySources) {
    this.#sources = sources;
  }

  /** @throws GalleyError `monitor.invalid_range`, and those of the references */
  async of(spec: DeploymentSpec, range: QualityRange, signal?: AbortSignal): Promise<DeploymentQuality> {
    await this.#sources.deploy.collect(spec.id);
    return this.kept(spec, range, signal);
  }

  /** The same of what is collected already. */
  async kept(spec: DeploymentSpec, range: QualityRange, signal?: AbortSignal): Promise<DeploymentQuality> {
    const { clock, data, deploy, references, samples, train } = this.#sources;
    const { version } = await references.of(spec.model, spec.version);
    const dataset = train.stored(version.runId).datasetName;
    const expected = data.expectationText(dataset);
    const counted = await deploy.readLog(spec.id, range, (parts) => {
      const key = JSON.stringify([spec.id, spec.model, spec.version, range, expected, parts.map(({ path }) => path)]);
      return this.#counted.get(key, () => this.#count(spec, range, parts, dataset), signal);
    });
    const arrivals = await this.arrivals(spec, signal);
    const now = clock.now();
    const { status } = deploy.serverState(spec.id);
    const requests = systemRange(now, {
      since: range.since ?? now - schemaMilliseconds,
      until: range.until ?? now,
    });
    const checks = [
      ...schemaChecks(systemOf(samples, spec.id, requests, now)),
      ...counted.checks,
      freshnessCheck(pausesOf(arrivals), now, status === 'running'),
      volumeCheck(arrivals, now),
    ];
    checks.sort((one, other) => order.indexOf(one.light) - order.indexOf(other.light));
    return { deployment: spec.name, version: spec.version, ...counted, checks };
  }

  /** When rows came, of what is collected already. */
  arrivals(spec: DeploymentSpec, signal?: AbortSignal): Promise<ArrivalCounts> {
    const { deploy } = this.#sources;
    return deploy.readLog(spec.id, { since: null, until: null }, (parts) => {
      const key = JSON.stringify([spec.id, parts.map(({ path }) => path)]);
      return this.#arrivals.get(key, async () => (await this.#counts(spec, parts)).arrivals(), signal);
    });
  }

  /** Counts of what is collected already, by the hour of event time. */
  spans(spec: DeploymentSpec, range: TimeRange): Promise<CountedSpan[]> {
    return this.#sources.deploy.readLog(spec.id, range, async (parts) => {
      const { spans } = await (await this.#counts(spec, parts)).counts(range, 'hour');
      return spans;
    });
  }

  /** Rows by the hour of their event time; hours without rows are left out. */
  async hours(spec: DeploymentSpec, since: number): Promise<{ from: number; rows: number }[]> {
    const spans = await this.spans(spec, { since, until: null });
    return spans.map(({ from, rows }) => ({ from, rows }));
  }

  async #counts(spec: DeploymentSpec, parts: readonly LogPart[]): Promise<LoggedCounts> {
    const { context, deploy } = this.#sources;
    const signature = (version: number) => deploy.signature(spec.model, version);
    const { groups } = await LoggedRows.of(context.duck, parts, signature, { since: null, until: null });
    return new LoggedCounts(context.duck, groups);
  }

  async #count(
    spec: DeploymentSpec,
    range: QualityRange,
    parts: readonly LogPart[],
    dataset: string,
  ): Promise<Counted> {
    const { context, data, deploy, references } = this.#sources;
    const reference = await references.of(spec.model, spec.version);
    const signature = (version: number) => deploy.signature(spec.model, version);
    const log = await LoggedRows.of(context.duck, parts, signature, range);
    const { first, last, rows } = await log.summary();
    const columns = reference.signature.inputs.map((field, index) =>
      expectedColumn(field, reference.inputs[index] as (typeof reference.inputs)[number]),
    );
    if (first === null || last === null) {
      const counts = { spans: [], masked: new Set<string>() };
      return { rows: 0, columns: columnQualities(columns, counts), windows: [], lastReceivedAt: null, checks: [] };
    }
    const windows = calendarWindows({ first, last, rows }, rowsPerWindow, range.window);
    const isFine = windows.some(({ from, to }) => to - from < 86_400_000);
    const counts = await new LoggedCounts(context.duck, log.groups).counts(range, isFine ? 'hour' : 'day');
    const group = log.groups.find(({ version }) => version === spec.version);
    const expected = group
      ? await expectationChecks(context, data, {
          dataset,
          signature: reference.signature,
          group,
          masked: counts.masked,
          where: log.where,
        })
      : [];
    return {
      rows,
      columns: columnQualities(columns, counts),
      windows: spansByWindow(counts.spans, windows).map((spans, index) => ({
        from: isoTime(windows[index]?.from ?? 0),
        to: isoTime(windows[index]?.to ?? 0),
        ...windowCounts(spans),
      })),
      lastReceivedAt: isoTime(Math.max(...parts.map(({ lastReceivedAt }) => lastReceivedAt))),
      checks: [...valueChecks(columns, counts), ...expected],
    };
  }
}

function windowCounts(spans: readonly CountedSpan[]) {
  const names = new Set(spans.flatMap(({ columns }) => [...columns.keys()]));
  const totals = [...names].map((name) => columnTotal(spans, name));
  const sum = (of: (counts: (typeof totals)[number]) => number) => totals.reduce((all, counts) => all + of(counts), 0);
  return {
    rows: spans.reduce((all, { rows }) => all + rows, 0),
    flagged: spans.reduce((all, { flagged }) => all + flagged, 0),
    missing: sum(({ missing }) => missing),
    unseen: sum(({ unseen }) => unseen),
    outOfRange: sum(({ outOfRange }) => outOfRange),
  };
}
