import type { Migration } from './index.ts';

/** Jobs, stored files, and who uses what. Times are UTC epoch milliseconds. */
export const base: Migration = {
  name: 'base',
  sql: `
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      state TEXT NOT NULL,
      input TEXT NOT NULL,
      progress TEXT,
      result TEXT,
      error TEXT,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      finished_at INTEGER
    ) STRICT;
    CREATE INDEX jobs_by_time ON jobs (created_at DESC);

    CREATE TABLE blobs (
      hash TEXT PRIMARY KEY,
      bytes INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      in_use INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE uses (
      user_kind TEXT NOT NULL,
      user_id TEXT NOT NULL,
      user_label TEXT NOT NULL,
      used_kind TEXT NOT NULL,
      used_id TEXT NOT NULL,
      PRIMARY KEY (user_kind, user_id, used_kind, used_id)
    ) STRICT;
    CREATE INDEX uses_by_used ON uses (used_kind, used_id);
  `,
};
