import type { Migration } from './index.ts';

/**
 * Order among versions: where each came from, tags, notes, names that changed, the bin, and kept comparisons.
 *
 * A dataset in the bin gives its name free: `name` becomes `~` and its id, which no reference can name, and
 * `deleted_name` keeps what it was. Parents are ids of versions, also of ones that are gone. Of versions that were
 * added before this, an append is told by its first part, which is that of the version before.
 */
export const organisation: Migration = {
  name: 'organisation',
  sql: `
    ALTER TABLE datasets ADD COLUMN note TEXT NOT NULL DEFAULT '';
    ALTER TABLE datasets ADD COLUMN deleted_at INTEGER;
    ALTER TABLE datasets ADD COLUMN deleted_name TEXT;
    ALTER TABLE datasets ADD COLUMN highest_number INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE dataset_versions ADD COLUMN note TEXT NOT NULL DEFAULT '';
    ALTER TABLE dataset_versions ADD COLUMN deleted_at INTEGER;

    UPDATE datasets SET highest_number =
      (SELECT coalesce(max(number), 0) FROM dataset_versions WHERE dataset_id = datasets.id);

    CREATE TABLE version_origins (
      version_id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      detail TEXT NOT NULL,
      rows_added INTEGER,
      rows_removed INTEGER,
      rows_changed INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE version_parents (
      version_id TEXT NOT NULL,
      position INTEGER NOT NULL,
      parent_id TEXT NOT NULL,
      PRIMARY KEY (version_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX version_parents_by_parent ON version_parents (parent_id);

    INSERT INTO version_parents (version_id, position, parent_id)
      SELECT version.id, 0, before.id
      FROM dataset_versions AS version
      JOIN dataset_versions AS before ON before.dataset_id = version.dataset_id AND before.number = version.number - 1;

    INSERT INTO version_origins (version_id, kind, detail, rows_added, rows_removed, rows_changed)
      SELECT version.id,
        CASE WHEN is_append THEN 'append' ELSE 'add' END, '{}',
        CASE WHEN is_append OR is_first THEN version.rows_added END,
        CASE WHEN is_append OR is_first THEN 0 END,
        CASE WHEN is_append OR is_first THEN 0 END
      FROM (
        SELECT version.id, version.rows_added, before.id IS NULL AS is_first,
          before.id IS NOT NULL AND version.rows_added > 0
            AND json_extract(version.manifest, '$.base.blob') = json_extract(before.manifest, '$.base.blob') AS is_append
        FROM dataset_versions AS version
        LEFT JOIN dataset_versions AS before
          ON before.dataset_id = version.dataset_id AND before.number = version.number - 1
      ) AS version;

    INSERT OR IGNORE INTO uses (user_kind, user_id, user_label, used_kind, used_id)
      SELECT 'pipeline', pipelines.id, pipelines.name, 'dataset', datasets.id
      FROM pipelines JOIN datasets ON datasets.name = pipelines.dataset;

    CREATE TABLE dataset_tags (
      dataset_id TEXT NOT NULL REFERENCES datasets (id),
      tag TEXT NOT NULL,
      version_id TEXT NOT NULL REFERENCES dataset_versions (id),
      PRIMARY KEY (dataset_id, tag)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX dataset_tags_by_version ON dataset_tags (version_id);

    CREATE TABLE dataset_tag_moves (
      id INTEGER PRIMARY KEY,
      dataset_id TEXT NOT NULL REFERENCES datasets (id),
      tag TEXT NOT NULL,
      from_number INTEGER,
      to_number INTEGER,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX dataset_tag_moves_by_dataset ON dataset_tag_moves (dataset_id, id);

    CREATE TABLE dataset_renames (
      id INTEGER PRIMARY KEY,
      dataset_id TEXT NOT NULL REFERENCES datasets (id),
      from_name TEXT NOT NULL,
      to_name TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE purged_versions (
      version_id TEXT PRIMARY KEY,
      dataset_name TEXT NOT NULL,
      number INTEGER NOT NULL,
      identity TEXT NOT NULL,
      rows INTEGER NOT NULL,
      purged_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE kept_diffs (
      from_identity TEXT NOT NULL,
      to_identity TEXT NOT NULL,
      key_columns TEXT NOT NULL,
      summary TEXT NOT NULL,
      rows_blob TEXT REFERENCES blobs (hash),
      created_at INTEGER NOT NULL,
      PRIMARY KEY (from_identity, to_identity, key_columns)
    ) STRICT, WITHOUT ROWID;
  `,
};
