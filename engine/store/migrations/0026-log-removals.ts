import type { Migration } from './index.ts';

/** How many rows a prediction log keeps no more, and until when they were received: reports say so. */
export const logRemovals: Migration = {
  name: 'log removals',
  sql: `
    CREATE TABLE log_removals (
      deployment_id TEXT PRIMARY KEY REFERENCES deployments (id),
      rows INTEGER NOT NULL,
      received_until INTEGER NOT NULL
    ) STRICT;
  `,
};
