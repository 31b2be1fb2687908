import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, dayMilliseconds } from '../../base/clock.ts';
import { Turns } from '../../base/turns.ts';
import type { DeploymentSpec, DeployPhase, UnprofiledPart } from '../../deploy/index.ts';
import { spanStart } from '../../statistics/profile/window-time.ts';
import type { DuckReader } from '../../store/duck.ts';
import { LoggedCounts, newestMinutes } from '../quality/logged-counts.ts';
import { joinedQuality, spansOfPart } from '../quality/window-quality.ts';
import { profileOfPart } from './part-profile.ts';
import { stretchesOfPart } from './part-stretches.ts';
import { here, type PreparedRow, type ProfileStore } from './profile-store.ts';
import { rolledUp } from './roll-up.ts';
import type { VersionProfiles } from './version-profiles.ts';

/** Hours are kept so long; days and months are kept for good. */
const keptHoursMilliseconds = 35 * dayMilliseconds;
/** Windows of one stretch of a part, since each takes memory by its columns. */
const windowBounds = { sketches: 200_000, most: 50_000, fewest: 1000 };
/** Rows that a collection sums up before it goes on; what is beyond waits for its turn. */
const rowsAtOnce = 200_000;
/** Windows whose counts are joined in one turn of the event loop. */
const windowsPerTurn = 200;

export interface ProfilerSources {
  clock: Clock;
  duck: DuckReader;
  store: ProfileStore;
  versions: VersionProfiles;
  deploy: Pick<DeployPhase, 'readUnprofiled' | 'unprofiledRows' | 'markProfiled' | 'find'>;
}

/**
 * Sums up the rows of each log part, once: its windows and the note that it is done are written in one transaction, so a crash in
 * between neither loses nor doubles a row.
 */
export class Profiler {
  readonly #sources: ProfilerSources;
  readonly #turns = new Turns();
  /** Parts that cannot be read, by path, which is of their content, and versions that there is nothing to count against for. */
  readonly #unusable = new Set<string>();
  #isStopped = false;

  constructor(sources: ProfilerSources) {
    this.#sources = sources;
  }

  /** Sums up what has come; where that is much, some of it, and the rest while other work goes on. Never throws. */
  async collected(deploymentId: string): Promise<void> {
    await this.#inTurn(deploymentId, rowsAtOnce);
    if (this.#sources.deploy.unprofiledRows(deploymentId, null, null) > 0)
      void this.#inTurn(deploymentId, Number.POSITIVE_INFINITY);
  }

  /** Sums up all that has come and can be, also what could not be before. @throws Error where there is no time for it any more */
  async catchUp(deploymentId: string): Promise<void> {
    if (this.#isStopped) throw new Error('Rows stay in the log until they are summed up: the engine is ending.');
    this.#unusable.clear();
    await this.#inTurn(deploymentId, Number.POSITIVE_INFINITY);
  }

  /** Work that changes windows of a deployment: nobody else does meanwhile. */
  exclusively<Result>(deploymentId: string, work: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(deploymentId, work);
  }

  /** Ends after the part that it is at. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#turns.settled();
  }

  async #inTurn(deploymentId: string, rows: number): Promise<void> {
    try {
      await this.#turns.take(deploymentId, () => this.#take(this.#sources.deploy.find(deploymentId), rows));
    } catch (error) {
      console.error(error);
    }
  }

  async #take(spec: DeploymentSpec, rows: number): Promise<void> {
    let left = rows;
    while (left > 0 && !this.#isStopped) {
      const part = await this.#sources.deploy.readUnprofiled(
        spec.id,
        async (found) => {
          await this.#add(spec, found);
          return found;
        },
        ({ path, version }) => !this.#unusable.has(path) && !this.#unusable.has(versionKey(spec, version)),
      );
      if (part === null) return;
      left -= part.rows;
    }
  }

  /** What cannot be summed up is left aside until its rows are to leave the log, or the engine starts anew. */
  async #add(spec: DeploymentSpec, part: UnprofiledPart): Promise<void> {
    const { deploy, duck, store, versions } = this.#sources;
    const version = await this.#usable(versionKey(spec, part.version), () => versions.of(spec.model, part.version));
    if (version === null) return;
    const { reference, facts } = version;
    const owner = { deploymentId: spec.id, source: here, instance: '', version: part.version };
    const hoursSince = this.#hoursSince(spec.id, part.lastEventTime);
    const found = await this.#usable(part.path, async () => {
      const { signature } = facts;
      const options = { windows: windowsOfStretch(reference.columns.length), hoursSince };
      const counts = new LoggedCounts(duck, [{ version: part.version, signature, paths: [part.path] }]);
      const windows: PreparedRow[] = [];
      let summed = 0;
      for (const stretch of await stretchesOfPart(duck, part.path, options)) {
        const profile = await profileOfPart(duck, part.path, { signature, reference }, { ...options, stretch });
        summed += profile.rows;
        const starts = profile.leftOut > 0 ? profile.windows.map(({ start }) => start) : null;
        const find = spansOfPart(await counts.spansOf(stretch, hoursSince, starts), hoursSince);
        for (const [index, row] of (await rolledUp(store, owner, reference, profile.windows)).entries()) {
          if (index % windowsPerTurn === 0) await nextTurn();
          const before = store.qualityOfWindow(owner, row.unit, row.start);
          windows.push({ ...row, quality: joinedQuality(find(row.unit, row.start), before, signature, reference) });
        }
      }
      const leftOut = part.rows - summed;
      if (leftOut > 0)
        console.error(`${leftOut} rows of ${spec.name} are in no sums: their event times need too many windows.`);
      return { windows, minutes: await counts.minutes() };
    });
    if (found === null) return;
    store.transaction(() => {
      // It was joined or removed meanwhile: then it is met again as another part, or never.
      if (!deploy.markProfiled(part.id)) return;
      for (const window of found.windows) store.put(owner, window);
      store.addArrivals(spec.id, found.minutes, newestMinutes);
      store.dropHours(spec.id, hoursSince);
    });
  }

  async #usable<Result>(key: string, work: () => Promise<Result>): Promise<Result | null> {
    try {
      return await work();
    } catch (error) {
      this.#unusable.add(key);
      console.error(error);
      return null;
    }
  }

  /** The start of a day: rows before it have no hours any more, also where they come late. */
  #hoursSince(deploymentId: string, lastEventTime: number): number {
    const { clock, store } = this.#sources;
    const last = Math.max(lastEventTime, store.lastEventTime(deploymentId) ?? lastEventTime);
    const since = spanStart('day', Math.min(last, clock.now()) - keptHoursMilliseconds);
    return Math.max(since, store.hoursSince(deploymentId) ?? since);
  }
}

/** Windows that a stretch of a part may have. */
export function windowsOfStretch(columns: number): number {
  const { sketches, most, fewest } = windowBounds;
  return Math.max(fewest, Math.min(most, Math.floor(sketches / Math.max(columns, 1))));
}

function versionKey({ model }: DeploymentSpec, version: number): string {
  return `${model}@${version}`;
}
