import type { Migration } from './index.ts';

/** Texts of runs by name, with the number that a text reads as. */
function textTable(table: string): string {
  return `
    CREATE TABLE ${table} (
      name TEXT NOT NULL,
      run INTEGER NOT NULL REFERENCES run_facts (number) ON DELETE CASCADE,
      text TEXT NOT NULL,
      number REAL,
      PRIMARY KEY (name, run)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX ${table}_by_run ON ${table} (run);`;
}

/**
 * What lists of runs read: `run_facts` holds what is shown and filtered of each run, apart from its large `detail`;
 * metrics, parameters and tags are rows of their own, so that a filter is one range of an index. `holdout_looks` counts
 * the runs that were judged on a holdout, also those that are gone. A holdout goes by the identity of the dataset, and by
 * window, split and target as the recipe writes them, a line each.
 */
export const tracking: Migration = {
  name: 'tracking',
  sql: `
    CREATE TABLE run_facts (
      number INTEGER PRIMARY KEY REFERENCES runs (number) ON DELETE CASCADE,
      run_id TEXT NOT NULL UNIQUE,
      job_id TEXT NOT NULL,
      name TEXT,
      learner TEXT NOT NULL,
      task TEXT NOT NULL,
      target TEXT NOT NULL,
      dataset_name TEXT NOT NULL,
      dataset_version INTEGER NOT NULL,
      dataset_identity TEXT NOT NULL,
      features INTEGER NOT NULL,
      metric TEXT NOT NULL,
      score REAL,
      seconds REAL NOT NULL,
      training_rows INTEGER NOT NULL,
      holdout_rows INTEGER NOT NULL,
      dropped_rows INTEGER NOT NULL,
      holdout TEXT NOT NULL,
      looks INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      archived_at INTEGER,
      search TEXT,
      note TEXT NOT NULL DEFAULT '',
      words TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX run_facts_by_job ON run_facts (job_id);

    CREATE TABLE run_metrics (
      name TEXT NOT NULL,
      run INTEGER NOT NULL REFERENCES run_facts (number) ON DELETE CASCADE,
      value REAL,
      low REAL,
      high REAL,
      PRIMARY KEY (name, run)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_metrics_by_run ON run_metrics (run);

    ${textTable('run_params')}
    ${textTable('run_tags')}

    CREATE TABLE holdout_looks (
      holdout TEXT PRIMARY KEY,
      looks INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_views (
      name TEXT PRIMARY KEY,
      view TEXT NOT NULL,
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    INSERT INTO run_facts (number, run_id, job_id, learner, task, target, dataset_name, dataset_version, dataset_identity,
        features, metric, score, seconds, training_rows, holdout_rows, dropped_rows, holdout, looks, created_at, words)
      SELECT number, id, job_id, learner, recipe ->> '$.task', target, dataset_name, dataset_version, recipe ->> '$.dataset',
        json_array_length(recipe, '$.features'), metric,
        (SELECT value FROM json_each(runs.metrics) WHERE key = runs.metric), seconds,
        detail ->> '$.rows.training', detail ->> '$.rows.holdout', detail ->> '$.rows.dropped',
        holdout, row_number() OVER (PARTITION BY holdout ORDER BY number) - 1, created_at,
        fold('#' || number || ' ' || learner || ' ' || target || ' ' || dataset_name || ' ' || coalesce(
          (SELECT group_concat(key || '=' || value, ' ') FROM json_each(recipe, '$.parameters')), ''))
      FROM (
        SELECT *, (recipe ->> '$.dataset') || char(10) || (recipe -> '$.window') || char(10)
          || (recipe -> '$.split') || char(10) || (recipe -> '$.target') AS holdout
        FROM runs
      ) AS runs;

    INSERT INTO holdout_looks (holdout, looks) SELECT holdout, count(*) FROM run_facts GROUP BY holdout;

    INSERT INTO run_metrics (name, run, value, low, high)
      SELECT metric.key, runs.number, metric.value,
        (SELECT bounds.value ->> 0 FROM json_each(runs.detail, '$.intervals') AS bounds WHERE bounds.key = metric.key),
        (SELECT bounds.value ->> 1 FROM json_each(runs.detail, '$.intervals') AS bounds WHERE bounds.key = metric.key)
      FROM runs, json_each(runs.metrics) AS metric;

    INSERT INTO run_params (name, run, text, number)
      SELECT parameter.key, runs.number,
        CASE WHEN parameter.type = 'text' THEN parameter.value
          ELSE runs.recipe -> '$.parameters' -> ('$."' || parameter.key || '"') END,
        CASE WHEN parameter.type IN ('integer', 'real') THEN parameter.value END
      FROM runs, json_each(runs.recipe, '$.parameters') AS parameter;
  `,
};
