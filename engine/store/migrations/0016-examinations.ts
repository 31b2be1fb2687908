import type { Migration } from './index.ts';

/** What was found out about rows, kept by their identity: any version that has the same rows has it, too. */
export const examinations: Migration = {
  name: 'examinations',
  sql: `
    CREATE TABLE examinations (
      identity TEXT NOT NULL,
      subject TEXT NOT NULL,
      content TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (identity, subject)
    ) STRICT, WITHOUT ROWID;
  `,
};
