import type { Migration } from './index.ts';

/**
 * Ways to reach data, and where each dataset can be read again. `settings`, `choice`, `state` and `error` are JSON; no
 * secret stands in any of them.
 */
export const connections: Migration = {
  name: 'connections',
  sql: `
    CREATE TABLE connections (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      settings TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE dataset_sources (
      dataset_id TEXT PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
      connection_id TEXT REFERENCES connections (id),
      choice TEXT NOT NULL,
      state TEXT,
      identity TEXT,
      refreshed_at INTEGER,
      error TEXT,
      watched INTEGER NOT NULL DEFAULT 0 CHECK (watched IN (0, 1)),
      seen TEXT
    ) STRICT;
    CREATE INDEX dataset_sources_by_connection ON dataset_sources (connection_id);
  `,
};
