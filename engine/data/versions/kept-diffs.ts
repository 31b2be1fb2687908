import type { Database } from '../../store/database.ts';
import type { DiffOutput } from './diff-job.ts';

/** What two versions are compared by: contents and key, not names. */
export interface DiffSubject {
  fromIdentity: string;
  toIdentity: string;
  key: readonly string[];
}

/** A comparison as it is kept. */
export interface KeptDiff {
  summary: Omit<DiffOutput, 'rowsFile'>;
  /** Blob with the rows that are kept, null where no row differs. */
  rowsBlob: string | null;
}

interface KeptRow {
  summary: string;
  rows_blob: string | null;
}

/** So many comparisons are kept, the newest. */
const mostKept = 100;

/** The SQL of comparisons that were made. They can always be made again. */
export class KeptDiffs {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  find({ fromIdentity, toIdentity, key }: DiffSubject): KeptDiff | undefined {
    const row = this.#database.get<KeptRow>(
      'SELECT summary, rows_blob FROM kept_diffs WHERE from_identity = ? AND to_identity = ? AND key_columns = ?',
      fromIdentity,
      toIdentity,
      JSON.stringify(key),
    );
    return row && { summary: JSON.parse(row.summary) as KeptDiff['summary'], rowsBlob: row.rows_blob };
  }

  /** Keeps a comparison; answers the blobs that nobody needs any more. Call it in a transaction. */
  keep({ fromIdentity, toIdentity, key }: DiffSubject, { summary, rowsBlob }: KeptDiff, now: number): string[] {
    this.#database.run(
      `INSERT OR REPLACE INTO kept_diffs (from_identity, to_identity, key_columns, summary, rows_blob, created_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      fromIdentity,
      toIdentity,
      JSON.stringify(key),
      JSON.stringify(summary),
      rowsBlob,
      now,
    );
    return this.#dropAfter(mostKept);
  }

  /** Drops all; answers the blobs that nobody needs any more. Call it in a transaction. */
  dropAll(): string[] {
    return this.#dropAfter(0);
  }

  /** All but the newest `count`. */
  #dropAfter(count: number): string[] {
    const old = this.#database.all<{
      from_identity: string;
      to_identity: string;
      key_columns: string;
      rows_blob: string | null;
    }>(
      `SELECT from_identity, to_identity, key_columns, rows_blob FROM (
         SELECT *, row_number() OVER (ORDER BY created_at DESC, from_identity, to_identity, key_columns) AS place
         FROM kept_diffs) WHERE place > ?`,
      count,
    );
    for (const row of old) {
      this.#database.run(
        'DELETE FROM kept_diffs WHERE from_identity = ? AND to_identity = ? AND key_columns = ?',
        row.from_identity,
        row.to_identity,
        row.key_columns,
      );
    }
    const blobs = [...new Set(old.flatMap(({ rows_blob }) => (rows_blob === null ? [] : [rows_blob])))];
    return blobs.filter((blob) => !this.#database.get('SELECT 1 FROM kept_diffs WHERE rows_blob = ?', blob));
  }
}
