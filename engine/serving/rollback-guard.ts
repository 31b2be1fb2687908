import type { Clock } from '../base/clock.ts';
import { defaultWindow, type RollbackBounds } from '../contract/traffic.ts';

/** The share of requests that may be slower than the 95th percentile. */
const slowShare = 0.05;

/** The mean of the last values, none of which is older than an age; null while there are too few. */
class RecentMean {
  readonly #values: Float64Array;
  readonly #times: Float64Array;
  readonly #age: number;
  #next = 0;
  #count = 0;
  #sum = 0;

  constructor(size: number, age: number) {
    this.#values = new Float64Array(size);
    this.#times = new Float64Array(size);
    this.#age = age;
  }

  add(value: number, now: number): number | null {
    const size = this.#values.length;
    if (this.#count === size) this.#removeOldest();
    this.#values[this.#next] = value;
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % size;
    this.#count++;
    this.#sum += value;
    while (now - (this.#times[this.#oldest] as number) > this.#age) this.#removeOldest();
    return this.#count === size ? this.#sum / size : null;
  }

  get #oldest(): number {
    const size = this.#values.length;
    return (this.#next - this.#count + size) % size;
  }

  #removeOldest(): void {
    this.#sum -= this.#values[this.#oldest] as number;
    this.#count--;
  }
}

/** Watches one version's requests, and says why it is to be taken back once a bound is passed. */
export class RollbackGuard {
  readonly bounds: RollbackBounds;
  readonly #clock: Clock;
  readonly #size: number;
  readonly #errors: RecentMean;
  readonly #slow: RecentMean;
  readonly #differences: RecentMean;

  constructor(bounds: RollbackBounds, clock: Clock) {
    this.bounds = bounds;
    this.#clock = clock;
    this.#size = bounds.requests ?? defaultWindow.requests;
    const recent = () => new RecentMean(this.#size, watchedMilliseconds(bounds));
    this.#errors = recent();
    this.#slow = recent();
    this.#differences = recent();
  }

  /** @returns the reason, where the last requests pass a bound */
  request(failed: boolean, milliseconds: number): string | null {
    const { errorShare, p95Milliseconds } = this.bounds;
    const now = this.#clock.monotonic();
    if (errorShare !== undefined) {
      const share = this.#errors.add(failed ? 1 : 0, now);
      if (share !== null && share > errorShare)
        return `${percent(share)} of the last ${this.#size} requests failed, above ${percent(errorShare)}`;
    }
    if (p95Milliseconds !== undefined) {
      const share = this.#slow.add(milliseconds > p95Milliseconds ? 1 : 0, now);
      if (share !== null && share > slowShare)
        return `the 95th percentile of the last ${this.#size} requests is above ${p95Milliseconds} ms`;
    }
    return null;
  }

  /** @returns the reason, where the last compared rows pass the bound */
  compared(difference: number): string | null {
    const { disagreement } = this.bounds;
    if (disagreement === undefined) return null;
    const mean = this.#differences.add(difference, this.#clock.monotonic());
    if (mean === null || mean <= disagreement) return null;
    const shown = Number(mean.toPrecision(3));
    return `the disagreement with the active version over the last ${this.#size} rows is ${shown}, above ${disagreement}`;
  }
}

/** How old a request may be that still counts, and how long a version is watched after its release to all. */
export function watchedMilliseconds({ minutes = defaultWindow.minutes }: RollbackBounds): number {
  return minutes * 60_000;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
