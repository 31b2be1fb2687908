import type { Migration } from './index.ts';

/** When a label became known, in UTC epoch milliseconds: of several for a row the one that did so last counts. */
export const labelTimes: Migration = {
  name: 'label times',
  sql: `
    ALTER TABLE labels ADD COLUMN known_at INTEGER NOT NULL DEFAULT 0;
    UPDATE labels SET known_at = received_at;
  `,
};
