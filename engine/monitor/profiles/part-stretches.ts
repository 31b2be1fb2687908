import { largestTime, spanStart } from '../../statistics/profile/window-time.ts';
import { type DuckReader, parquetTable } from '../../store/duck.ts';

/** Event times from one to before another, UTC epoch milliseconds. */
export interface Stretch {
  from: number;
  until: number;
}

/** A stretch is summed up at a time; what is beyond the last one of so many is left out. */
const largestStretchCount = 10;
const dayMilliseconds = 86_400_000;

/**
 * The event times of a log part, cut where months begin into stretches that need at most so many windows each, so that the memory
 * for one is enough whatever times the rows have. One month's windows are never parted.
 * @param windows hours from `hoursSince` on, days before
 */
export async function stretchesOfPart(
  duck: DuckReader,
  path: string,
  { windows, hoursSince }: { windows: number; hoursSince: number },
): Promise<Stretch[]> {
  const rows = await duck.rows(
    `SELECT floor(event_time / ${dayMilliseconds}.0) AS day, count(DISTINCT floor(event_time / 3600000.0))
     FROM ${parquetTable([path])} GROUP BY day ORDER BY day`,
  );
  const days = rows.map(([day, hours]) => {
    const start = Number(day) * dayMilliseconds;
    return { start, windows: start < hoursSince ? 1 : Number(hours) };
  });
  const dated = days.filter(({ start }) => Math.abs(start) <= largestTime);
  return stretchesOfDays(dated, windows);
}

/** @param days ascending by start @param largest windows of a stretch, unless a single month has more */
export function stretchesOfDays(days: readonly { start: number; windows: number }[], largest: number): Stretch[] {
  const begins: number[] = [];
  let taken = Number.POSITIVE_INFINITY;
  for (const [month, ofMonth] of Map.groupBy(days, ({ start }) => spanStart('month', start))) {
    const needed = ofMonth.reduce((sum, { windows }) => sum + windows, 0);
    if (taken + needed > largest) {
      begins.push(month);
      taken = 0;
    }
    taken += needed;
  }
  return begins.slice(0, largestStretchCount).map((month, index) => ({
    from: index === 0 ? Number.NEGATIVE_INFINITY : month,
    until: begins[index + 1] ?? Number.POSITIVE_INFINITY,
  }));
}
