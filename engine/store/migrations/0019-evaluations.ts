import type { Migration } from './index.ts';

/** What is known of how good a run is: one file a run, made again when parts are added. */
export const evaluations: Migration = {
  name: 'evaluations',
  sql: `
    CREATE TABLE run_evaluations (
      run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      evaluation_hash TEXT NOT NULL REFERENCES blobs (hash),
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
