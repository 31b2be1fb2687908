import type { Migration } from './index.ts';

/** Dress rehearsals of retraining: what each was, as the contract has it, and what was taken over from it. */
export const rehearsals: Migration = {
  name: 'rehearsals',
  sql: `
    CREATE TABLE rehearsals (
      id TEXT PRIMARY KEY,
      model TEXT NOT NULL,
      result TEXT NOT NULL,
      adopted_policy TEXT,
      adopted_at INTEGER,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX rehearsals_of_model ON rehearsals (model, created_at);
  `,
};
