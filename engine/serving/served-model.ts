import { GalleyError } from '../base/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import { type Traffic, undividedTraffic, type VersionStatus } from '../contract/traffic.ts';
import type { AnsweredRow } from './answer-text.ts';
import type { AskedRows } from './checked-rows.ts';
import { difference } from './comparison.ts';
import { LiveVersion, type VersionListener, type VersionOutcome } from './live-version.ts';
import { LoadedVersions, type ModelLoading } from './loaded-versions.ts';
import type { Predictor, PredictorOptions, Receipt } from './predictor.ts';
import { watchedMilliseconds } from './rollback-guard.ts';
import { ShadowQueue } from './shadow-queue.ts';
import { meetsCanary } from './traffic-split.ts';

/** A version that passed a bound; a canary meets no callers any more. */
export interface Breach {
  model: string;
  version: number;
  role: 'canary' | 'active';
  reason: string;
}

export interface ServedModelOptions {
  model: string;
  versions: readonly ServedVersion[];
  loading: ModelLoading;
  predictor: PredictorOptions;
  breached(breach: Breach): void;
  /** In a thread of the server: its requests are counted there, and not compared here. */
  elsewhere?(version: number, outcome: VersionOutcome): void;
}

/** What is to answer from now on; what is left out stays as it is. */
export interface Activation {
  version: number;
  /** Are added to the known ones. */
  versions?: readonly ServedVersion[];
  /** The alias that the version stands under. */
  label?: string | null;
  traffic?: Traffic;
}

/** Which version a caller names; a key decides where it names none. */
export interface VersionReference {
  version?: string;
  label?: string;
  key?: string;
}

/** Rows that are compared in one go, so that a caller who comes meanwhile waits for few. */
const comparedRows = 32;

