import { type Clock, dayMilliseconds, isoTime } from '../../base/clock.ts';
import type { DeploymentQuality, Light, QualityCheck } from '../../contract/monitor-quality.ts';
import type { WindowUnit } from '../../contract/monitor-windows.ts';
import type { DataPhase } from '../../data/index.ts';
import type { DeploymentSpec, DeployPhase, LogPart } from '../../deploy/index.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { TrainPhase } from '../../train/index.ts';
import { KeptAnswers } from '../kept-answers.ts';
import { LoggedRows, type TimeRange } from '../logged-rows.ts';
import type { ProfiledSources } from '../profiles/profiled-range.ts';
import type { References } from '../reference.ts';
import { removedPart } from '../removed-part.ts';
import type { SampleStore } from '../system/sample-store.ts';
import { systemOf, systemRange } from '../system/system-report.ts';
import { calendarWindows, type TimeWindow } from '../windows.ts';
import { freshnessCheck, pausesOf, volumeCheck } from './arrival-checks.ts';
import { expectationChecks } from './expectation-checks.ts';
import { LoggedCounts, newestMinutes } from './logged-counts.ts';
import { ProfiledCounts } from './profiled-counts.ts';
import {
  type ArrivalCounts,
  type CountedSpan,
  columnTotal,
  type QualityCounts,
  spansByWindow,
} from './quality-counts.ts';
import { schemaChecks } from './schema-check.ts';
import { columnQualities, expectedColumn, valueChecks } from './value-checks.ts';

export interface QualitySources {
  context: Pick<EngineContext, 'duck' | 'project' | 'newId'>;
  clock: Clock;
  data: Pick<DataPhase, 'checkElsewhere' | 'expectationText'>;
  train: Pick<TrainPhase, 'stored'>;
  deploy: Pick<DeployPhase, 'collect' | 'readLog' | 'removedRows' | 'signature' | 'serverState' | 'unprofiledRows'>;
  profiles: Pick<ProfiledSources, 'store' | 'versions'>;
  references: References;
  samples: SampleStore;
}

export interface QualityRange extends TimeRange {
  window?: WindowUnit | undefined;
}

