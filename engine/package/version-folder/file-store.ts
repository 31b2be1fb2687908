import type { Database } from '../../store/database.ts';

/** A file in the folder of a version. */
export interface StoredFile {
  name: string;
  /** `sha256:…`, its blob. */
  hash: string;
  bytes: number;
}

/** The rows of `model_version_files`. */
export class VersionFileStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** In the order of their names; none where the folder was not made yet. */
  files(versionId: string): StoredFile[] {
    return this.#database.all<StoredFile>(
      'SELECT name, hash, bytes FROM model_version_files WHERE version_id = ? ORDER BY name',
      versionId,
    );
  }

  /** Call it in the transaction that takes the blobs into use. */
  insert(versionId: string, files: readonly StoredFile[]): void {
    for (const { name, hash, bytes } of files) {
      this.#database.run(
        'INSERT INTO model_version_files (version_id, name, hash, bytes) VALUES (?, ?, ?, ?)',
        versionId,
        name,
        hash,
        bytes,
      );
    }
  }
}
