import type { ServingStatus } from '../contract/serving.ts';
import type { Database } from '../store/database.ts';

/** A Parquet file with rows of the prediction log that one version answered. */
export interface StoredLogPart {
  id: number;
  version: number;
  /** No caller has seen its answers. */
  isShadow: boolean;
  hash: string;
  rows: number;
  /** UTC epoch milliseconds, both inclusive. */
  firstEventTime: number;
  lastEventTime: number;
  /** UTC epoch milliseconds of the last receipt. */
  lastReceivedAt: number;
  /** Of the file. */
  bytes: number;
  /** Its rows are in the profiles. */
  isProfiled: boolean;
}

type Flag = 'isShadow' | 'isProfiled';

/** A closed segment whose rows are in parts. */
export interface TakenSegment {
  name: string;
  rows: number;
  /** Bytes at its end that were no whole record: the server was killed while it wrote them. */
  tornBytes: number;
}

/** Rows of a log that callers saw and that are kept no more. */
export interface RemovedRows {
  rows: number;
  /** UTC epoch milliseconds of the last receipt. */
  receivedUntil: number;
}

export interface TrafficTotals {
  requests: number;
  rows: number;
  errors: number;
}

/** What of a log could not be read. */
export interface LogDamage {
  segments: number;
  bytes: number;
}

/** The rows of `log_segments`, `log_parts`, `log_removals` and `traffic_minutes`. */
export class LogStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  isTaken(deploymentId: string, segment: string): boolean {
    const sql = 'SELECT 1 AS found FROM log_segments WHERE deployment_id = ? AND name = ?';
    return this.#database.get(sql, deploymentId, segment) !== undefined;
  }

  addSegment(deploymentId: string, { name, rows, tornBytes }: TakenSegment): void {
    this.#database.run(
      'INSERT INTO log_segments (deployment_id, name, rows, torn_bytes) VALUES (?, ?, ?, ?)',
      deploymentId,
      name,
      rows,
      tornBytes,
    );
  }

  addPart(deploymentId: string, part: Omit<StoredLogPart, 'id' | 'bytes'>): void {
    this.#database.run(
      `INSERT INTO log_parts (deployment_id, version, is_shadow, blob_hash, rows, first_event_time, last_event_time, last_received_at,
         is_profiled)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      deploymentId,
      part.version,
      part.isShadow ? 1 : 0,
      part.hash,
      part.rows,
      part.firstEventTime,
      part.lastEventTime,
      part.lastReceivedAt,
      part.isProfiled ? 1 : 0,
    );
  }

  /** Notes that the rows of a part are in the profiles. @returns false where it is gone, or they were before */
  markProfiled(id: number): boolean {
    const sql = 'UPDATE log_parts SET is_profiled = 1 WHERE id = ? AND is_profiled = 0 RETURNING id';
    return this.#database.get(sql, id) !== undefined;
  }

  removePart(id: number): void {
    this.#database.run('DELETE FROM log_parts WHERE id = ?', id);
  }

  /** Notes rows that were removed, beside those of before. */
  addRemoved(deploymentId: string, { rows, receivedUntil }: RemovedRows): void {
    this.#database.run(
      `INSERT INTO log_removals (deployment_id, rows, received_until) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET rows = rows + excluded.rows, received_until = max(received_until, excluded.received_until)`,
      deploymentId,
      rows,
      receivedUntil,
    );
  }

  /** Null where all is kept. */
  removed(deploymentId: string): RemovedRows | null {
    const sql = 'SELECT rows, received_until AS receivedUntil FROM log_removals WHERE deployment_id = ?';
    return this.#database.get<RemovedRows>(sql, deploymentId) ?? null;
  }

  /** Segments that were cut off or could not be read, and their bytes without a row; null where there is none. */
  damage(deploymentId: string): LogDamage | null {
    const sql = `SELECT count(*) AS segments, sum(torn_bytes) AS bytes FROM log_segments
      WHERE deployment_id = ? AND torn_bytes > 0`;
    const found = this.#database.get<LogDamage>(sql, deploymentId);
    return found && found.segments > 0 ? found : null;
  }

  /** Parts that may hold rows with event times in [since, until), in the order in which they were written. */
  parts(deploymentId: string, since: number | null, until: number | null): StoredLogPart[] {
    const rows = this.#database.all<Omit<StoredLogPart, Flag> & Record<Flag, number>>(
      `SELECT id, version, is_shadow AS isShadow, is_profiled AS isProfiled, blob_hash AS hash, rows, first_event_time AS firstEventTime, last_event_time AS lastEventTime,
         last_received_at AS lastReceivedAt, bytes
       FROM log_parts JOIN blobs ON hash = blob_hash WHERE deployment_id = ? AND last_event_time >= ? AND first_event_time < ? ORDER BY id`,
      deploymentId,
      since ?? Number.MIN_SAFE_INTEGER,
      until ?? Number.MAX_SAFE_INTEGER,
    );
    return rows.map((row) => ({ ...row, isShadow: row.isShadow === 1, isProfiled: row.isProfiled === 1 }));
  }

  /** Whether the log has rows that a version answered, of shadows as well. */
  hasRowsOf(deploymentId: string, version: number): boolean {
    const sql = 'SELECT 1 AS found FROM log_parts WHERE deployment_id = ? AND version = ? LIMIT 1';
    return this.#database.get(sql, deploymentId, version) !== undefined;
  }

  /** Keeps the counts of each minute that a server still knows; minutes that are known already are brought up to date. */
  keepTraffic(deploymentId: string, { startedAt, minutes }: Pick<ServingStatus, 'startedAt' | 'minutes'>): void {
    const busy = minutes.filter(({ requests }) => requests > 0);
    this.#database.transaction(() => {
      for (const { at, requests, rows, errors } of busy) {
        this.#database.run(
          `INSERT INTO traffic_minutes (deployment_id, server_started_at, minute, requests, rows, errors)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET requests = excluded.requests, rows = excluded.rows, errors = excluded.errors`,
          deploymentId,
          Date.parse(startedAt),
          Date.parse(at),
          requests,
          rows,
          errors,
        );
      }
    });
  }

  /** Removes the counts of minutes that had ended by a time, UTC epoch milliseconds. */
  removeTraffic(deploymentId: string, endedBy: number): void {
    this.#database.run(
      'DELETE FROM traffic_minutes WHERE deployment_id = ? AND minute <= ?',
      deploymentId,
      endedBy - 60_000,
    );
  }

  /** Requests that came in during [since, until), by the minute of their receipt. */
  traffic(deploymentId: string, since: number | null, until: number | null): TrafficTotals {
    const totals = this.#database.get<TrafficTotals>(
      `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(rows), 0) AS rows, coalesce(sum(errors), 0) AS errors
       FROM traffic_minutes WHERE deployment_id = ? AND minute >= ? AND minute < ?`,
      deploymentId,
      since ?? Number.MIN_SAFE_INTEGER,
      until ?? Number.MAX_SAFE_INTEGER,
    );
    return totals as TrafficTotals;
  }
}
