import type { Migration } from './index.ts';

/**
 * Whom runs of pipelines asked, and how what they released proves itself. `found` of a probation is JSON in the form of the
 * contract; times are UTC epoch milliseconds.
 */
export const approvalsAndProbations: Migration = {
  name: 'approvals-and-probations',
  sql: `
    CREATE TABLE pipeline_approvals (
      run_id TEXT NOT NULL REFERENCES pipeline_runs (id) ON DELETE CASCADE,
      step TEXT NOT NULL,
      state TEXT NOT NULL,
      asked_at INTEGER NOT NULL,
      until INTEGER,
      answered_at INTEGER,
      answered_by TEXT,
      reason TEXT,
      PRIMARY KEY (run_id, step)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pipeline_approvals_waiting ON pipeline_approvals (until) WHERE state = 'waiting';

    CREATE TABLE pipeline_probations (
      run_id TEXT NOT NULL REFERENCES pipeline_runs (id) ON DELETE CASCADE,
      step TEXT NOT NULL,
      model TEXT NOT NULL,
      deployment_id TEXT NOT NULL,
      deployment TEXT NOT NULL,
      alias TEXT,
      version INTEGER NOT NULL,
      champion INTEGER NOT NULL,
      released_as TEXT NOT NULL,
      metric TEXT NOT NULL,
      wanted INTEGER NOT NULL,
      labelled INTEGER NOT NULL,
      state TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      found TEXT,
      reason TEXT,
      PRIMARY KEY (run_id, step)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pipeline_probations_running ON pipeline_probations (deployment_id) WHERE state = 'running';
  `,
};
