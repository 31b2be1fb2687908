import { dayMilliseconds } from '../../base/clock.ts';
import type { LogMask } from '../../contract/serving.ts';
import type { Signature } from '../../contract/values.ts';
import { decodeProfile, decodeWindow } from '../../statistics/profile/decode.ts';
import { type EncodedProfile, type EncodedWindow, encodeWindow } from '../../statistics/profile/encode.ts';
import { Profile } from '../../statistics/profile/profile.ts';
import { type RowAnswer, rowReader } from '../../statistics/profile/profile-row.ts';
import type { PreparedReference } from '../../statistics/profile/reference-profile.ts';
import { largestTime } from '../../statistics/profile/window-time.ts';
import type { InputValue } from '../field-rule.ts';

/** So long event times are kept apart by hour and by day, where there are more windows than may be. */
const kept = { hours: 2 * dayMilliseconds, days: 62 * dayMilliseconds };
/** Sketches of columns in all windows together: some tens of megabytes at most. */
const mostSketches = 10_000;
const mostWindows = 200;
const fewestWindows = 24;

/** Rows by bin of the reference, and those without a value. */
export interface BinRows {
  counts: Float64Array;
  missing: number;
}

/** What is known of a row beside its values. Times are UTC epoch milliseconds. */
export interface AskedRow {
  eventTime: number;
  now: number;
  isFlagged: boolean;
  mask: LogMask;
}

/** What was sent to another place, to be added there. */
export interface TakenRows {
  leftOut: number;
  windows: EncodedWindow[];
}

/** Sums of the rows that a version was asked, by hour of event time; the oldest hours become days, then months. */
export class RowProfile {
  readonly reference: PreparedReference;
  /** Since when `binRows` counts, UTC epoch milliseconds. */
  readonly startedAt: number;
  readonly #signature: Signature;
  readonly #most: number;
  #profile: Profile;
  /** More windows than these are joined. */
  #bound: number;
  #mask: LogMask = { inputs: [] };
  /** Columns whose inputs are masked, by their positions in the reference. */
  #masked: number[] = [];
  #read: ReturnType<typeof rowReader>;
  /** Rows of an earlier process. */
  #before: BinRows[] | null = null;

  constructor(reference: PreparedReference, signature: Signature, startedAt: number) {
    this.reference = reference;
    this.startedAt = startedAt;
    this.#signature = signature;
    this.#read = rowReader(reference.profile, signature);
    const fitting = Math.floor(mostSketches / Math.max(reference.columns.length, 1));
    this.#most = Math.min(Math.max(fitting, fewestWindows), mostWindows);
    this.#bound = this.#most;
    this.#profile = this.#empty();
  }

  get profile(): Profile {
    return this.#profile;
  }

  /**
   * Adds a row.
   * @param inputs in the order of the signature @param mask whose inputs are counted as masked
   */
  add(inputs: readonly InputValue[], answer: RowAnswer, { eventTime, now, isFlagged, mask }: AskedRow): void {
    if (mask !== this.#mask) this.#maskBy(mask);
    this.#profile.add(eventTime, this.#read(inputs, answer), isFlagged);
    this.#tidy(now);
  }

  /** Adds a request by the event time of its first row. @param now UTC epoch milliseconds */
  addRequest(eventTime: number, milliseconds: number, now: number): void {
    this.#profile.addRequest(eventTime, milliseconds);
    this.#tidy(now);
  }

  /** Rows since `startedAt`, without those of an earlier process, in the order of the reference's columns. */
  binRows(): BinRows[] {
    const sums = this.#sums();
    if (this.#before) add(sums, this.#before, -1);
    return sums;
  }

  /** Adds rows of an earlier process. @throws GalleyError `monitor.invalid_profile` */
  restore(encoded: EncodedProfile): void {
    const ofNow = this.#sums();
    const earlier = decodeProfile(encoded, this.reference);
    earlier.mask(this.#masked);
    this.#profile.merge(earlier);
    this.#before = this.#sums();
    add(this.#before, ofNow, -1);
  }

  /** Adds rows that a thread of this process has counted. @param now UTC epoch milliseconds */
  merge({ leftOut, windows }: TakenRows, now: number): void {
    this.#profile.leftOut += leftOut;
    for (const encoded of windows) {
      const window = decodeWindow(encoded, this.reference);
      window.mask(this.#masked);
      this.#profile.mergeWindow(window);
      this.#tidy(now);
    }
  }

  /** What was counted since the last call, to be counted elsewhere; null where there is nothing. */
  take(): TakenRows | null {
    const { leftOut, windows } = this.#profile;
    if (leftOut === 0 && windows.length === 0) return null;
    this.#profile = this.#empty();
    this.#bound = this.#most;
    return { leftOut, windows: windows.filter(({ rows }) => rows > 0).map(encodeWindow) };
  }

  /** What was counted before is masked, too. */
  #maskBy(mask: LogMask): void {
    const inputs = new Set(mask.inputs);
    this.#mask = mask;
    this.#read = rowReader(this.reference.profile, this.#signature, inputs);
    this.#masked = this.reference.profile.columns.flatMap(({ role, bins }, position) =>
      role === 'input' && inputs.has(bins.name) ? [position] : [],
    );
    if (this.#masked.length === 0) return;
    this.#profile.mask(this.#masked);
    for (const position of this.#masked) this.#before?.[position]?.counts.fill(0);
  }

  #empty(): Profile {
    return new Profile(this.reference, { windows: 2 * this.#most });
  }

  #sums(): BinRows[] {
    const sums = this.reference.columns.map(({ bins }) => ({
      counts: new Float64Array(bins.counts.length),
      missing: 0,
    }));
    for (const { columns } of this.#profile.windows) add(sums, columns, 1);
    return sums;
  }

  /** Event times may be any: what does not fit by hour is kept by day, what does not by month. */
  #tidy(now: number): void {
    const profile = this.#profile;
    if (profile.windowCount <= this.#bound) return;
    const steps = [
      ['day', now - kept.hours],
      ['month', now - kept.days],
      ['day', largestTime],
      ['month', largestTime],
    ] as const;
    for (const [unit, before] of steps) if (profile.windowCount > this.#most) profile.coarsen(unit, before);
    this.#bound = this.#boundAfter(profile.windowCount);
  }

  /** Months cannot be joined: where they are too many, the next time is when there is no room left, or never. */
  #boundAfter(windows: number): number {
    if (windows <= this.#most) return this.#most;
    return windows <= 1.5 * this.#most ? 2 * this.#most - 1 : Number.POSITIVE_INFINITY;
  }
}

/** Adds rows, or with the sign -1 takes them away. */
function add(sums: readonly BinRows[], rows: readonly BinRows[], sign: 1 | -1): void {
  for (const [index, { counts, missing }] of rows.entries()) {
    const sum = sums[index] as BinRows;
    sum.missing += sign * missing;
    for (let bin = 0; bin < counts.length; bin++) {
      sum.counts[bin] = (sum.counts[bin] as number) + sign * (counts[bin] as number);
    }
  }
}
