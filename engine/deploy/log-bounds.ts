import { dayMilliseconds } from '../base/clock.ts';
import type { WholeSettings } from '../contract/deploy-settings.ts';
import type { StoredLogPart } from './log-store.ts';

/** How long and how much of a prediction log is kept. */
export type LogBounds = Pick<WholeSettings['log'], 'retentionDays' | 'diskBytes'>;

/** Rows that were received before it are not kept; null keeps all. UTC epoch milliseconds. */
export function keptSince({ retentionDays }: Pick<LogBounds, 'retentionDays'>, now: number): number | null {
  return retentionDays === 0 ? null : now - retentionDays * dayMilliseconds;
}

/**
 * The parts that are beyond the bounds: those whose last row was received too long ago, and of the others the oldest ones
 * until the rest fits.
 * @param now UTC epoch milliseconds
 */
export function expiredParts(
  parts: readonly StoredLogPart[],
  { retentionDays, diskBytes }: LogBounds,
  now: number,
): StoredLogPart[] {
  const oldest = keptSince({ retentionDays }, now) ?? Number.NEGATIVE_INFINITY;
  let room = diskBytes === 0 ? Number.POSITIVE_INFINITY : diskBytes;
  const newestFirst = parts.toSorted((one, other) => other.lastReceivedAt - one.lastReceivedAt || other.id - one.id);
  return newestFirst.filter(({ lastReceivedAt, bytes }) => {
    room -= bytes;
    return lastReceivedAt < oldest || room < 0;
  });
}
