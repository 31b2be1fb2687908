import type { Migration } from './index.ts';

/** Pipelines and their runs; `steps` and `decision` are JSON in the form of the contract. */
export const retrain: Migration = {
  name: 'retrain',
  sql: `
    CREATE TABLE pipelines (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      model TEXT NOT NULL,
      dataset TEXT NOT NULL,
      deployment TEXT,
      window_days INTEGER,
      margin REAL NOT NULL,
      on_alert INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE pipeline_runs (
      id TEXT PRIMARY KEY,
      pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
      number INTEGER NOT NULL,
      state TEXT NOT NULL,
      trigger_kind TEXT NOT NULL,
      trigger_detail TEXT NOT NULL,
      steps TEXT NOT NULL,
      decision TEXT,
      error TEXT,
      started_at INTEGER NOT NULL,
      finished_at INTEGER,
      UNIQUE (pipeline_id, number)
    ) STRICT;
    CREATE INDEX pipeline_runs_by_time ON pipeline_runs (started_at DESC);
    CREATE UNIQUE INDEX pipeline_runs_one_at_a_time ON pipeline_runs (pipeline_id) WHERE state = 'running';
  `,
};
