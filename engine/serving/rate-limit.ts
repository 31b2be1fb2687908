const minuteMilliseconds = 60_000;
/** So many callers are remembered; beyond it those who asked longest ago are forgotten. */
const rememberedCallers = 10_000;

/**
 * So many requests a minute for each caller, by the Generic Cell Rate Algorithm (ITU-T I.371): a bucket of one minute's
 * requests that fills evenly. It holds one number for each caller.
 */
export class RateLimit {
  /** By caller: the monotonic time at which its bucket is full again. The last to ask stands last. */
  readonly #fullAt = new Map<string, number>();

  /**
   * Takes a request out of the caller's bucket.
   * @param perMinute requests, 0 for any number
   * @param now monotonic milliseconds
   * @returns milliseconds until there is one again; 0 where it was taken
   */
  take(caller: string, perMinute: number, now: number): number {
    if (perMinute === 0) return 0;
    const each = minuteMilliseconds / perMinute;
    const fullAt = Math.max(this.#fullAt.get(caller) ?? 0, now) + each;
    const wait = fullAt - now - minuteMilliseconds;
    // A bucket's times are sums of fractions.
    if (wait > each / 1000) return wait;
    this.#remember(caller, fullAt);
    return 0;
  }

  #remember(caller: string, fullAt: number): void {
    this.#fullAt.delete(caller);
    this.#fullAt.set(caller, fullAt);
    if (this.#fullAt.size <= rememberedCallers) return;
    const [longestAgo] = this.#fullAt.keys();
    this.#fullAt.delete(longestAgo as string);
  }
}
