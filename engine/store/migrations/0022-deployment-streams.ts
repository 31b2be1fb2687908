import type { Migration } from './index.ts';

/** Streams of messages that deployments answer, each the JSON of a `StreamSpec`. */
export const deploymentStreams: Migration = {
  name: 'deployment streams',
  sql: `
    CREATE TABLE deployment_streams (
      id TEXT PRIMARY KEY,
      deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      spec TEXT NOT NULL,
      UNIQUE (deployment_id, name)
    ) STRICT;
  `,
};
