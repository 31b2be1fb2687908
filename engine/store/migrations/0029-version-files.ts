import type { Migration } from './index.ts';

/** The files of a model version's folder; versions of before get theirs when they are first needed. */
export const versionFiles: Migration = {
  name: 'version files',
  sql: `
    CREATE TABLE model_version_files (
      version_id TEXT NOT NULL REFERENCES model_versions (id),
      name TEXT NOT NULL,
      hash TEXT NOT NULL REFERENCES blobs (hash),
      bytes INTEGER NOT NULL,
      PRIMARY KEY (version_id, name)
    ) STRICT, WITHOUT ROWID;
  `,
};
