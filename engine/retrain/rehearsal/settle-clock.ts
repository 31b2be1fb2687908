import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { RehearsalPeriod } from '../../contract/retrain-rehearsal.ts';
import { calendarWindows, readableUnit, type TimeWindow } from '../../monitor/for-jobs.ts';
import type { KnownRows } from './known-rows.ts';

/** What is asked of the simulated clock; UTC epoch milliseconds. */
export interface ClockWish {
  from?: number | undefined;
  to?: number | undefined;
  period?: RehearsalPeriod | undefined;
}

/** What the simulated clock goes through. */
export interface Clockwork {
  period: RehearsalPeriod;
  periods: TimeWindow[];
  /** The given version saw no row of them. */
  isVersionFirst: boolean;
}

const fewestPeriods = 2;
/** Of the rows, where a model must be trained first. */
const shareForFirst = 1 / 3;

/**
 * From when to when, and how often the monitor looks. Without a given begin it is the first row after all that the version
 * has seen; where there is none, rows from a third of them on are replayed, and the recipe is trained on those before.
 * @param newestSeen the time of the newest row that the version has seen; undefined where that is not known.
 * @throws GalleyError `retrain.nothing_to_rehearse`, `monitor.invalid_range` where a period makes more than 400 of them
 */
export function settleClock(
  rows: KnownRows,
  wish: ClockWish,
  newestSeen: number | undefined,
  rowsPerPeriod: number,
): Clockwork {
  const times = rows.sortedTimes().filter((time) => time < (wish.to ?? Number.POSITIVE_INFINITY));
  const after = newestSeen === undefined ? undefined : times.find((time) => time > newestSeen);
  const tries = wish.from === undefined ? [after, afterFirstPart(times, wish, rowsPerPeriod)] : [wish.from];
  for (const from of tries) {
    if (from === undefined) continue;
    const settled = periodsFrom(times, from, wish, rowsPerPeriod);
    if (settled === undefined || settled.periods.length < fewestPeriods) continue;
    return { ...settled, isVersionFirst: newestSeen !== undefined && newestSeen < from };
  }
  const [first, last] = [times[0], times.at(-1)];
  const span = first === undefined || last === undefined ? 'none' : `${isoTime(first)} to ${isoTime(last)}`;
  const message = `The rows to replay make fewer than ${fewestPeriods} periods; those with a time are of ${span}.`;
  throw new GalleyError('retrain.nothing_to_rehearse', message, { details: { rows: times.length } });
}

function periodsFrom(times: Float64Array, from: number, { to, period }: ClockWish, rowsPerPeriod: number) {
  const replayed = times.filter((time) => time >= from);
  const last = replayed.at(-1);
  if (last === undefined) return undefined;
  const range = { first: from, last, rows: replayed.length };
  const unit = period ?? dayAtLeast(readableUnit(range, rowsPerPeriod));
  const clip = (window: TimeWindow): TimeWindow => ({
    from: Math.max(window.from, from),
    to: Math.min(window.to, to ?? Number.POSITIVE_INFINITY),
  });
  return { period: unit, periods: calendarWindows(range, 0, unit).map(clip) };
}

/** The begin of the first whole period after a third of the rows. */
function afterFirstPart(times: Float64Array, { period }: ClockWish, rowsPerPeriod: number): number | undefined {
  const middle = times[Math.floor(times.length * shareForFirst)];
  const last = times.at(-1);
  if (middle === undefined || last === undefined) return undefined;
  const rows = Math.ceil(times.length * (1 - shareForFirst));
  const unit = period ?? dayAtLeast(readableUnit({ first: middle, last, rows }, rowsPerPeriod));
  return calendarWindows({ first: middle, last: middle, rows: 1 }, 0, unit)[0]?.to;
}

function dayAtLeast(unit: ReturnType<typeof readableUnit>): RehearsalPeriod {
  return unit === 'hour' ? 'day' : unit;
}
