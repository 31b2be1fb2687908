import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeWindow } from '../../statistics/profile/decode.ts';
import { type EncodedCounts, encodeColumn, encodeCounts, encodeWindow } from '../../statistics/profile/encode.ts';
import type { PreparedReference } from '../../statistics/profile/reference-profile.ts';
import type { WindowSketch } from '../../statistics/profile/window-sketch.ts';
import type { ProfileUnit } from '../../statistics/profile/window-time.ts';
import type { Database } from '../../store/database.ts';

/** The source of rows that this project's own servers answered. */
export const here = '';

/** Whose rows a window sums up. */
export interface WindowOwner {
  deploymentId: string;
  /** `here`, or the name of a server elsewhere. */
  source: string;
  /** Of the process that counted; empty for `here`. */
  instance: string;
  version: number;
}

/** Windows of a unit that begin in [from, to), UTC epoch milliseconds; null is open. */
export interface WindowSpan {
  unit: ProfileUnit;
  from: number | null;
  to: number | null;
}

/** A window without its sketches. */
export interface CountedWindow {
  source: string;
  instance: string;
  version: number;
  unit: ProfileUnit;
  start: number;
  rows: number;
  flagged: number;
  first: number;
  last: number;
  /** By column, in the order of the version's reference. */
  columns: EncodedCounts[];
}

interface StoredWindow extends Omit<CountedWindow, 'columns'> {
  latency: string;
  counts: string;
  sketches: string;
  quality: string | null;
}

/** How many rows an own window has, and of what their values are made. */
export interface QualityWindow extends Pick<CountedWindow, 'version' | 'unit' | 'start' | 'rows' | 'flagged'> {
  /** What is counted of its inputs, as JSON; null where only `columns` is known. */
  quality: string | null;
  /** By column, in the order of the version's reference; null where `quality` is known. */
  columns: EncodedCounts[] | null;
}

/** What is read of a window: all, or less than its sketches, which are most of the bytes. */
type Part = '*' | 'counts' | 'quality';

const partColumns: Record<Part, string> = {
  '*': 'latency, counts, sketches, quality',
  counts: "'' AS latency, counts, '' AS sketches, NULL AS quality",
  quality: "'' AS latency, CASE WHEN quality IS NULL THEN counts ELSE '' END AS counts, '' AS sketches, quality",
};

/** Windows that are read and decoded in one turn of the event loop. */
const windowsPerTurn: Record<Part, number> = { '*': 32, counts: 400, quality: 400 };

/** A document that was brought from a server elsewhere. */
export interface StoredDocument {
  deploymentId: string;
  source: string;
  instance: string;
  namedDeployment: string;
  madeAt: number;
  importedAt: number;
  isSigned: boolean;
}

