import type { Migration } from './index.ts';

/** Datasets and their versions; `manifest`, `columns` and `profile` are JSON (docs/formats.md). */
export const data: Migration = {
  name: 'data',
  sql: `
    CREATE TABLE datasets (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      key_columns TEXT NOT NULL,
      time_column TEXT,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE dataset_versions (
      id TEXT PRIMARY KEY,
      dataset_id TEXT NOT NULL REFERENCES datasets (id),
      number INTEGER NOT NULL,
      identity TEXT NOT NULL,
      rows INTEGER NOT NULL,
      rows_added INTEGER NOT NULL,
      manifest TEXT NOT NULL,
      columns TEXT NOT NULL,
      profile TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      UNIQUE (dataset_id, number)
    ) STRICT;
    CREATE INDEX dataset_versions_by_identity ON dataset_versions (identity);
  `,
};
