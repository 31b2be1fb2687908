import type { Migration } from './index.ts';

/** What the checks of a version found; `results` is JSON (engine/contract/data-expectations.ts, CheckResult). */
export const expectations: Migration = {
  name: 'expectations',
  sql: `
    CREATE TABLE expectation_checks (
      id TEXT PRIMARY KEY,
      version_id TEXT NOT NULL REFERENCES dataset_versions (id) ON DELETE CASCADE,
      checked_at INTEGER NOT NULL,
      passed INTEGER NOT NULL,
      accepted INTEGER NOT NULL,
      results TEXT NOT NULL
    ) STRICT;
    CREATE INDEX expectation_checks_by_version ON expectation_checks (version_id, checked_at);
  `,
};