/** The rows of `profile_windows` and `profile_documents`. */
export class ProfileStore {
  readonly #database: Database;
  /** Grows with every change. */
  revision = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work);
  }

  /** Windows with their sketches, ascending by start, some in each turn of the event loop. */
  async *windows(
    deploymentId: string,
    span: WindowSpan,
    source: string,
    referenceOf: (version: number) => PreparedReference | null,
  ): AsyncGenerator<{ version: number; window: WindowSketch }> {
    for await (const stored of this.#inTurns(deploymentId, span, source, '*')) {
      const reference = referenceOf(stored.version);
      if (reference) yield { version: stored.version, window: windowOf(stored, reference) };
    }
  }

  /** As `windows`, without the sketches. */
  async *counted(deploymentId: string, span: WindowSpan, source: string): AsyncGenerator<CountedWindow> {
    for await (const stored of this.#inTurns(deploymentId, span, source, 'counts')) {
      const { counts, latency: _, sketches: __, quality: ___, ...window } = stored;
      yield { ...window, columns: JSON.parse(counts) };
    }
  }

  /** What is counted of the values of the own windows, ascending by start. */
  async *quality(deploymentId: string, span: WindowSpan): AsyncGenerator<QualityWindow> {
    for await (const stored of this.#inTurns(deploymentId, span, here, 'quality')) yield qualityOf(stored);
  }

  /** Of one own window; null where there is none. */
  qualityOfWindow(
    { deploymentId, version }: Pick<WindowOwner, 'deploymentId' | 'version'>,
    unit: ProfileUnit,
    start: number,
  ): QualityWindow | null {
    const stored = this.#database.get<StoredWindow>(
      `SELECT ${headColumns}, ${partColumns.quality} FROM profile_windows
       WHERE deployment_id = ? AND source = '' AND unit = ? AND start = ? AND version = ? AND instance = ''`,
      deploymentId,
      unit,
      start,
      version,
    );
    return stored ? qualityOf(stored) : null;
  }

  async *#inTurns(deploymentId: string, span: WindowSpan, source: string, what: Part): AsyncGenerator<StoredWindow> {
    let last: StoredWindow | undefined;
    for (;;) {
      const page = this.#stored(deploymentId, span, source, what, { after: last, most: windowsPerTurn[what] });
      yield* page;
      if (page.length < windowsPerTurn[what]) return;
      last = page.at(-1);
      await nextTurn();
    }
  }

  #stored(
    deploymentId: string,
    { unit, from, to }: WindowSpan,
    source: string,
    what: Part,
    { after, most }: { after?: StoredWindow | undefined; most?: number } = {},
  ): StoredWindow[] {
    return this.#database.all<StoredWindow>(
      `SELECT ${headColumns}, ${partColumns[what]} FROM profile_windows
       WHERE deployment_id = ? AND source = ? AND unit = ? AND start >= ? AND start < ? AND (start, version, instance) > (?, ?, ?)
       ORDER BY start, version, instance LIMIT ?`,
      deploymentId,
      source,
      unit,
      after?.start ?? from ?? Number.MIN_SAFE_INTEGER,
      to ?? Number.MAX_SAFE_INTEGER,
      after?.start ?? Number.MIN_SAFE_INTEGER,
      after?.version ?? 0,
      after?.instance ?? '',
      most ?? -1,
    );
  }

  window(
    { deploymentId, source, instance, version }: WindowOwner,
    unit: ProfileUnit,
    start: number,
    reference: PreparedReference,
  ): WindowSketch | null {
    const stored = this.#database.get<StoredWindow>(
      `SELECT ${headColumns}, ${partColumns['*']}
       FROM profile_windows WHERE deployment_id = ? AND source = ? AND unit = ? AND start = ? AND version = ? AND instance = ?`,
      deploymentId,
      source,
      unit,
      start,
      version,
      instance,
    );
    return stored ? windowOf(stored, reference) : null;
  }

  put(owner: WindowOwner, encoded: PreparedRow): void {
    this.revision++;
    this.#database.run(
      `INSERT INTO profile_windows (deployment_id, source, instance, version, unit, start, rows, flagged, first_event_time,
         last_event_time, latency, counts, sketches, quality) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET rows = excluded.rows, flagged = excluded.flagged, first_event_time = excluded.first_event_time,
         last_event_time = excluded.last_event_time, latency = excluded.latency, counts = excluded.counts, sketches = excluded.sketches, quality = excluded.quality`,
      owner.deploymentId,
      owner.source,
      owner.instance,
      owner.version,
      encoded.unit,
      encoded.start,
      encoded.rows,
      encoded.flagged,
      encoded.first,
      encoded.last,
      encoded.latency,
      encoded.counts,
      encoded.sketches,
      encoded.quality,
    );
  }

  /** Rows of the own windows by start, ascending. */
  rowsByStart(deploymentId: string, { unit, from, to }: WindowSpan): { start: number; rows: number }[] {
    return this.#database.all(
      `SELECT start, sum(rows) AS rows FROM profile_windows
       WHERE deployment_id = ? AND source = '' AND unit = ? AND start >= ? AND start < ? GROUP BY start ORDER BY start`,
      deploymentId,
      unit,
      from ?? Number.MIN_SAFE_INTEGER,
      to ?? Number.MAX_SAFE_INTEGER,
    );
  }

  /** Notes minutes since the epoch in which rows were received; the newest so many are kept. */
  addArrivals(deploymentId: string, minutes: readonly number[], most: number): void {
    this.#database.run(
      'INSERT OR IGNORE INTO arrival_minutes (deployment_id, minute) SELECT ?, value FROM json_each(?)',
      deploymentId,
      JSON.stringify(minutes),
    );
    this.#database.run(
      `DELETE FROM arrival_minutes WHERE deployment_id = ?
       AND minute < (SELECT minute FROM arrival_minutes WHERE deployment_id = ? ORDER BY minute DESC LIMIT 1 OFFSET ?)`,
      deploymentId,
      deploymentId,
      most - 1,
    );
  }

  /** Ascending. */
  arrivals(deploymentId: string): number[] {
    const sql = 'SELECT minute FROM arrival_minutes WHERE deployment_id = ? ORDER BY minute';
    return this.#database.column<number>(sql, deploymentId);
  }

  /** Whether there are windows of rows that a version answered, here or elsewhere. */
  hasWindowsOf(deploymentId: string, version: number): boolean {
    const sql = 'SELECT 1 AS found FROM profile_windows WHERE deployment_id = ? AND version = ? LIMIT 1';
    return this.#database.get(sql, deploymentId, version) !== undefined;
  }

  /** Rows and event times of each version and source in [from, to) of a unit's windows. */
  totals(deploymentId: string, { unit, from, to }: WindowSpan): Totals[] {
    return this.#database.all<Totals>(
      `SELECT source, version, sum(rows) AS rows, sum(flagged) AS flagged, min(first_event_time) AS first, max(last_event_time) AS last
       FROM profile_windows WHERE deployment_id = ? AND unit = ? AND start >= ? AND start < ? GROUP BY source, version`,
      deploymentId,
      unit,
      from ?? Number.MIN_SAFE_INTEGER,
      to ?? Number.MAX_SAFE_INTEGER,
    );
  }

  /** Since when the own hours are whole, UTC epoch milliseconds; null where none was ever dropped. */
  hoursSince(deploymentId: string): number | null {
    const sql = 'SELECT kept_since AS since FROM profile_hours WHERE deployment_id = ?';
    return this.#database.get<{ since: number }>(sql, deploymentId)?.since ?? null;
  }

  /** Drops the own hours before a time, of which no more may be put; a time before an earlier one changes nothing. */
  dropHours(deploymentId: string, before: number): void {
    this.#database.run(
      `INSERT INTO profile_hours (deployment_id, kept_since) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET kept_since = max(kept_since, excluded.kept_since)`,
      deploymentId,
      before,
    );
    this.#database.run(
      "DELETE FROM profile_windows WHERE deployment_id = ? AND source = '' AND unit = 'hour' AND start < ?",
      deploymentId,
      before,
    );
  }

  /** The last event time of the own rows; null where there are none. */
  lastEventTime(deploymentId: string): number | null {
    const sql = `SELECT max(last_event_time) AS last FROM profile_windows WHERE deployment_id = ? AND source = '' AND unit = 'month'`;
    return this.#database.get<{ last: number | null }>(sql, deploymentId)?.last ?? null;
  }

  /** Windows of one owner, ascending by start. */
  windowsOf(owner: WindowOwner, span: WindowSpan, reference: PreparedReference): WindowSketch[] {
    const { deploymentId, source, instance, version } = owner;
    const wanted = (stored: StoredWindow) => stored.instance === instance && stored.version === version;
    return this.#stored(deploymentId, span, source, '*')
      .filter(wanted)
      .map((stored) => windowOf(stored, reference));
  }

  /** Removes the days and hours of an owner that begin in [from, to). */
  removeFiner({ deploymentId, source, instance, version }: WindowOwner, from: number, to: number): void {
    this.#database.run(
      `DELETE FROM profile_windows
       WHERE deployment_id = ? AND source = ? AND instance = ? AND version = ? AND unit IN ('hour', 'day') AND start >= ? AND start < ?`,
      deploymentId,
      source,
      instance,
      version,
      from,
      to,
    );
  }

  /** Removes all of a server elsewhere. */
  removeSource(deploymentId: string, source: string): void {
    this.revision++;
    this.transaction(() => {
      for (const table of ['profile_windows', 'profile_documents']) {
        this.#database.run(`DELETE FROM ${table} WHERE deployment_id = ? AND source = ?`, deploymentId, source);
      }
    });
  }

  putDocument(document: StoredDocument): void {
    this.#database.run(
      `INSERT OR REPLACE INTO profile_documents (deployment_id, source, instance, named_deployment, made_at, imported_at, is_signed)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      document.deploymentId,
      document.source,
      document.instance,
      document.namedDeployment,
      document.madeAt,
      document.importedAt,
      document.isSigned ? 1 : 0,
    );
  }

  documents(deploymentId: string): StoredDocument[] {
    const rows = this.#database.all<Omit<StoredDocument, 'isSigned'> & { isSigned: number }>(
      `SELECT deployment_id AS deploymentId, source, instance, named_deployment AS namedDeployment, made_at AS madeAt,
         imported_at AS importedAt, is_signed AS isSigned FROM profile_documents WHERE deployment_id = ?
       ORDER BY source, made_at`,
      deploymentId,
    );
    return rows.map((row) => ({ ...row, isSigned: row.isSigned === 1 }));
  }
}

export interface Totals {
  source: string;
  version: number;
  rows: number;
  flagged: number;
  first: number;
  last: number;
}

const headColumns =
  'source, instance, version, unit, start, rows, flagged, first_event_time AS first, last_event_time AS last';

/** A window as it is stored. */
export type PreparedRow = Omit<StoredWindow, 'source' | 'instance' | 'version'>;

/** @param window with rows */
export function preparedRow(window: WindowSketch): PreparedRow {
  const { columns: _, latency = '', ...head } = encodeWindow(window);
  const columns = window.columns.map((column) => {
    const { sketch, sample } = encodeColumn(column);
    return sketch ?? sample ?? null;
  });
  return {
    ...head,
    latency,
    counts: JSON.stringify(window.columns.map(encodeCounts)),
    sketches: JSON.stringify(columns),
    quality: null,
  };
}

function qualityOf({ version, unit, start, rows, flagged, quality, counts }: StoredWindow): QualityWindow {
  const columns = quality === null ? (JSON.parse(counts) as EncodedCounts[]) : null;
  return { version, unit, start, rows, flagged, quality, columns };
}

function windowOf(
  { unit, start, rows, flagged, first, last, latency, counts, sketches }: StoredWindow,
  reference: PreparedReference,
): WindowSketch {
  const parts = JSON.parse(sketches) as (string | unknown[] | null)[];
  const columns = (JSON.parse(counts) as EncodedCounts[]).map((column, index) => {
    const part = parts[index] ?? null;
    return { ...column, ...(typeof part === 'string' ? { sketch: part } : part && { sample: part }) };
  });
  const encoded = { unit, start, rows, flagged, first, last, ...(latency !== '' && { latency }), columns };
  return decodeWindow(encoded, reference);
}
