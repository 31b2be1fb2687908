import type { ProfileValue } from './column-sketch.ts';
import type { PreparedReference } from './reference-profile.ts';
import { WindowSketch } from './window-sketch.ts';
import { isFiner, largestTime, type ProfileUnit, spanEnd, spanStart } from './window-time.ts';

/** Windows of a profile: rows that would need more are counted as left out, so that event times cannot fill the memory. */
export const largestWindowCount = 4000;

export interface ProfileOptions {
  /** At most so many are kept. Default 4,000. */
  windows?: number;
  /** Rows before it, the start of a day, are summed up by day. UTC epoch milliseconds; default all by hour. */
  hoursSince?: number;
}

/**
 * Sums of the rows that a model version answered, by hour of event time (UTC), against the version's reference bins. Profiles
 * of one version add up to the same in any order, as long as no row is left out.
 */
export class Profile {
  readonly reference: PreparedReference;
  /** Rows whose event time is none, or needs one window too many. */
  leftOut = 0;
  readonly #windows = new Map<string, WindowSketch>();
  readonly #largestWindowCount: number;
  readonly #hoursSince: number;
  #latest: WindowSketch | null = null;
  /** Of the latest window; empty before there is one. */
  #span: [from: number, to: number] = [0, 0];

  constructor(reference: PreparedReference, options: ProfileOptions = {}) {
    this.reference = reference;
    this.#largestWindowCount = options.windows ?? largestWindowCount;
    this.#hoursSince = options.hoursSince ?? Number.NEGATIVE_INFINITY;
  }

  /** Ascending by start, a longer window before those in it. */
  get windows(): WindowSketch[] {
    return [...this.#windows.values()].sort(
      (one, other) => one.start - other.start || (isFiner(one.unit, other.unit) ? 1 : -1),
    );
  }

  get windowCount(): number {
    return this.#windows.size;
  }

  get rows(): number {
    let rows = 0;
    for (const window of this.#windows.values()) rows += window.rows;
    return rows;
  }

  /**
   * Adds a row.
   * @param eventTime UTC epoch milliseconds @param values in the order of the reference's columns
   * @param isFlagged whether it has a remark other than that a value is masked
   */
  add(eventTime: number, values: readonly ProfileValue[], isFlagged = false): void {
    const window = this.#windowOf(eventTime);
    if (window === null) this.leftOut++;
    else window.add(eventTime, values, isFlagged);
  }

  /** Adds a request by the event time of its first row. @param milliseconds from its receipt until its answer */
  addRequest(eventTime: number, milliseconds: number): void {
    if (Number.isFinite(milliseconds)) this.#windowOf(eventTime)?.addRequest(milliseconds);
  }

  /** Adds what another profile of the same version knows. @throws RangeError where the reference bins differ */
  merge(other: Profile): void {
    if (other.reference.identity !== this.reference.identity) throw new RangeError('two profiles have different bins');
    this.leftOut += other.leftOut;
    for (const window of other.#windows.values()) this.mergeWindow(window);
  }

  /** Adds a window of equal bins. */
  mergeWindow(window: WindowSketch): void {
    const own = this.#window(window.unit, window.start);
    if (own === null) this.leftOut += window.rows;
    else own.merge(window);
  }

  /** Joins the finer windows of each span of a unit that had ended by a time. @param before UTC epoch milliseconds */
  coarsen(unit: ProfileUnit, before: number): void {
    const finer = [...this.#windows].filter(
      ([, window]) => isFiner(window.unit, unit) && spanEnd(unit, spanStart(unit, window.start)) <= before,
    );
    for (const [key, window] of finer) {
      this.#windows.delete(key);
      const start = spanStart(unit, window.start);
      const joined = this.#windows.get(keyOf(unit, start)) ?? this.#place(unit, start);
      joined.merge(window);
    }
    this.#span = [0, 0];
  }

  /** Forgets the values of columns, in windows that take the place of the known ones. @param positions in the order of the reference */
  mask(positions: readonly number[]): void {
    for (const [key, window] of this.#windows) {
      const masked = new WindowSketch(this.reference, window.unit, window.start);
      masked.merge(window);
      masked.mask(positions);
      this.#windows.set(key, masked);
    }
    this.#span = [0, 0];
  }

  #windowOf(eventTime: number): WindowSketch | null {
    const [from, to] = this.#span;
    if (eventTime >= from && eventTime < to) return this.#latest;
    if (!(Math.abs(eventTime) <= largestTime)) return null;
    const unit = eventTime < this.#hoursSince ? 'day' : 'hour';
    const start = spanStart(unit, eventTime);
    const window = this.#window(unit, start);
    if (window === null) return null;
    this.#latest = window;
    this.#span = [start, spanEnd(unit, start)];
    return window;
  }

  #window(unit: ProfileUnit, start: number): WindowSketch | null {
    const known = this.#windows.get(keyOf(unit, start));
    if (known || this.#windows.size >= this.#largestWindowCount) return known ?? null;
    return this.#place(unit, start);
  }

  #place(unit: ProfileUnit, start: number): WindowSketch {
    const window = new WindowSketch(this.reference, unit, start);
    this.#windows.set(keyOf(unit, start), window);
    return window;
  }
}

function keyOf(unit: ProfileUnit, start: number): string {
  return `${unit}/${start}`;
}
