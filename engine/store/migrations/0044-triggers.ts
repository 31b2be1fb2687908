import type { Migration } from './index.ts';

/**
 * What starts pipelines by itself: up to where each trigger of a file was handled, the run that a pipeline waits to begin,
 * what its webhook has received, and runs over what is past.
 */
export const triggers: Migration = {
  name: 'triggers',
  sql: `
    CREATE TABLE pipeline_triggers (
      pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
      trigger TEXT NOT NULL,
      handled TEXT NOT NULL,
      PRIMARY KEY (pipeline_id, trigger)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE waiting_runs (
      pipeline_id TEXT PRIMARY KEY REFERENCES pipelines (id) ON DELETE CASCADE,
      trigger_kind TEXT NOT NULL,
      trigger_detail TEXT NOT NULL,
      parameters TEXT NOT NULL,
      since INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      times INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE webhook_deliveries (
      pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
      delivery TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (pipeline_id, delivery)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE backfills (
      id TEXT PRIMARY KEY,
      pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
      wish TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'done')),
      started_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE backfill_points (
      backfill_id TEXT NOT NULL REFERENCES backfills (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      parameters TEXT NOT NULL,
      run_id TEXT,
      PRIMARY KEY (backfill_id, position)
    ) STRICT, WITHOUT ROWID;
  `,
};
