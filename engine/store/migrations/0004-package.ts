import type { Migration } from './index.ts';

/** Models, their immutable versions, where their aliases point, and every move of an alias. */
export const packageTables: Migration = {
  name: 'package',
  sql: `
    CREATE TABLE models (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      target TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE model_versions (
      id TEXT PRIMARY KEY,
      model_id TEXT NOT NULL REFERENCES models (id),
      version INTEGER NOT NULL,
      run_id TEXT NOT NULL REFERENCES runs (id),
      signature TEXT NOT NULL,
      onnx_hash TEXT NOT NULL REFERENCES blobs (hash),
      onnx_bytes INTEGER NOT NULL,
      golden_hash TEXT NOT NULL REFERENCES blobs (hash),
      parity_rows INTEGER NOT NULL,
      parity_difference REAL NOT NULL,
      created_at INTEGER NOT NULL,
      UNIQUE (model_id, version)
    ) STRICT;

    CREATE TABLE aliases (
      model_id TEXT NOT NULL REFERENCES models (id),
      alias TEXT NOT NULL,
      version INTEGER NOT NULL,
      PRIMARY KEY (model_id, alias),
      FOREIGN KEY (model_id, version) REFERENCES model_versions (model_id, version)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE alias_moves (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL REFERENCES models (id),
      alias TEXT NOT NULL,
      from_version INTEGER,
      to_version INTEGER NOT NULL,
      is_rollback INTEGER NOT NULL CHECK (is_rollback IN (0, 1)),
      by TEXT NOT NULL,
      reason TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX alias_moves_by_model ON alias_moves (model_id, id);
  `,
};
