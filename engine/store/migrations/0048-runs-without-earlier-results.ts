import type { Migration } from './index.ts';

/** Whether a run takes no earlier results, so that one which was cut off goes on as it began. */
export const runsWithoutEarlierResults: Migration = {
  name: 'runs-without-earlier-results',
  sql: 'ALTER TABLE pipeline_runs ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0;',
};
