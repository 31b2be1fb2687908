import type { Migration } from './index.ts';

/** When the last row of a part was received, so that old ones can be removed; those from before count as received now. */
export const logRetention: Migration = {
  name: 'log retention',
  sql: `
    ALTER TABLE log_parts ADD COLUMN last_received_at INTEGER NOT NULL DEFAULT 0;
    UPDATE log_parts SET last_received_at = unixepoch() * 1000;
  `,
};
