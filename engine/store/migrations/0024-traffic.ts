import type { Migration } from './index.ts';

/**
 * How a deployment's requests are divided over versions; what kind of change a release was; and which parts of the log hold
 * answers that no caller has seen.
 */
export const traffic: Migration = {
  name: 'traffic',
  sql: `
    CREATE TABLE deployment_traffic (
      deployment_id TEXT PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
      canary_version INTEGER,
      canary_percent REAL,
      shadow_version INTEGER,
      bounds TEXT
    ) STRICT;
    ALTER TABLE releases ADD COLUMN kind TEXT NOT NULL DEFAULT 'release' CHECK (kind IN ('release', 'rollback', 'traffic'));
    ALTER TABLE log_parts ADD COLUMN is_shadow INTEGER NOT NULL DEFAULT 0 CHECK (is_shadow IN (0, 1));
  `,
};
