import type { Migration } from './index.ts';

/** Whether a backfill goes on after a run that failed, so that one which was cut off goes on as it began. */
export const backfillsKeepGoing: Migration = {
  name: 'backfills-keep-going',
  sql: 'ALTER TABLE backfills ADD COLUMN keep_going INTEGER NOT NULL DEFAULT 0;',
};
