import type { Migration } from './index.ts';

/** Runs that succeeded. What is only shown, never searched, stands as JSON in `detail`. */
export const train: Migration = {
  name: 'train',
  sql: `
    CREATE TABLE runs (
      id TEXT PRIMARY KEY,
      number INTEGER NOT NULL UNIQUE,
      job_id TEXT NOT NULL,
      dataset_version_id TEXT NOT NULL,
      dataset_name TEXT NOT NULL,
      dataset_version INTEGER NOT NULL,
      target TEXT NOT NULL,
      learner TEXT NOT NULL,
      recipe TEXT NOT NULL,
      recipe_hash TEXT NOT NULL,
      metrics TEXT NOT NULL,
      metric TEXT NOT NULL,
      lower_is_better INTEGER NOT NULL CHECK (lower_is_better IN (0, 1)),
      seconds REAL NOT NULL,
      detail TEXT NOT NULL,
      model_hash TEXT NOT NULL REFERENCES blobs (hash),
      holdout_hash TEXT NOT NULL REFERENCES blobs (hash),
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX runs_by_recipe ON runs (recipe_hash);
  `,
};