/** One model of a server: the version that is active, and those that answer some callers or are compared with it. */
export class ServedModel implements VersionListener {
  readonly model: string;
  readonly #options: ServedModelOptions;
  readonly #loaded: LoadedVersions;
  readonly #shadows: ShadowQueue;
  #live: ReadonlyMap<number, LiveVersion> = new Map();
  #active: LiveVersion | null = null;
  #canary: LiveVersion | null = null;
  #shadow: LiveVersion | null = null;
  #traffic: Traffic = undividedTraffic;
  #label: string | null = null;
  #since = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ServedModelOptions) {
    this.model = options.model;
    this.#options = options;
    this.#loaded = new LoadedVersions(options.versions, options.loading);
    this.#shadows = new ShadowQueue(() => this.waitingRows > 0);
  }

  /** Null until the first version is loaded. */
  get active(): LiveVersion | null {
    return this.#active;
  }

  /** Rows that were handed to the versions and are not answered yet. */
  get waitingRows(): number {
    let rows = 0;
    for (const { loaded } of this.#live.values()) rows += loaded.batcher.waitingRows;
    return rows;
  }

  /** Epoch milliseconds at which the active version became so; 0 before the first. */
  get since(): number {
    return this.#since;
  }

  /** A canary that was taken back has none of a hundred. */
  get traffic(): Traffic {
    return this.#traffic;
  }

  /** What answers now, in the form that makes another do so. */
  get activation(): Activation | null {
    if (this.#active === null) return null;
    const { version } = this.#active;
    return { version, versions: this.#loaded.known, label: this.#label, traffic: this.#traffic };
  }

  /**
   * Loads and warms what is missing, then lets it answer all further requests. Rows that a version has taken are still
   * answered by it; what is not wanted any more is released after the last of them. On failure everything stays as it is.
   * @throws GalleyError `serving.unknown_version`, `serving.model_unreadable`, `serving.model_mismatch`, `serving.model_failed`
   */
  activate(activation: Activation): Promise<void> {
    const done = this.#turn.then(() => this.#activate(activation));
    this.#turn = done.catch(() => {});
    return done;
  }

  /**
   * What answers: the version that is named, else by the key the canary or the active one.
   * @throws GalleyError `serving.not_ready`, `serving.version_not_loaded`
   */
  predictor({ version, label, key }: VersionReference): Predictor {
    if (version !== undefined) return this.#versionNamed(version).predictor;
    if (label !== undefined) return this.#labelled(label).predictor;
    const canary = this.#canary;
    if (canary === null || !this.#meets(canary, key)) return this.#requireActive().predictor;
    return canary.predictor;
  }

  /** Every version that is in memory, also while it comes or goes. */
  status(): VersionStatus[] {
    return this.#loaded.states().map(([version, state]) => {
      const live = this.#live.get(version);
      return {
        version,
        state,
        roles: this.#roles(live),
        percent: this.#percent(live),
        ...(live?.figures() ?? noFigures),
      };
    });
  }

  /** Forgets what waits to be compared. Resolves when no thread of a version is left. */
  stop(): Promise<void> {
    this.#shadows.clear();
    return this.#loaded.stop();
  }

  counted(live: LiveVersion, outcome: VersionOutcome): void {
    if (this.#options.elsewhere) this.#options.elsewhere(live.version, outcome);
    else live.count(outcome);
  }

  /** Counts a request that a thread has answered; its rows are compared with nothing. */
  countElsewhere(version: number, outcome: VersionOutcome): void {
    const live = this.#live.get(version);
    live?.count(outcome);
    const judged = live === this.#active ? this.#shadow : live === this.#canary ? this.#canary : null;
    judged?.comparison.drop(outcome.rows);
  }

  answered(by: LiveVersion, asked: AskedRows, rows: readonly AnsweredRow[], receipt: Receipt): void {
    if (this.#options.elsewhere) return;
    if (by === this.#active && this.#shadow) this.#compare(this.#shadow, this.#shadow, asked, rows, receipt);
    else if (by === this.#canary) this.#compare(by, this.#active as LiveVersion, asked, rows, receipt);
  }

  breached(live: LiveVersion, reason: string): void {
    const role = live === this.#canary ? 'canary' : 'active';
    if (role === 'active' && live !== this.#active) return;
    if (role === 'canary') {
      this.#canary = null;
      this.#traffic = { ...this.#traffic, canary: { version: live.version, percent: 0 } };
    }
    this.#options.breached({ model: this.model, version: live.version, role, reason });
  }

  async #activate({ version, versions = [], label = this.#label, traffic = this.#traffic }: Activation): Promise<void> {
    const { canary, shadow, bounds } = traffic;
    const wanted: Traffic = {
      canary: canary?.version === version ? null : canary,
      shadow: shadow === version ? null : shadow,
      bounds,
    };
    const all = [version, wanted.canary?.version, wanted.shadow].filter((one) => one !== undefined && one !== null);
    await this.#loaded.want(new Set(all), versions, () => this.#commit(version, label, wanted, all));
  }

  #commit(version: number, label: string | null, traffic: Traffic, all: number[]): void {
    this.#live = new Map(all.map((one) => [one, this.#liveVersion(one)]));
    const before = this.#active;
    this.#active = this.#live.get(version) as LiveVersion;
    this.#label = label;
    this.#traffic = traffic;
    const { canary, shadow, bounds } = traffic;
    this.#canary = canary === null || canary.percent === 0 ? null : (this.#live.get(canary.version) as LiveVersion);
    this.#shadow = shadow === null ? null : (this.#live.get(shadow) as LiveVersion);
    this.#watch(before, bounds);
    if (before !== this.#active) this.#since = this.#options.predictor.clock.now();
  }

  /** @param before the version that was active */
  #watch(before: LiveVersion | null, bounds: Traffic['bounds']): void {
    const milliseconds = bounds ? watchedMilliseconds(bounds) : 0;
    for (const live of this.#live.values()) {
      if (live === this.#canary) live.watch(bounds);
      else if (live !== this.#active) live.watch(null);
      else if (live === before) live.changeBounds(bounds, milliseconds);
      // The first one has none before it to go back to.
      else live.watch(before && bounds, milliseconds);
    }
  }

  #liveVersion(version: number): LiveVersion {
    const loaded = this.#loaded.get(version);
    const known = this.#live.get(version);
    if (!loaded) throw new GalleyError('internal.bug', `Version ${version} is not loaded.`);
    return known?.loaded === loaded ? known : new LiveVersion(loaded, this.#options.predictor, this);
  }

  /**
   * Lets a version answer rows too that another has answered.
   * @param judged the one whose figures the comparison belongs to
   * @param other the one that has not answered them yet; a shadow's answers are logged
   */
  #compare(judged: LiveVersion, other: LiveVersion, asked: AskedRows, rows: readonly AnsweredRow[], receipt: Receipt) {
    const predictor = judged === other ? other.shadow : other.silent;
    for (let start = 0; start < rows.length; start += comparedRows) {
      const part = rows.slice(start, start + comparedRows);
      const taken = this.#shadows.add(part.length, () =>
        this.#comparePart(judged, predictor, partOf(asked, part, start), part, receipt),
      );
      if (!taken) judged.comparison.drop(part.length);
    }
  }

  async #comparePart(
    judged: LiveVersion,
    predictor: Predictor,
    asked: AskedRows,
    rows: readonly AnsweredRow[],
    { id, at }: Receipt,
  ): Promise<void> {
    if (this.#live.get(predictor.loaded.version)?.loaded !== predictor.loaded) return;
    const monotonic = this.#options.predictor.clock.monotonic();
    const others = await predictor.predict(asked, { id, at, monotonic }).catch(() => null);
    if (others === null) return judged.comparison.fail(rows.length);
    for (const [index, row] of rows.entries()) {
      const apart = difference(row, others[index] as AnsweredRow);
      if (apart === null) judged.comparison.fail(1);
      else judged.compared(apart);
    }
  }

  #meets({ version }: LiveVersion, key = this.#options.predictor.newId('req')): boolean {
    const { canary } = this.#traffic;
    return canary !== null && meetsCanary(key, `${this.model}@${version}`, canary.percent);
  }

  #versionNamed(version: string): LiveVersion {
    this.#requireActive();
    const live = this.#live.get(Number(version));
    if (live && String(live.version) === version) return live;
    throw this.#notLoaded(`version ${version}`);
  }

  /** The alias of the active version, or what a version is here. */
  #labelled(label: string): LiveVersion {
    const active = this.#requireActive();
    if (label === this.#label) return active;
    const { canary, shadow } = this.#traffic;
    const version = label === 'canary' ? canary?.version : label === 'shadow' ? shadow : null;
    const live = this.#live.get(version ?? 0);
    if (live) return live;
    throw this.#notLoaded(`label ${label}`);
  }

  #requireActive(): LiveVersion {
    if (this.#active) return this.#active;
    throw new GalleyError('serving.not_ready', 'The model is being loaded.');
  }

  #notLoaded(asked: string): GalleyError {
    const versions = [...this.#live.keys()].sort((one, other) => one - other);
    const only = `only version${versions.length === 1 ? '' : 's'} ${versions.join(', ')}`;
    return new GalleyError('serving.version_not_loaded', `There is no ${asked.slice(0, 80)} loaded here, ${only}.`);
  }

  #roles(live: LiveVersion | undefined): VersionStatus['roles'] {
    if (!live) return [];
    const roles: VersionStatus['roles'] = [];
    if (live === this.#active) roles.push('active');
    if (live.version === this.#traffic.canary?.version) roles.push('canary');
    if (live === this.#shadow) roles.push('shadow');
    return roles;
  }

  #percent(live: LiveVersion | undefined): number {
    const canary = this.#traffic.canary?.percent ?? 0;
    if (live === undefined) return 0;
    if (live === this.#active) return 100 - canary;
    return live.version === this.#traffic.canary?.version ? canary : 0;
  }
}

/** For a name that none of these models has. */
export function unknownModel(name: string, known: Iterable<string>): GalleyError {
  const message = `There is no model ${name.slice(0, 80)} here, only ${[...known].join(', ')}.`;
  return new GalleyError('serving.unknown_model', message);
}

const noFigures: ReturnType<LiveVersion['figures']> = {
  requests: 0,
  rows: 0,
  errors: 0,
  refused: 0,
  latency: { p50: null, p95: null, p99: null },
  compared: { rows: 0, disagreement: null, dropped: 0, failed: 0 },
};

/** Rows as they were asked, with the ids that they were answered under. */
function partOf({ rows, eventTimes }: AskedRows, part: readonly AnsweredRow[], start: number): AskedRows {
  const end = start + part.length;
  return {
    rows: rows.slice(start, end),
    ids: part.map(({ id }) => id),
    eventTimes: Array.isArray(eventTimes) ? eventTimes.slice(start, end) : undefined,
  };
}
