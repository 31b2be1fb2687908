import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoggedRow, SkippedSegment } from '../contract/deploy-log.ts';
import { allSegments, closedPath, isOpenSegment } from '../serving/log-folder.ts';
import { openSegment, type SegmentReader } from '../serving/log-reader.ts';
import { type LogQuery, meetsQuery } from './log-filter.ts';
import { loggedRow } from './logged-row.ts';

/** Records that are looked at in one turn of the event loop. */
const recordsPerTurn = 500;

/** Milliseconds by which the times of files may differ from those of rows. */
const clockSlack = 60_000;

/** Bytes of the segments in a log folder, also of those that are being written. */
export async function uncollectedBytes(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  let bytes = 0;
  for (const path of await allSegments(folder)) bytes += (await orGone(stat(path)))?.size ?? 0;
  return bytes;
}

/** What a search of the segments found, and which of them it could not read as a whole. */
export interface UncollectedRows {
  rows: LoggedRow[];
  skipped: SkippedSegment[];
}

/**
 * Rows of the segments in a log folder that meet a query.
 * @param isTaken whether the rows of a segment are in parts already, by its name
 */
export async function uncollectedRows(
  folder: string,
  query: LogQuery,
  isTaken: (name: string) => boolean,
): Promise<UncollectedRows> {
  const found: UncollectedRows = { rows: [], skipped: [] };
  if (!existsSync(folder)) return found;
  for (const path of await allSegments(folder)) {
    if (isTaken(basename(path)) || (await isOlder(path, query))) continue;
    try {
      const reason = await takeRows(path, query, found.rows);
      if (reason !== null) found.skipped.push({ segment: basename(path), reason });
    } catch (error) {
      found.skipped.push({ segment: basename(path), reason: (error as Error).message });
    }
  }
  return found;
}

/** Whether nothing was written to a segment since the time from which on rows are wanted. */
async function isOlder(path: string, { since }: LogQuery): Promise<boolean> {
  if (since === undefined) return false;
  const found = await orGone(stat(path));
  return found !== null && found.mtimeMs < Date.parse(since) - clockSlack;
}

/** Adds the rows of a segment that meet a query. @returns what of it could not be read, null where all could */
async function takeRows(path: string, query: LogQuery, rows: LoggedRow[]): Promise<string | null> {
  const reader = await openNow(path);
  let records = 0;
  for (const record of reader?.records() ?? []) {
    const row = loggedRow(record);
    if (meetsQuery(row, query)) rows.push(row);
    if (++records % recordsPerTurn === 0) await nextTurn();
  }
  const torn = reader?.tornTail;
  // The last record may be half written, by a server that writes on or by one that was killed.
  return !torn || torn.reason === 'cut' || isOpenSegment(path)
    ? null
    : `It is damaged from byte ${torn.offset} on; the last ${torn.bytes} bytes were skipped.`;
}

/** Opens a segment, also one that was closed since it was listed; null where its rows were collected since then. */
async function openNow(path: string): Promise<SegmentReader | null> {
  const reader = await orGone(openSegment(path));
  return reader === null && isOpenSegment(path) ? orGone(openSegment(closedPath(path))) : reader;
}

/** Null where there is no such file. */
async function orGone<Result>(work: Promise<Result>): Promise<Result | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
