import type { Migration } from './index.ts';

/** Folders whose files are scored as they come, and what was done last with each file. */
export const watchedFolders: Migration = {
  name: 'watched folders',
  sql: `
    CREATE TABLE watched_folders (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      folder TEXT NOT NULL UNIQUE,
      reference TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE watched_files (
      watch_id TEXT NOT NULL REFERENCES watched_folders (id) ON DELETE CASCADE,
      file TEXT NOT NULL,
      seen TEXT NOT NULL,
      hash TEXT,
      version_id TEXT NOT NULL,
      version INTEGER NOT NULL,
      rows INTEGER,
      error TEXT,
      at INTEGER NOT NULL,
      PRIMARY KEY (watch_id, file)
    ) STRICT;
  `,
};
