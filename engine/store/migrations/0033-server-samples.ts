import type { Migration } from './index.ts';

/**
 * The golden signals of prediction servers by minute, then by hour, then by day: each fact stands in one span alone. `source`
 * is the start of the server that counted it, 0 for what the engine saw itself and for what was summed up. `overviews` keeps
 * what takes long to find out of a deployment, so that all of them can be shown at once.
 */
export const serverSamples: Migration = {
  name: 'server samples',
  sql: `
    CREATE TABLE server_samples (
      deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
      span TEXT NOT NULL CHECK (span IN ('minute', 'hour', 'day')),
      at INTEGER NOT NULL,
      source INTEGER NOT NULL,
      requests INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      refused INTEGER NOT NULL,
      latencies TEXT NOT NULL,
      reasons TEXT NOT NULL,
      up_seconds REAL NOT NULL,
      cpu_seconds REAL NOT NULL,
      cpu_most REAL NOT NULL,
      memory_bytes INTEGER NOT NULL,
      waiting_rows INTEGER NOT NULL,
      saturation REAL NOT NULL,
      ready_seconds REAL NOT NULL,
      wanted_seconds REAL NOT NULL,
      PRIMARY KEY (deployment_id, span, at, source)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE objectives (
      deployment_id TEXT PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
      availability REAL NOT NULL,
      days INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE overviews (
      deployment_id TEXT PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
      findings TEXT NOT NULL
    ) STRICT;
  `,
};
