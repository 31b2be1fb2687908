import type { Migration } from './index.ts';

/** What is wanted of deployments, what went live when, and where the prediction log lies. What is stands in memory. */
export const deploy: Migration = {
  name: 'deploy',
  sql: `
    CREATE TABLE deployments (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      model TEXT NOT NULL,
      follows TEXT,
      version INTEGER NOT NULL,
      wanted TEXT NOT NULL CHECK (wanted IN ('running', 'stopped')),
      port INTEGER,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX deployments_by_model ON deployments (model, follows);

    CREATE TABLE releases (
      id INTEGER PRIMARY KEY,
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      version INTEGER NOT NULL,
      at INTEGER NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX releases_by_deployment ON releases (deployment_id, id);

    CREATE TABLE log_segments (
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      name TEXT NOT NULL,
      rows INTEGER NOT NULL,
      torn_bytes INTEGER NOT NULL,
      PRIMARY KEY (deployment_id, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE log_parts (
      id INTEGER PRIMARY KEY,
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      version INTEGER NOT NULL,
      blob_hash TEXT NOT NULL REFERENCES blobs (hash),
      rows INTEGER NOT NULL,
      first_event_time INTEGER NOT NULL,
      last_event_time INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX log_parts_by_deployment ON log_parts (deployment_id, first_event_time);

    CREATE TABLE traffic_minutes (
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      server_started_at INTEGER NOT NULL,
      minute INTEGER NOT NULL,
      requests INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      errors INTEGER NOT NULL,
      PRIMARY KEY (deployment_id, server_started_at, minute)
    ) STRICT, WITHOUT ROWID;
  `,
};
