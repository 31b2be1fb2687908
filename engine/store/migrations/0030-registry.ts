import type { Migration } from './index.ts';

/**
 * What people say about models and versions, the archive and the bin, each change with who made it. An alias can be
 * removed: its move leads nowhere. `last_version` keeps the number of a version that is gone from being given again.
 */
export const registry: Migration = {
  name: 'registry',
  sql: `
    ALTER TABLE models ADD COLUMN description TEXT NOT NULL DEFAULT '';
    ALTER TABLE models ADD COLUMN archived_at INTEGER;
    ALTER TABLE models ADD COLUMN deleted_at INTEGER;
    ALTER TABLE models ADD COLUMN deleted_name TEXT;
    ALTER TABLE models ADD COLUMN last_version INTEGER NOT NULL DEFAULT 0;
    UPDATE models SET last_version =
      (SELECT coalesce(max(version), 0) FROM model_versions WHERE model_id = models.id);

    ALTER TABLE model_versions ADD COLUMN description TEXT NOT NULL DEFAULT '';
    ALTER TABLE model_versions ADD COLUMN archived_at INTEGER;
    ALTER TABLE model_versions ADD COLUMN deleted_at INTEGER;

    CREATE TABLE model_tags (
      model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (model_id, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE model_version_tags (
      version_id TEXT NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
      key TEXT NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (version_id, key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE registry_changes (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
      version INTEGER,
      kind TEXT NOT NULL,
      before TEXT,
      after TEXT,
      by TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX registry_changes_by_model ON registry_changes (model_id, id);

    CREATE TABLE new_alias_moves (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
      alias TEXT NOT NULL,
      from_version INTEGER,
      to_version INTEGER,
      is_rollback INTEGER NOT NULL CHECK (is_rollback IN (0, 1)),
      by TEXT NOT NULL,
      reason TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO new_alias_moves (id, model_id, alias, from_version, to_version, is_rollback, by, reason, at)
      SELECT id, model_id, alias, from_version, to_version, is_rollback, by, reason, at FROM alias_moves;
    DROP TABLE alias_moves;
    ALTER TABLE new_alias_moves RENAME TO alias_moves;
    CREATE INDEX alias_moves_by_model ON alias_moves (model_id, id);
  `,
};
