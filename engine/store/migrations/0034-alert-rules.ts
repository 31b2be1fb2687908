import type { Migration } from './index.ts';

/**
 * Rules of deployments; what was a limit of performance and of drift becomes what a user set of the rules of those names.
 * Alerts hold what was broken together, and know since when. Where they are told, and what is still to be told.
 */
export const alertRules: Migration = {
  name: 'alert rules',
  sql: `
    CREATE TABLE alert_channels (
      name TEXT PRIMARY KEY,
      spec TEXT NOT NULL,
      last_error TEXT
    ) STRICT;

    CREATE TABLE alert_rules (
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      name TEXT NOT NULL,
      metric TEXT NOT NULL,
      window TEXT NOT NULL DEFAULT 'automatic',
      comparison TEXT CHECK (comparison IN ('above', 'below')),
      bound REAL,
      for_windows INTEGER NOT NULL DEFAULT 1,
      hysteresis REAL NOT NULL DEFAULT 0,
      severity TEXT NOT NULL CHECK (severity IN ('information', 'warning', 'bad')),
      quiet_hours TEXT,
      is_on INTEGER NOT NULL DEFAULT 1 CHECK (is_on IN (0, 1)),
      channels TEXT NOT NULL DEFAULT '[]',
      retrain INTEGER NOT NULL DEFAULT 0 CHECK (retrain IN (0, 1)),
      PRIMARY KEY (deployment_id, name)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO alert_rules (deployment_id, name, metric, severity, bound, retrain)
      SELECT deployment_id, 'performance', 'performance', 'bad', bound, coalesce(retrain, 0) FROM limits
      WHERE bound IS NOT NULL OR retrain = 1;
    INSERT INTO alert_rules (deployment_id, name, metric, severity, bound, retrain)
      SELECT deployment_id, 'drift', 'drift_share', 'warning', drift_share, coalesce(retrain, 0) FROM limits
      WHERE drift_share IS NOT NULL OR retrain = 1;
    DELETE FROM limits WHERE minimum_rows IS NULL;
    ALTER TABLE limits DROP COLUMN bound;
    ALTER TABLE limits DROP COLUMN drift_share;
    ALTER TABLE limits DROP COLUMN retrain;

    ALTER TABLE alerts RENAME TO earlier_alerts;
    DROP INDEX alerts_by_deployment;
    CREATE TABLE alerts (
      id TEXT PRIMARY KEY,
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      version INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'snoozed', 'resolved')),
      breaches TEXT NOT NULL,
      raised_at INTEGER NOT NULL,
      snoozed_until INTEGER,
      resolved_at INTEGER
    ) STRICT;
    CREATE INDEX alerts_by_deployment ON alerts (deployment_id, raised_at DESC);
    INSERT INTO alerts (id, deployment_id, version, state, breaches, raised_at, resolved_at)
      SELECT id, deployment_id, version, state, json_array(json_object('rule', rule, 'cause', rule, 'severity', severity,
        'title', title, 'detail', detail, 'lookAt', '', 'contributions', json_array(), 'since', event_time,
        'from', event_time, 'to', event_time + 1)), raised_at, resolved_at FROM earlier_alerts;
    DROP TABLE earlier_alerts;

    CREATE TABLE alert_tellings (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      alert_id TEXT NOT NULL REFERENCES alerts (id),
      target TEXT NOT NULL,
      what TEXT NOT NULL CHECK (what IN ('raised', 'resolved')),
      due_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'told', 'failed')),
      last_error TEXT
    ) STRICT;
    CREATE INDEX alert_tellings_due ON alert_tellings (due_at) WHERE state = 'due';
    CREATE INDEX alert_tellings_by_alert ON alert_tellings (alert_id);
  `,
};
