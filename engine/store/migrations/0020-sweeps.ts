import type { Migration } from './index.ts';

/** Searches and what they tried. Evaluations in their order, with shares and scores, are the schedule that is replayed. */
export const sweeps: Migration = {
  name: 'sweeps',
  sql: `
    CREATE TABLE sweeps (
      id TEXT PRIMARY KEY,
      number INTEGER NOT NULL UNIQUE,
      job_id TEXT NOT NULL,
      state TEXT NOT NULL,
      dataset_version_id TEXT NOT NULL,
      dataset_name TEXT NOT NULL,
      dataset_version INTEGER NOT NULL,
      target TEXT NOT NULL,
      plan TEXT NOT NULL,
      began TEXT,
      seconds REAL NOT NULL,
      choices TEXT NOT NULL,
      why TEXT,
      created_at INTEGER NOT NULL,
      finished_at INTEGER
    ) STRICT;
    CREATE TABLE sweep_trials (
      sweep_id TEXT NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      learner TEXT NOT NULL,
      state TEXT NOT NULL,
      is_reference INTEGER NOT NULL CHECK (is_reference IN (0, 1)),
      parameters TEXT NOT NULL,
      evaluations TEXT NOT NULL,
      started_after REAL NOT NULL,
      size INTEGER,
      why TEXT,
      PRIMARY KEY (sweep_id, number)
    ) STRICT, WITHOUT ROWID;
  `,
};
