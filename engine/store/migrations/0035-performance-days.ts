import type { Migration } from './index.ts';

/**
 * What was realised by rows that a prediction log keeps no more, summed up by day of event time (UTC epoch milliseconds): a
 * line for each removal that had rows of that day.
 */
export const performanceDays: Migration = {
  name: 'performance days',
  sql: `
    CREATE TABLE performance_days (
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      day INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      sums TEXT
    ) STRICT;
    CREATE INDEX performance_days_by_deployment ON performance_days (deployment_id, day);
  `,
};
