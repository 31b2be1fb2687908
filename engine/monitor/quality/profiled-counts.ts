import type { DeploymentSpec, DeployPhase } from '../../deploy/index.ts';
import { type ProfileUnit, spanStart } from '../../statistics/profile/window-time.ts';
import type { TimeRange } from '../logged-rows.ts';
import { coverOf } from '../profiles/cover.ts';
import { here, type ProfileStore, type WindowSpan } from '../profiles/profile-store.ts';
import type { VersionProfiles } from '../profiles/version-profiles.ts';
import {
  type ArrivalCounts,
  type CountedExtent,
  type GrowingSpan,
  maskedInputs,
  type QualityCounter,
  type QualityCounts,
  spanAt,
} from './quality-counts.ts';
import { addWindow } from './window-quality.ts';

export interface ProfiledCountsSources {
  deploy: Pick<DeployPhase, 'signature' | 'unprofiledRows'>;
  store: ProfileStore;
  versions: Pick<VersionProfiles, 'of'>;
}

/**
 * Counts from the sums of rows, those included that the log keeps no more. Null where the sums do not have exactly the rows that are
 * asked for: some are not summed up yet, or a bound lies within an hour, or within a day of which the hours are dropped.
 */
export class ProfiledCounts implements QualityCounter {
  readonly #sources: ProfiledCountsSources;
  readonly #spec: DeploymentSpec;

  constructor(sources: ProfiledCountsSources, spec: DeploymentSpec) {
    this.#sources = sources;
    this.#spec = spec;
  }

  async extent(range: TimeRange): Promise<CountedExtent | null> {
    const spans = this.#cover(range, 'month');
    if (spans === null) return null;
    const all = spans.flatMap((span) => this.#sources.store.totals(this.#spec.id, span));
    const totals = all.filter(({ source }) => source === here);
    return {
      rows: totals.reduce((sum, { rows }) => sum + rows, 0),
      first: totals.length === 0 ? null : Math.min(...totals.map(({ first }) => first)),
      last: totals.length === 0 ? null : Math.max(...totals.map(({ last }) => last)),
    };
  }

  async counts(range: TimeRange, unit: 'hour' | 'day'): Promise<QualityCounts | null> {
    const cover = this.#cover(range, unit);
    if (cover === null) return null;
    const { deploy, store, versions } = this.#sources;
    const { id, model } = this.#spec;
    const spans = new Map<number, GrowingSpan>();
    for (const part of cover) {
      for await (const window of store.quality(id, part)) {
        const signature = await deploy.signature(model, window.version);
        const reference = window.quality === null ? (await versions.of(model, window.version)).reference : null;
        addWindow(spanAt(spans, spanStart(unit, window.start)), window, signature, reference);
      }
    }
    const sorted = [...spans.values()].sort((one, other) => one.from - other.from);
    return { spans: sorted, masked: maskedInputs(sorted) };
  }

  /** Null where nothing is known of when rows were received. */
  async arrivals(): Promise<ArrivalCounts | null> {
    const { deploy, store } = this.#sources;
    const { id } = this.#spec;
    const minutes = store.arrivals(id);
    if (minutes.length === 0 || deploy.unprofiledRows(id, null, null) > 0) return null;
    const days = store.rowsByStart(id, { unit: 'day', from: null, to: null });
    return { days: days.map(({ start, rows }) => ({ day: start, rows })), minutes };
  }

  #cover(range: TimeRange, coarsest: ProfileUnit): WindowSpan[] | null {
    const { deploy, store } = this.#sources;
    if (deploy.unprofiledRows(this.#spec.id, range.since, range.until) > 0) return null;
    return coverOf(range, coarsest, store.hoursSince(this.#spec.id));
  }
}
