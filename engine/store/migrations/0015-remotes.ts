import type { Migration } from './index.ts';

/** Places outside the project that versions are pushed to and pulled from; their secrets are elsewhere. */
export const remotes: Migration = {
  name: 'remotes',
  sql: `
    CREATE TABLE remotes (
      name TEXT PRIMARY KEY,
      address TEXT NOT NULL,
      endpoint TEXT,
      region TEXT,
      access_key TEXT,
      key_file TEXT,
      host_key TEXT,
      secret_variable TEXT,
      created_at INTEGER NOT NULL,
      last_push INTEGER,
      last_pull INTEGER
    ) STRICT, WITHOUT ROWID;
  `,
};
