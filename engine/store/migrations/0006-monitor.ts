import type { Migration } from './index.ts';

/** What came true, what may be, and what was not. Every label is kept; of several for a row the last one counts. */
export const monitor: Migration = {
  name: 'monitor',
  sql: `
    CREATE TABLE labels (
      sequence INTEGER PRIMARY KEY,
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      row_id TEXT NOT NULL,
      label TEXT NOT NULL,
      received_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX labels_by_row ON labels (deployment_id, row_id);

    CREATE TABLE limits (
      deployment_id TEXT PRIMARY KEY REFERENCES deployments (id),
      bound REAL,
      drift_share REAL,
      minimum_rows INTEGER,
      retrain INTEGER
    ) STRICT;

    CREATE TABLE alerts (
      id TEXT PRIMARY KEY,
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      rule TEXT NOT NULL CHECK (rule IN ('performance', 'drift')),
      severity TEXT NOT NULL CHECK (severity IN ('warning', 'bad')),
      version INTEGER NOT NULL,
      title TEXT NOT NULL,
      detail TEXT NOT NULL,
      event_time INTEGER NOT NULL,
      raised_at INTEGER NOT NULL,
      resolved_at INTEGER,
      state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved'))
    ) STRICT;
    CREATE INDEX alerts_by_deployment ON alerts (deployment_id, raised_at DESC);
  `,
};
