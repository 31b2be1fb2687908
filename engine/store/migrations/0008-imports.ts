import type { Migration } from './index.ts';

/**
 * How files become versions: the options that a dataset remembers, what imports changed, and which md5 a file had when it
 * was read. `given`, `found` and `counts` are JSON; `blob` is a Parquet file with every change of one file.
 */
export const imports: Migration = {
  name: 'imports',
  sql: `
    CREATE TABLE dataset_imports (
      dataset_id TEXT PRIMARY KEY REFERENCES datasets (id),
      given TEXT NOT NULL,
      found TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE version_changes (
      version_id TEXT NOT NULL REFERENCES dataset_versions (id),
      position INTEGER NOT NULL,
      file TEXT NOT NULL,
      counts TEXT NOT NULL,
      blob TEXT NOT NULL,
      PRIMARY KEY (version_id, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE read_files (
      path TEXT PRIMARY KEY,
      bytes INTEGER NOT NULL,
      modified TEXT NOT NULL,
      changed TEXT NOT NULL,
      inode TEXT NOT NULL,
      md5 TEXT NOT NULL,
      read_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
