import type { Migration } from './index.ts';

/** What authors write in model cards: every change of a part, so that a version keeps what it had. */
export const cardEdits: Migration = {
  name: 'card edits',
  sql: `
    CREATE TABLE card_edits (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      field TEXT NOT NULL,
      text TEXT NOT NULL,
      at INTEGER NOT NULL,
      by TEXT NOT NULL
    ) STRICT;
    CREATE INDEX card_edits_of_model ON card_edits (model_id, id);
  `,
};
