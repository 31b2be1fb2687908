import type { ColumnType, Signature } from '../../contract/values.ts';
import type { DeploymentSpec, DeployPhase } from '../../deploy/index.ts';
import { BucketSketch } from '../../statistics/profile/bucket-sketch.ts';
import { type ColumnSketch, mergeSketch, sketchOfCounts } from '../../statistics/profile/column-sketch.ts';
import { quantileOfBuckets } from '../../statistics/profile/estimates.ts';
import { rebinned } from '../../statistics/profile/rebin.ts';
import { latencyScale, WindowSketch } from '../../statistics/profile/window-sketch.ts';
import type { ProfileUnit } from '../../statistics/profile/window-time.ts';
import { comparableInput } from '../comparable-input.ts';
import type { LogSummary, TimeRange } from '../logged-rows.ts';
import { type TimeWindow, windowFinder } from '../windows.ts';
import { coverOf } from './cover.ts';
import { here, type ProfileStore, type Totals, type WindowSpan } from './profile-store.ts';
import type { VersionProfile, VersionProfiles } from './version-profiles.ts';

export interface ProfiledSources {
  deploy: Pick<DeployPhase, 'unprofiledRows'>;
  store: ProfileStore;
  versions: VersionProfiles;
}

/** A column of the deployed version's reference, and what came of it. */
export interface ProfiledColumn {
  name: string;
  /** Of the input; null of an output. */
  type: ColumnType | null;
  reference: ColumnSketch;
  current: ColumnSketch;
  /** Rows of other versions that may lie in other bins than it says. */
  uncertainRows: number;
}

const mostTries = 3;

/** The rows of a source in a range of event time, summed up: by the windows that they are in, whatever their number. */
export class ProfiledRange {
  readonly deployed: VersionProfile;
  readonly #sources: ProfiledSources;
  readonly #spec: DeploymentSpec;
  readonly #range: TimeRange;
  readonly #spans: WindowSpan[];
  readonly #totals: Totals[];
  readonly #versions: ReadonlyMap<number, VersionProfile>;
  readonly #source: string;

  private constructor(
    parts: { sources: ProfiledSources; spec: DeploymentSpec; range: TimeRange; spans: WindowSpan[]; source: string },
    totals: Totals[],
    versions: ReadonlyMap<number, VersionProfile>,
  ) {
    this.#sources = parts.sources;
    this.#spec = parts.spec;
    this.#range = parts.range;
    this.#spans = parts.spans;
    this.#source = parts.source;
    this.#totals = totals;
    this.#versions = versions;
    this.deployed = versions.get(parts.spec.version) as VersionProfile;
  }

  /**
   * Null where the sums do not have all rows of the range and only those: some are not summed up yet, or cannot be; or a bound lies
   * within an hour, or within a day of which the hours are dropped.
   * @param source `here`, or the name of a server elsewhere, whose rows are taken as they came
   */
  static async of(
    sources: ProfiledSources,
    spec: DeploymentSpec,
    range: TimeRange,
    source = here,
  ): Promise<ProfiledRange | null> {
    const { deploy, store, versions } = sources;
    if (source === here && deploy.unprofiledRows(spec.id, range.since, range.until) > 0) return null;
    const spans = coverOf(range, 'month', source === here ? store.hoursSince(spec.id) : null);
    if (spans === null) return null;
    const totals = spans.flatMap((span) => store.totals(spec.id, span)).filter((total) => total.source === source);
    const wanted = new Set([spec.version, ...totals.map(({ version }) => version)]);
    const profiles = new Map<number, VersionProfile>();
    for (const version of wanted) {
      const profile = await versions.of(spec.model, version).catch(() => null);
      if (profile === null) return null;
      profiles.set(version, profile);
    }
    return new ProfiledRange({ sources, spec, range, spans, source }, totals, profiles);
  }

