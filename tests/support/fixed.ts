import type { Clock } from '../../engine/base/clock.ts';
import { idSource, type NewId } from '../../engine/base/ids.ts';

/** A clock that a test sets by hand; it starts at 2025-01-01T00:00:00Z. */
export function fixedClock(start = Date.UTC(2025, 0, 1)): Clock & { advance(milliseconds: number): void } {
  let time = start;
  return {
    now: () => time,
    monotonic: () => time - start,
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

/** Ids that count: the same in every run of a test. */
export function countedIds(clock: Clock = fixedClock()): NewId {
  let count = 0;
  return idSource(clock, (bytes) => (++count).toString(16).padStart(bytes * 2, '0'));
}
