import type { Migration } from './index.ts';

/**
 * What quality is judged by once rows have left the log. `quality` of a window has, by input, how many values were missing, unseen, out
 * of range, infinite and masked; null in windows of before and of servers elsewhere. `arrival_minutes` are the newest minutes since the epoch in
 * which rows were received.
 */
export const qualityCounts: Migration = {
  name: 'quality counts',
  sql: `
    ALTER TABLE profile_windows ADD COLUMN quality TEXT;

    CREATE TABLE arrival_minutes (
      deployment_id TEXT NOT NULL REFERENCES deployments (id),
      minute INTEGER NOT NULL,
      PRIMARY KEY (deployment_id, minute)
    ) STRICT, WITHOUT ROWID;
  `,
};
