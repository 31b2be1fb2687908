/** Time comes in as an argument so that tests and simulations can fix it. */
export interface Clock {
  /** UTC epoch milliseconds. */
  now(): number;
  /** Milliseconds that never go back, for durations. */
  monotonic(): number;
}

export const hourMilliseconds = 3_600_000;
/** Of a day in UTC, which knows no other length. */
export const dayMilliseconds = 24 * hourMilliseconds;

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** ISO 8601 in UTC with milliseconds, the form of a time at every border. */
export function isoTime(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}

export function isoTimeOrNull(epochMilliseconds: number | null): string | null {
  return epochMilliseconds === null ? null : isoTime(epochMilliseconds);
}
