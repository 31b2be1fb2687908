import type { Clock } from '../../base/clock.ts';

/** Lets so many through within a time, by their names. */
export class RateLimit {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #most: number;
  readonly #milliseconds: number;
  readonly #times = new Map<string, number[]>();

  constructor(clock: Pick<Clock, 'monotonic'>, { most, milliseconds }: { most: number; milliseconds: number }) {
    this.#clock = clock;
    this.#most = most;
    this.#milliseconds = milliseconds;
  }

  /** Counts one; false where it is one too many, which is not counted. */
  admits(name: string): boolean {
    const now = this.#clock.monotonic();
    const times = (this.#times.get(name) ?? []).filter((time) => now - time < this.#milliseconds);
    this.#times.set(name, times);
    if (times.length >= this.#most) return false;
    times.push(now);
    return true;
  }
}
