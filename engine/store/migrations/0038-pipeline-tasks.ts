import type { Migration } from './index.ts';

/**
 * Pipelines are files; those that renew one model are made of `settings`, JSON in the form of the contract. The steps of a
 * run are rows of their own, so that each is written as it goes and an earlier result is found by its key.
 */
export const pipelineTasks: Migration = {
  name: 'pipeline-tasks',
  sql: `
    ALTER TABLE pipeline_runs RENAME TO earlier_runs;
    ALTER TABLE pipelines RENAME TO earlier_pipelines;

    CREATE TABLE pipelines (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      renewal TEXT,
      schedule TEXT,
      scheduled_until INTEGER,
      created_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO pipelines
      SELECT id, name,
        json_object('model', model, 'dataset', dataset, 'deployment', deployment, 'windowDays', window_days,
          'margin', margin, 'onAlert', json(CASE on_alert WHEN 1 THEN 'true' ELSE 'false' END)),
        schedule, scheduled_until, created_at
      FROM earlier_pipelines;

    CREATE TABLE pipeline_runs (
      id TEXT PRIMARY KEY,
      pipeline_id TEXT NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      state TEXT NOT NULL,
      trigger_kind TEXT NOT NULL,
      trigger_detail TEXT NOT NULL,
      definition TEXT NOT NULL,
      parameters TEXT NOT NULL,
      decision TEXT,
      error TEXT,
      started_at INTEGER NOT NULL,
      finished_at INTEGER,
      UNIQUE (pipeline_id, number)
    ) STRICT;
    INSERT INTO pipeline_runs
      SELECT id, pipeline_id, number, state, trigger_kind, trigger_detail, '', '{}', decision, error, started_at, finished_at
      FROM earlier_runs;

    CREATE TABLE pipeline_tasks (
      run_id TEXT NOT NULL REFERENCES pipeline_runs (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      kind TEXT,
      needs TEXT NOT NULL,
      status TEXT NOT NULL,
      cached INTEGER NOT NULL,
      because TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      started_at INTEGER,
      seconds REAL,
      summary TEXT NOT NULL,
      output TEXT,
      facts TEXT NOT NULL,
      cache_key TEXT,
      cache_parts TEXT,
      PRIMARY KEY (run_id, position)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO pipeline_tasks
      SELECT r.id, s.key, s.value ->> 'name', NULL,
        CASE WHEN s.key = 0 THEN '[]' ELSE json_array(r.steps ->> ('$[' || (s.key - 1) || '].name')) END,
        s.value ->> 'status', s.value ->> 'cached', '', CASE s.value ->> 'status' WHEN 'waiting' THEN 0 ELSE 1 END,
        NULL, s.value ->> 'seconds', s.value ->> 'summary', NULL, '{}', NULL, NULL
      FROM earlier_runs r, json_each(r.steps) s;

    DROP TABLE earlier_runs;
    DROP TABLE earlier_pipelines;
    CREATE INDEX pipeline_runs_by_time ON pipeline_runs (started_at DESC);
    CREATE INDEX pipeline_tasks_by_key ON pipeline_tasks (cache_key) WHERE cache_key IS NOT NULL;
  `,
};
