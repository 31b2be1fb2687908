import type { Migration } from './index.ts';

/** What the columns of a dataset tell of people, and which suggestions of it were turned down (`dismissed`). */
export const privacy: Migration = {
  name: 'privacy',
  sql: `
    CREATE TABLE column_marks (
      dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
      column_name TEXT NOT NULL,
      mark TEXT NOT NULL CHECK (mark IN ('personal', 'sensitive', 'dismissed')),
      marked_at INTEGER NOT NULL,
      PRIMARY KEY (dataset_id, column_name)
    ) STRICT;

    ALTER TABLE deployments ADD COLUMN log_mask TEXT CHECK (log_mask IN ('drop', 'hash'));

    CREATE TABLE mask_key (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      key BLOB NOT NULL
    ) STRICT;
  `,
};