  get rows(): number {
    return this.#totals.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** Of the versions that answered. */
  get signatures(): Signature[] {
    const answered = new Set(this.#totals.map(({ version }) => version));
    return [...this.#versions].flatMap(([version, { facts }]) => (answered.has(version) ? [facts.signature] : []));
  }

  /** What came, by version; latencies are known to within 2 %. */
  async summary(): Promise<LogSummary> {
    const totals = this.#totals;
    const versions = [...Map.groupBy(totals, ({ version }) => version)].map(([version, of]) => ({
      version,
      first: Math.min(...of.map(({ first }) => first)),
      last: Math.max(...of.map(({ last }) => last)),
    }));
    const latency = new BucketSketch();
    for (const window of (await this.#whole()).values()) latency.merge(window.latency);
    const quantile = (share: number) => quantileOfBuckets(latency, latencyScale, share);
    let requests = 0;
    for (const count of latency.buckets.values()) requests += count;
    return {
      rows: this.rows,
      requests,
      flagged: totals.reduce((sum, { flagged }) => sum + flagged, 0),
      latency: { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) },
      versions: versions.sort((one, other) => one.version - other.version),
      first: totals.length === 0 ? null : Math.min(...totals.map(({ first }) => first)),
      last: totals.length === 0 ? null : Math.max(...totals.map(({ last }) => last)),
    };
  }

  /** The columns of the deployed version over the whole range. */
  async columns(): Promise<ProfiledColumn[]> {
    const whole = await this.#whole();
    return this.deployed.reference.columns.map((prepared, index) => {
      const current = new ColumnSum(this.deployed, index);
      for (const [version, window] of whole) current.add(this.#version(version), window.columns);
      const { name } = prepared.bins;
      const input = this.deployed.facts.signature.inputs.find((candidate) => candidate.name === name);
      const isInput = this.deployed.reference.profile.columns[index]?.role === 'input';
      const reference = this.deployed.sketches[index] as ColumnSketch;
      return {
        name,
        type: (isInput ? input?.type : null) ?? null,
        reference,
        current: current.sketch,
        uncertainRows: current.uncertainRows,
      };
    });
  }

  /**
   * Counts by window, each window in the order of the deployed version's columns.
   * @returns null where windows are of hours that are dropped
   */
  async byWindow(windows: readonly TimeWindow[]): Promise<CountedRows[] | null> {
    const spans = coverOf(
      this.#range,
      unitOf(windows),
      this.#source === here ? this.#sources.store.hoursSince(this.#spec.id) : null,
    );
    if (spans === null) return null;
    const counted = windows.map(() => new CountedRows(this.deployed));
    const find = windowFinder(windows);
    const others = [...this.#versions.keys()].filter((version) => version !== this.#spec.version);
    for (const span of spans) {
      const { store } = this.#sources;
      for await (const window of store.counted(this.#spec.id, span, this.#source)) {
        counted[find(window.start)]?.addCounts(
          window.version,
          window.rows,
          window.version === this.#spec.version ? window.columns : null,
        );
      }
      if (others.length === 0) continue;
      const sketches = store.windows(this.#spec.id, span, this.#source, (version) =>
        others.includes(version) ? this.#version(version).reference : null,
      );
      for await (const { version, window } of sketches) {
        counted[find(window.start)]?.addSketches(this.#version(version), window.columns);
      }
    }
    return counted;
  }

  #wholeWindows: Promise<Map<number, WindowSketch>> | undefined;

  /** All windows of the range in one, by version. */
  #whole(): Promise<Map<number, WindowSketch>> {
    this.#wholeWindows ??= this.#join();
    return this.#wholeWindows;
  }

  /** What is stored may change between the turns in which it is read: then it is read again. */
  async #join(): Promise<Map<number, WindowSketch>> {
    const { store } = this.#sources;
    for (let tries = 1; ; tries++) {
      const { revision } = store;
      const joined = await this.#joinOnce();
      if (store.revision === revision || tries === mostTries) return joined;
    }
  }

  async #joinOnce(): Promise<Map<number, WindowSketch>> {
    const joined = new Map<number, WindowSketch>();
    for (const span of this.#spans) {
      const windows = this.#sources.store.windows(
        this.#spec.id,
        span,
        this.#source,
        (version) => this.#version(version).reference,
      );
      for await (const { version, window } of windows) {
        const whole = joined.get(version) ?? new WindowSketch(window.reference, window.unit, window.start);
        whole.merge(window);
        joined.set(version, whole);
      }
    }
    return joined;
  }

  #version(version: number): VersionProfile {
    return this.#versions.get(version) as VersionProfile;
  }
}

/** The rows of a window, by column on the deployed version's bins. */
export class CountedRows {
  rows = 0;
  readonly versions = new Set<number>();
  readonly #deployed: VersionProfile;
  readonly #columns: ColumnSum[];

  constructor(deployed: VersionProfile) {
    this.#deployed = deployed;
    this.#columns = deployed.reference.columns.map((_, index) => new ColumnSum(deployed, index));
  }

  /** @param columns of the deployed version, null of another one */
  addCounts(version: number, rows: number, columns: readonly Parameters<typeof sketchOfCounts>[2][] | null): void {
    this.rows += rows;
    this.versions.add(version);
    columns?.forEach((counted, index) => {
      const prepared = this.#deployed.reference.columns[index];
      if (prepared) this.#columns[index]?.addOwn(sketchOfCounts(prepared, rows, counted));
    });
  }

  addSketches(version: VersionProfile, columns: readonly ColumnSketch[]): void {
    for (const column of this.#columns) column.add(version, columns);
  }

  sketch(index: number): ColumnSketch {
    return (this.#columns[index] as ColumnSum).sketch;
  }
}

/** What came of a column of the deployed version, of whatever versions. */
class ColumnSum {
  readonly sketch: ColumnSketch;
  uncertainRows = 0;
  readonly #deployed: VersionProfile;
  readonly #index: number;

  constructor(deployed: VersionProfile, index: number) {
    const prepared = deployed.reference.columns[index] as VersionProfile['reference']['columns'][number];
    this.sketch = sketchOfCounts(prepared, 0, { counts: new Array(prepared.bins.counts.length).fill(0) });
    this.#deployed = deployed;
    this.#index = index;
  }

  addOwn(sketch: ColumnSketch): void {
    mergeSketch(this.sketch, sketch);
  }

  /** @param columns of a version; one that does not have the column, or of another kind, adds nothing */
  add(version: VersionProfile, columns: readonly ColumnSketch[]): void {
    const column = columns[positionOf(this.#deployed, this.#index, version)];
    const found = column && rebinned(column, this.sketch.prepared);
    if (!found) return;
    this.uncertainRows += found.uncertainRows;
    mergeSketch(this.sketch, found.sketch);
  }
}

/** Where another version has a column of the deployed one; -1 where it has none that can be compared. */
function positionOf(deployed: VersionProfile, index: number, version: VersionProfile): number {
  const wanted = deployed.reference.profile.columns[index];
  const [own, other] = [deployed.facts.signature, version.facts.signature];
  if (wanted === undefined) return -1;
  const { name } = wanted.bins;
  const isComparable =
    wanted.role === 'input'
      ? comparableInput(other, name, own.inputs.find((input) => input.name === name)?.type ?? 'text')
      : own.task === other.task && (own.task !== 'binary' || String(own.classes) === String(other.classes));
  if (!isComparable) return -1;
  return version.reference.profile.columns.findIndex(({ role, bins }) => role === wanted.role && bins.name === name);
}

/** The coarsest unit that windows are made of. */
function unitOf(windows: readonly TimeWindow[]): ProfileUnit {
  const isWhole = (unit: ProfileUnit) => coverable(windows, unit);
  return isWhole('month') ? 'month' : isWhole('day') ? 'day' : 'hour';
}

function coverable(windows: readonly TimeWindow[], unit: ProfileUnit): boolean {
  return windows.every(({ from, to }) => {
    const spans = coverOf({ since: from, until: to }, unit, null);
    return spans?.every((span) => span.unit === unit) ?? false;
  });
}
