import { dayMilliseconds } from '../../base/clock.ts';
import { count } from '../../base/words.ts';
import type { QualityCheck } from '../../contract/monitor-quality.ts';
import { countDeviation } from '../../statistics/incoming-rows.ts';
import { quantiles } from '../../statistics/summary.ts';
import { type ArrivalCounts, weekdayOf } from './quality-counts.ts';

const minutesOfDay = 24 * 60;
/** A pause is judged by the longest pauses of so many days at least. */
const leastDays = 3;
/** Of the days' longest pauses: a single outage does not make the next one usual, a weekend's pause each week is. */
const usualShare = 0.9;
const lateFactors = { warning: 1.5, bad: 3 } as const;
const leastMinutes = 5;

/** Deviations (see `countDeviation`) from which a day's rows are unusual. */
const deviations = { warning: 4, bad: 8 } as const;
const leastWeekdays = 4;
const leastHistory = 7;
/** Older days say nothing of what is usual now. */
export const historyDays = 12 * 7;
/** Without a row where there usually are so many, whatever their spread. */
const rowsMissed = 20;
/** Events that are older were replayed: then the newest day is one of theirs. */
const liveDays = 7;

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** What freshness is judged by. */
export interface Pauses {
  /** Minute since the epoch in which the last row came, null where none has. */
  last: number | null;
  /** Minutes; null where too few days are known. */
  usual: number | null;
}

export function pausesOf({ minutes }: Pick<ArrivalCounts, 'minutes'>): Pauses {
  return { last: minutes.at(-1) ?? null, usual: usualPause(minutes) };
}

/** Whether rows come when they usually come. @param now UTC epoch milliseconds @param isRunning whether they can come at all */
export function freshnessCheck({ last, usual }: Pauses, now: number, isRunning: boolean): QualityCheck {
  if (last === null) return unknown('freshness', 'No row has come yet.');
  const since = Math.max(0, Math.floor(now / 60_000) - last);
  const came = since === 0 ? 'The last row came just now' : `The last row came ${duration(since)} ago`;
  if (!isRunning) return { ...unknown('freshness', `${came}; the deployment does not run.`), value: since };
  if (usual === null) {
    const says = `${came}; rows have come on too few days to say what is usual.`;
    return { ...unknown('freshness', says), value: since };
  }
  const late = since < leastMinutes ? 0 : since / usual;
  const light = late > lateFactors.bad ? 'bad' : late > lateFactors.warning ? 'warning' : 'good';
  const says = `${came}; pauses of up to ${duration(usual)} are usual.`;
  const lookAt = ' Look at whether its callers still run, and whether they reach the server.';
  return {
    kind: 'freshness',
    column: null,
    light,
    value: since,
    expected: usual,
    says: light === 'good' ? says : says + lookAt,
  };
}

function usualPause(minutes: readonly number[]): number | null {
  const longest = new Map<number, number>();
  for (let index = 1; index < minutes.length; index++) {
    const minute = minutes[index] as number;
    const day = Math.floor(minute / minutesOfDay);
    longest.set(day, Math.max(longest.get(day) ?? 0, minute - (minutes[index - 1] as number)));
  }
  if (longest.size < leastDays) return null;
  const [usual = null] = quantiles(Float64Array.from(longest.values()), [usualShare]);
  return usual === null ? null : Math.max(1, usual);
}

/** Whether the newest complete day has as many rows as such a day usually has. @param now UTC epoch milliseconds */
export function volumeCheck({ days }: Pick<ArrivalCounts, 'days'>, now: number): QualityCheck {
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return unknown('volume', 'No row has come yet.');
  const today = Math.floor(now / dayMilliseconds) * dayMilliseconds;
  const isLive = last.day <= today && today - last.day <= liveDays * dayMilliseconds;
  const day = isLive ? today - dayMilliseconds : last.day - dayMilliseconds;
  const rowsOf = new Map(days.map((each) => [each.day, each.rows]));
  const { earlier, isOfWeekday } = earlierDays(rowsOf, Math.max(first.day, day - historyDays * dayMilliseconds), day);
  const rows = rowsOf.get(day) ?? 0;
  const judged = earlier.length < leastHistory && !isOfWeekday ? null : countDeviation(rows, earlier);
  if (judged === null) {
    return unknown('volume', `Rows have come on too few days to say how many are usual; ${leastHistory} are needed.`);
  }
  const { usual, deviations: apart } = judged;
  const isGone = rows === 0 && usual >= rowsMissed;
  const light =
    isGone || Math.abs(apart) >= deviations.bad ? 'bad' : Math.abs(apart) >= deviations.warning ? 'warning' : 'good';
  const weekday = weekdays[weekdayOf(day)];
  const says =
    `${weekday}, ${new Date(day).toISOString().slice(0, 10)}, had ${count(rows, 'row')};` +
    ` ${Math.round(usual).toLocaleString('en-US')} are usual on ${isOfWeekday ? `a ${weekday}` : 'a day'}.`;
  const lookAt = apart < 0 ? ' Look at which callers are gone.' : ' Look at whether rows are sent twice.';
  return {
    kind: 'volume',
    column: null,
    light,
    value: rows,
    expected: usual,
    says: light === 'good' ? says : says + lookAt,
  };
}

/** Rows of the days before one: of the same weekday where enough of those are known. */
function earlierDays(
  rowsOf: ReadonlyMap<number, number>,
  first: number,
  day: number,
): { earlier: number[]; isOfWeekday: boolean } {
  const all: number[] = [];
  for (let each = first; each < day; each += dayMilliseconds) all.push(each);
  const alike = all.filter((each) => weekdayOf(each) === weekdayOf(day));
  const isOfWeekday = alike.length >= leastWeekdays;
  return { earlier: (isOfWeekday ? alike : all).map((each) => rowsOf.get(each) ?? 0), isOfWeekday };
}

function unknown(kind: QualityCheck['kind'], says: string): QualityCheck {
  return { kind, column: null, light: 'unknown', value: null, expected: null, says };
}

function duration(minutes: number): string {
  if (minutes < 120) return count(Math.round(minutes), 'minute');
  if (minutes < 2 * minutesOfDay) return count(Math.round(minutes / 60), 'hour');
  return count(Math.round(minutes / minutesOfDay), 'day');
}
