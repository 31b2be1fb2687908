import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoggedRow } from '../contract/deploy-log.ts';
import { allSegments } from '../serving/log-folder.ts';
import { openSegment } from '../serving/log-reader.ts';
import { type LogQuery, meetsQuery } from './log-filter.ts';
import { loggedRow } from './logged-row.ts';

/** Records that are looked at in one turn of the event loop. */
const recordsPerTurn = 500;

/** Bytes of the segments in a log folder, also of those that are being written. */
export async function uncollectedBytes(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  let bytes = 0;
  for (const path of await allSegments(folder)) bytes += (await orGone(stat(path)))?.size ?? 0;
  return bytes;
}

/**
 * Rows of the segments in a log folder that meet a query.
 * @param isTaken whether the rows of a segment are in parts already, by its name
 */
export async function uncollectedRows(
  folder: string,
  query: LogQuery,
  isTaken: (name: string) => boolean,
): Promise<LoggedRow[]> {
  if (!existsSync(folder)) return [];
  const rows: LoggedRow[] = [];
  for (const path of await allSegments(folder)) {
    if (isTaken(basename(path))) continue;
    const reader = await orGone(openSegment(path));
    let records = 0;
    for (const record of reader?.records() ?? []) {
      const row = loggedRow(record);
      if (meetsQuery(row, query)) rows.push(row);
      if (++records % recordsPerTurn === 0) await nextTurn();
    }
  }
  return rows;
}

/** Null for a segment that was closed, which renames it, or taken away since it was listed. */
async function orGone<Result>(work: Promise<Result>): Promise<Result | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
