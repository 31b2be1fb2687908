import type { Migration } from './index.ts';

/** Signatures over the folders of model versions: one a version, the newest. */
export const versionSignatures: Migration = {
  name: 'version signatures',
  sql: `
    CREATE TABLE model_version_signatures (
      version_id TEXT PRIMARY KEY REFERENCES model_versions (id),
      hash TEXT NOT NULL REFERENCES blobs (hash),
      bytes INTEGER NOT NULL,
      public_key TEXT NOT NULL,
      signed_by TEXT NOT NULL,
      signed_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
