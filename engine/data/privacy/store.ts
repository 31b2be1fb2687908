import { randomBytes } from 'node:crypto';
import type { ColumnMark, Marks } from '../../contract/data-privacy.ts';
import type { Database } from '../../store/database.ts';

interface MarkRow {
  column_name: string;
  mark: ColumnMark | 'dismissed';
}

/** The SQL of marks. They belong to the dataset and hold for every version that has the column. */
export class MarkStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Marked columns by name. */
  marks(datasetId: string): Marks {
    const marked = this.#rows(datasetId).filter(({ mark }) => mark !== 'dismissed');
    return Object.fromEntries(marked.map(({ column_name, mark }) => [column_name, mark as ColumnMark]));
  }

  /** Columns that are marked in any dataset that has the name, or had it before it was deleted; undefined where none is left. */
  ofName(name: string): Marks | undefined {
    const rows = this.#database.all<{ column_name: string | null; mark: ColumnMark | null }>(
      `SELECT column_name, mark FROM datasets LEFT JOIN column_marks ON dataset_id = id AND mark <> 'dismissed'
       WHERE coalesce(deleted_name, name) = ? ORDER BY column_name`,
      name,
    );
    if (rows.length === 0) return undefined;
    const marked = rows.filter(({ column_name }) => column_name !== null);
    return Object.fromEntries(marked.map(({ column_name, mark }) => [column_name as string, mark as ColumnMark]));
  }

  /** Columns of which a suggestion was turned down. */
  dismissed(datasetId: string): string[] {
    return this.#rows(datasetId).flatMap(({ column_name, mark }) => (mark === 'dismissed' ? [column_name] : []));
  }

  set(datasetId: string, column: string, mark: ColumnMark | 'dismissed', now: number): void {
    this.#database.run(
      `INSERT INTO column_marks (dataset_id, column_name, mark, marked_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (dataset_id, column_name) DO UPDATE SET mark = excluded.mark, marked_at = excluded.marked_at`,
      datasetId,
      column,
      mark,
      now,
    );
  }

  remove(datasetId: string, column: string): void {
    this.#database.run('DELETE FROM column_marks WHERE dataset_id = ? AND column_name = ?', datasetId, column);
  }

  /** The project's own key for pseudonyms, 32 bytes, made when it is first needed. */
  key(): Buffer {
    this.#database.run('INSERT OR IGNORE INTO mask_key (id, key) VALUES (1, ?)', randomBytes(32));
    const row = this.#database.get<{ key: Uint8Array }>('SELECT key FROM mask_key WHERE id = 1');
    return Buffer.from(row?.key as Uint8Array);
  }

  #rows(datasetId: string): MarkRow[] {
    return this.#database.all<MarkRow & Record<string, never>>(
      'SELECT column_name, mark FROM column_marks WHERE dataset_id = ? ORDER BY column_name',
      datasetId,
    );
  }
}
