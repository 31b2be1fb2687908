import type { Migration } from './index.ts';

/**
 * Sums of logged rows by hour, day and month of event time, each complete by itself: here (an empty source) by log part, exactly
 * once, and of servers elsewhere as their documents said.
 */
export const profiles: Migration = {
  name: 'profiles',
  sql: `
    ALTER TABLE log_parts ADD COLUMN is_profiled INTEGER NOT NULL DEFAULT 0 CHECK (is_profiled IN (0, 1));

    CREATE TABLE profile_references (
      version_id TEXT PRIMARY KEY REFERENCES model_versions (id),
      identity TEXT NOT NULL,
      description TEXT NOT NULL,
      profile TEXT NOT NULL,
      sketches TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE profile_windows (
      id INTEGER PRIMARY KEY,
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      source TEXT NOT NULL,
      instance TEXT NOT NULL,
      version INTEGER NOT NULL,
      unit TEXT NOT NULL CHECK (unit IN ('hour', 'day', 'month')),
      start INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      flagged INTEGER NOT NULL,
      first_event_time INTEGER NOT NULL,
      last_event_time INTEGER NOT NULL,
      latency TEXT NOT NULL,
      counts TEXT NOT NULL,
      sketches TEXT NOT NULL,
      UNIQUE (deployment_id, source, unit, start, version, instance)
    ) STRICT;

    CREATE TABLE profile_hours (
      deployment_id TEXT PRIMARY KEY REFERENCES deployments (id),
      kept_since INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE profile_documents (
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      source TEXT NOT NULL,
      instance TEXT NOT NULL,
      named_deployment TEXT NOT NULL,
      made_at INTEGER NOT NULL,
      imported_at INTEGER NOT NULL,
      is_signed INTEGER NOT NULL CHECK (is_signed IN (0, 1)),
      PRIMARY KEY (deployment_id, source, instance)
    ) STRICT, WITHOUT ROWID;
  `,
};
