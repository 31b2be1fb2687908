import { type ProfileUnit, profileUnits, spanEnd, spanStart } from '../../statistics/profile/window-time.ts';
import type { TimeRange } from '../logged-rows.ts';
import type { WindowSpan } from './profile-store.ts';

/**
 * Windows that have exactly the rows of a range: as many months as there are, then days at both ends, then hours.
 * @param coarsest unit to take @param hoursSince before which there are no hours, null where there are all
 * @returns null where a bound is within an hour, or within a day that has no hours any more
 */
export function coverOf(
  { since, until }: TimeRange,
  coarsest: ProfileUnit,
  hoursSince: number | null,
): WindowSpan[] | null {
  const units = profileUnits.toReversed();
  const [unit, ...finer] = units.slice(units.indexOf(coarsest)) as [ProfileUnit, ...ProfileUnit[]];
  return cover(since, until, unit, finer, hoursSince);
}

function cover(
  from: number | null,
  to: number | null,
  unit: ProfileUnit,
  [finer, ...rest]: ProfileUnit[],
  hoursSince: number | null,
): WindowSpan[] | null {
  if (from !== null && to !== null && from >= to) return [];
  const start = from === null ? null : startAtOrAfter(unit, from);
  const end = to === null ? null : spanStart(unit, to);
  if (finer === undefined) {
    const isWhole = start === from && end === to && !startsBefore(from, hoursSince);
    return isWhole ? [{ unit, from, to }] : null;
  }
  if (start !== null && end !== null && start >= end) return cover(from, to, finer, rest, hoursSince);
  const before = start === from ? [] : cover(from, start, finer, rest, hoursSince);
  const after = end === to ? [] : cover(end, to, finer, rest, hoursSince);
  return before && after && [...before, { unit, from: start, to: end }, ...after];
}

function startAtOrAfter(unit: ProfileUnit, time: number): number {
  const start = spanStart(unit, time);
  return start === time ? time : spanEnd(unit, start);
}

/** An open range begins before all. */
function startsBefore(time: number | null, bound: number | null): boolean {
  return bound !== null && (time === null || time < bound);
}
