import { dayMilliseconds, isoTime } from '../base/clock.ts';
import type { RemovedPart } from '../contract/monitor-removed.ts';
import type { DeploymentSpec, DeployPhase } from '../deploy/index.ts';
import { spanEnd, spanStart } from '../statistics/profile/window-time.ts';
import { type DuckReader, parquetTable } from '../store/duck.ts';
import type { TimeRange } from './logged-rows.ts';
import { coverOf } from './profiles/cover.ts';
import type { ProfileStore } from './profiles/profile-store.ts';

export interface RemovedPartSources {
  duck: DuckReader;
  deploy: Pick<DeployPhase, 'readLog' | 'removedRows'>;
  profiles: { store: ProfileStore };
}

/**
 * Which rows of a range the log keeps no more: those that sums by day have beyond it. Where the bounds lie within hours or days of
 * which there are no sums, whole days are looked at.
 * @returns null where all are there
 */
export async function removedPart(
  { duck, deploy, profiles }: RemovedPartSources,
  spec: DeploymentSpec,
  range: TimeRange,
): Promise<RemovedPart | null> {
  if (deploy.removedRows(spec.id) === null) return null;
  const known = summedDays(profiles.store, spec.id, range) ?? summedDays(profiles.store, spec.id, wholeDays(range));
  if (!known || known.days.size === 0) return null;
  const logged = await loggedDays(duck, deploy, spec, known.range);
  const gone = [...known.days]
    .map(([day, rows]) => ({ day, rows: rows - (logged.get(day) ?? 0) }))
    .filter(({ rows }) => rows > 0);
  if (gone.length === 0) return null;
  const days = gone.map(({ day }) => day);
  const [first, last] = [Math.min(...days), Math.max(...days) + dayMilliseconds];
  return {
    rows: gone.reduce((sum, { rows }) => sum + rows, 0),
    since: isoTime(Math.max(first, known.range.since ?? first)),
    until: isoTime(Math.min(last, known.range.until ?? last)),
  };
}

function summedDays(store: ProfileStore, deploymentId: string, range: TimeRange) {
  const cover = coverOf(range, 'day', store.hoursSince(deploymentId));
  if (cover === null) return null;
  const days = new Map<number, number>();
  for (const span of cover) {
    for (const { start, rows } of store.rowsByStart(deploymentId, span)) {
      const day = spanStart('day', start);
      days.set(day, (days.get(day) ?? 0) + rows);
    }
  }
  return { days, range };
}

function loggedDays(
  duck: DuckReader,
  deploy: RemovedPartSources['deploy'],
  spec: DeploymentSpec,
  range: TimeRange,
): Promise<Map<number, number>> {
  return deploy.readLog(spec.id, range, async (parts) => {
    if (parts.length === 0) return new Map();
    const { since, until } = range;
    const tables = [...Map.groupBy(parts, ({ version }) => version).values()].map(
      (ofVersion) => `SELECT event_time FROM ${parquetTable(ofVersion.map(({ path }) => path))}`,
    );
    const rows = await duck.rows(
      `SELECT floor(event_time / ${dayMilliseconds}) * ${dayMilliseconds} AS day, count(*)::DOUBLE
       FROM (${tables.join(' UNION ALL ')})
       WHERE event_time >= ${since ?? Number.MIN_SAFE_INTEGER} AND event_time < ${until ?? Number.MAX_SAFE_INTEGER} GROUP BY day`,
    );
    return new Map(rows.map(([day, count]) => [Number(day), Number(count)]));
  });
}

function wholeDays({ since, until }: TimeRange): TimeRange {
  const end = until === null ? null : spanStart('day', until);
  return {
    since: since === null ? null : spanStart('day', since),
    until: end === until || end === null ? end : spanEnd('day', end),
  };
}
