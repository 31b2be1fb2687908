import { parse } from 'node:path';
import type { ErrorReport } from '../../contract/errors.ts';
import type { Database } from '../../store/database.ts';

/** A folder whose files are scored. */
export interface FolderWatch {
  id: string;
  name: string;
  folder: string;
  reference: string;
  /** UTC epoch milliseconds. */
  createdAt: number;
}

/** What was done last with a file of a watched folder. */
export interface FileRecord {
  file: string;
  /** Its size and times then: where they are the same, so is the file. */
  seen: string;
  /** sha256 of its content; null where it could not be read. */
  hash: string | null;
  versionId: string;
  version: number;
  /** Null where it failed. */
  rows: number | null;
  error: ErrorReport | null;
  /** UTC epoch milliseconds. */
  at: number;
}

interface FileRow extends Omit<FileRecord, 'versionId' | 'error'> {
  version_id: string;
  error: string | null;
}

function toRecord({ version_id, error, ...row }: FileRow): FileRecord {
  return { ...row, versionId: version_id, error: error === null ? null : JSON.parse(error) };
}

const watchColumns = 'id, name, folder, reference, created_at AS createdAt';
const fileColumns = 'file, seen, hash, version_id, version, rows, error, at';

/** The rows of `watched_folders` and `watched_files`. */
export class WatchStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Oldest first. */
  list(): FolderWatch[] {
    return this.#database.all<FolderWatch>(`SELECT ${watchColumns} FROM watched_folders ORDER BY created_at, id`);
  }

  get(id: string): FolderWatch | undefined {
    return this.#database.get<FolderWatch>(`SELECT ${watchColumns} FROM watched_folders WHERE id = ?`, id);
  }

  add({ id, name, folder, reference, createdAt }: FolderWatch): void {
    this.#database.run(
      'INSERT INTO watched_folders (id, name, folder, reference, created_at) VALUES (?, ?, ?, ?, ?)',
      id,
      name,
      folder,
      reference,
      createdAt,
    );
  }

  /** Gives a watch another model; each of its files is looked at anew. */
  change(id: string, reference: string): void {
    this.#database.transaction(() => {
      this.#database.run('UPDATE watched_folders SET reference = ? WHERE id = ?', reference, id);
      this.#database.run("UPDATE watched_files SET seen = '' WHERE watch_id = ?", id);
    });
  }

  remove(id: string): void {
    this.#database.run('DELETE FROM watched_folders WHERE id = ?', id);
  }

  /** All files, by name. */
  files(watchId: string): Map<string, FileRecord> {
    return new Map(this.#files('', watchId).map((record) => [record.file, record]));
  }

  file(watchId: string, file: string): FileRecord | undefined {
    return this.#files('AND file = ?', watchId, file)[0];
  }

  /** Files whose last try failed, the latest first. */
  failures(watchId: string): FileRecord[] {
    return this.#files('AND error IS NOT NULL ORDER BY at DESC, file', watchId);
  }

  /** As `failures`, of files whose names begin as that of a file does up to its ending: `day.csv`, `day.parquet`, `day.2.csv`. */
  failuresBeside(watchId: string, file: string): FileRecord[] {
    const { name } = parse(file);
    // "/" follows "." and is in no name: the key of the table finds them.
    const condition = 'AND file >= ? AND file < ? AND error IS NOT NULL ORDER BY at DESC, file';
    return this.#files(condition, watchId, `${name}.`, `${name}/`);
  }

  lastScored(watchId: string): FileRecord | undefined {
    return this.#files('AND error IS NULL ORDER BY at DESC, file LIMIT 1', watchId)[0];
  }

  scored(watchId: string): number {
    const sql = 'SELECT count(*) AS files FROM watched_files WHERE watch_id = ? AND error IS NULL';
    return this.#database.get<{ files: number }>(sql, watchId)?.files ?? 0;
  }

  /**
   * Writes down what was done with a file; nothing where the watch was removed or got another model meanwhile.
   * @returns whether it was written down
   */
  record(
    { id, reference }: FolderWatch,
    { file, seen, hash, versionId, version, rows, error, at }: FileRecord,
  ): boolean {
    const changes = this.#database.run(
      `INSERT OR REPLACE INTO watched_files (watch_id, ${fileColumns})
       SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM watched_folders WHERE id = ? AND reference = ?`,
      file,
      seen,
      hash,
      versionId,
      version,
      rows,
      error && JSON.stringify(error),
      at,
      id,
      reference,
    );
    return changes > 0;
  }

  forget(watchId: string, file: string): void {
    this.#database.run('DELETE FROM watched_files WHERE watch_id = ? AND file = ?', watchId, file);
  }

  #files(condition: string, ...values: string[]): FileRecord[] {
    return this.#database
      .all<FileRow>(`SELECT ${fileColumns} FROM watched_files WHERE watch_id = ? ${condition}`, ...values)
      .map(toRecord);
  }
}
