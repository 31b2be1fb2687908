import type { Migration } from './index.ts';

/** What was set of deployments (the `DeploymentSettings` of the contract), and the keys that their callers send. */
export const deploymentSettings: Migration = {
  name: 'deployment settings',
  sql: `
    ALTER TABLE deployments ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

    CREATE TABLE api_keys (
      id TEXT PRIMARY KEY,
      deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      sha256 TEXT NOT NULL UNIQUE,
      prefix TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      last_used_at INTEGER,
      revoked_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX api_keys_in_use ON api_keys (deployment_id, name) WHERE revoked_at IS NULL;
  `,
};
