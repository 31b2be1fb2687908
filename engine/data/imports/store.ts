import type { ChangeCount } from '../../contract/data-changes.ts';
import type { ImportOptions } from '../../contract/import-options.ts';
import type { Database } from '../../store/database.ts';
import type { ReadingHints } from '../sources/reading-rules.ts';

/** How the latest version of a dataset was read: what was given, and what its files showed. */
export interface RememberedOptions {
  given: ImportOptions;
  found: ReadingHints;
}

/** What an import changed of one file; every change stands in the blob. */
export interface StoredChanges {
  file: string;
  counts: ChangeCount[];
  blob: string;
}

/** What tells whether a file is still the one that was read. */
export interface FileState {
  path: string;
  bytes: number;
  /** Nanoseconds, as text: modification and change of its entry in the folder. */
  modified: string;
  changed: string;
  inode: string;
}

/** The SQL of imports. */
export class ImportStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  remembered(datasetId: string): RememberedOptions {
    const row = this.#database.get<{ given: string; found: string }>(
      'SELECT given, found FROM dataset_imports WHERE dataset_id = ?',
      datasetId,
    );
    return row ? { given: JSON.parse(row.given), found: JSON.parse(row.found) } : { given: {}, found: {} };
  }

  remember(datasetId: string, { given, found }: RememberedOptions): void {
    this.#database.run(
      'INSERT OR REPLACE INTO dataset_imports (dataset_id, given, found) VALUES (?, ?, ?)',
      datasetId,
      JSON.stringify(given),
      JSON.stringify(found),
    );
  }

  changes(versionId: string): StoredChanges[] {
    return this.#database
      .all<{ file: string; counts: string; blob: string }>(
        'SELECT file, counts, blob FROM version_changes WHERE version_id = ? ORDER BY position',
        versionId,
      )
      .map(({ file, counts, blob }) => ({ file, blob, counts: JSON.parse(counts) as ChangeCount[] }));
  }

  recordChanges(versionId: string, changes: readonly StoredChanges[]): void {
    for (const [position, { file, counts, blob }] of changes.entries()) {
      this.#database.run(
        'INSERT INTO version_changes (version_id, position, file, counts, blob) VALUES (?, ?, ?, ?, ?)',
        versionId,
        position,
        file,
        JSON.stringify(counts),
        blob,
      );
    }
  }

  /** The md5 that a file had when it was last read, undefined where it may have changed since. */
  knownMd5({ path, bytes, modified, changed, inode }: FileState): string | undefined {
    return this.#database.get<{ md5: string }>(
      'SELECT md5 FROM read_files WHERE path = ? AND bytes = ? AND modified = ? AND changed = ? AND inode = ?',
      path,
      bytes,
      modified,
      changed,
      inode,
    )?.md5;
  }

  recordRead({ path, bytes, modified, changed, inode }: FileState, md5: string, at: number): void {
    this.#database.run(
      `INSERT OR REPLACE INTO read_files (path, bytes, modified, changed, inode, md5, read_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      path,
      bytes,
      modified,
      changed,
      inode,
      md5,
      at,
    );
  }
}