/** The slow part: what only changes when rows do. */
type Counted = Pick<DeploymentQuality, 'source' | 'rows' | 'columns' | 'windows' | 'lastReceivedAt' | 'removed'> & {
  checks: QualityCheck[];
};

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
      const state = [parts.map(({ path }) => path), this.#profileState(spec)];
      const key = JSON.stringify([spec.id, spec.model, spec.version, range, expected, state]);
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
      const key = JSON.stringify([spec.id, parts.map(({ path }) => path), this.#profileState(spec)]);
      return this.#arrivals.get(key, () => this.#arrivalsOf(spec, parts), signal);
    });
  }

  /** Counts of what is collected already, by the hour or the day of event time. */
  async spans(spec: DeploymentSpec, range: TimeRange, unit: 'hour' | 'day' = 'hour'): Promise<CountedSpan[]> {
    const summed = await this.#summed(spec).counts(range, unit);
    if (summed) return summed.spans;
    return this.#sources.deploy.readLog(spec.id, range, async (parts) => {
      const { spans } = await (await this.#logged(spec, parts)).counts(range, unit);
      return spans;
    });
  }

  /** Rows by the hour of their event time; hours without rows are left out. */
  async hours(spec: DeploymentSpec, since: number): Promise<{ from: number; rows: number }[]> {
    const spans = await this.spans(spec, { since, until: null });
    return spans.map(({ from, rows }) => ({ from, rows }));
  }

  #profileState({ id }: DeploymentSpec): string {
    const { deploy, profiles } = this.#sources;
    return `${profiles.store.revision}/${deploy.unprofiledRows(id, null, null)}`;
  }

  #summed(spec: DeploymentSpec): ProfiledCounts {
    const { deploy, profiles } = this.#sources;
    return new ProfiledCounts({ ...profiles, deploy }, spec);
  }

  async #logged(spec: DeploymentSpec, parts: readonly LogPart[]): Promise<LoggedCounts> {
    const { context, deploy } = this.#sources;
    const signature = (version: number) => deploy.signature(spec.model, version);
    const { groups } = await LoggedRows.of(context.duck, parts, signature, { since: null, until: null });
    return new LoggedCounts(context.duck, groups);
  }

  /** Of rows that were summed up before minutes were kept, what the log still has. */
  async #arrivalsOf(spec: DeploymentSpec, parts: readonly LogPart[]): Promise<ArrivalCounts> {
    const summed = await this.#summed(spec).arrivals();
    const first = summed?.minutes[0] ?? 0;
    const isWhole = (summed?.minutes.length ?? 0) >= newestMinutes;
    if (summed && (isWhole || parts.every(({ lastReceivedAt }) => lastReceivedAt >= first * 60_000))) return summed;
    const logged = await (await this.#logged(spec, parts)).arrivals();
    return summed ? joinedArrivals(summed, logged) : logged;
  }

  async #count(
    spec: DeploymentSpec,
    range: QualityRange,
    parts: readonly LogPart[],
    dataset: string,
  ): Promise<Counted> {
    const { context, data, deploy, references, profiles } = this.#sources;
    const reference = await references.of(spec.model, spec.version);
    const columns = reference.signature.inputs.map((field, index) =>
      expectedColumn(field, reference.inputs[index] as (typeof reference.inputs)[number]),
    );
    const logged = await this.#logged(spec, parts);
    const { source, rows, windows, counts } =
      (await windowCountsOf(this.#summed(spec), range)) ?? ((await windowCountsOf(logged, range)) as WindowCounts);
    if (rows === 0) {
      return { source, rows, columns: columnQualities(columns, counts), windows: [], lastReceivedAt: null, checks: [] };
    }
    const log = await LoggedRows.of(context.duck, parts, (version) => deploy.signature(spec.model, version), range);
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
    const removed = await removedPart({ duck: context.duck, deploy, profiles }, spec, range);
    return {
      source,
      rows,
      columns: columnQualities(columns, counts),
      windows: spansByWindow(counts.spans, windows).map((spans, index) => ({
        from: isoTime(windows[index]?.from ?? 0),
        to: isoTime(windows[index]?.to ?? 0),
        ...windowCounts(spans),
      })),
      lastReceivedAt:
        parts.length === 0 ? null : isoTime(Math.max(...parts.map(({ lastReceivedAt }) => lastReceivedAt))),
      checks: [...valueChecks(columns, counts), ...expected],
      ...(removed && { removed }),
    };
  }
}

interface WindowCounts {
  source: DeploymentQuality['source'];
  rows: number;
  windows: TimeWindow[];
  counts: QualityCounts;
}

/**
 * Null where the counter cannot tell. Sums keep hours for some weeks: where no length of windows was asked for, days take their place.
 * @throws GalleyError `monitor.invalid_range`
 */
async function windowCountsOf(
  counter: ProfiledCounts | LoggedCounts,
  range: QualityRange,
): Promise<WindowCounts | null> {
  const source = counter instanceof ProfiledCounts ? 'profile' : 'rows';
  const extent = await counter.extent(range);
  if (extent === null) return null;
  const { first, last, rows } = extent;
  if (first === null || last === null) {
    return { source, rows: 0, windows: [], counts: { spans: [], masked: new Set() } };
  }
  const windows = calendarWindows({ first, last, rows }, rowsPerWindow, range.window);
  const isFine = windows.some(({ from, to }) => to - from < dayMilliseconds);
  const counts = await counter.counts(range, isFine ? 'hour' : 'day');
  if (counts) return { source, rows, windows, counts };
  if (range.window !== undefined) return null;
  const byDay = await counter.counts(range, 'day');
  return (
    byDay && { source, rows, windows: calendarWindows({ first, last, rows }, rowsPerWindow, 'day'), counts: byDay }
  );
}

function joinedArrivals(one: ArrivalCounts, other: ArrivalCounts): ArrivalCounts {
  const rows = new Map(one.days.map((day) => [day.day, day.rows]));
  for (const day of other.days) rows.set(day.day, Math.max(day.rows, rows.get(day.day) ?? 0));
  const minutes = [...new Set([...one.minutes, ...other.minutes])].sort((before, after) => before - after);
  return {
    days: [...rows].map(([day, of]) => ({ day, rows: of })).sort((before, after) => before.day - after.day),
    minutes: minutes.slice(-newestMinutes),
  };
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
