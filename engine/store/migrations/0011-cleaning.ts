import type { Migration } from './index.ts';

/** How each cleaning recipe ran the last time; `inputs`, `steps` and `error` are JSON in the form of the contract. */
export const cleaning: Migration = {
  name: 'cleaning',
  sql: `
    CREATE TABLE recipe_runs (
      recipe TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      at INTEGER NOT NULL,
      hash TEXT NOT NULL,
      inputs TEXT NOT NULL,
      version INTEGER,
      rows INTEGER,
      unchanged INTEGER NOT NULL,
      steps TEXT NOT NULL,
      error TEXT
    ) STRICT, WITHOUT ROWID;
  `,
};
