import type { Database } from '../../store/database.ts';

/** A model in the bin, under the name that it had. */
export interface DeletedModel {
  id: string;
  name: string;
  /** UTC epoch milliseconds. */
  deletedAt: number;
}

/** A version in the bin whose model is not. */
export interface DeletedModelVersion {
  id: string;
  modelId: string;
  model: string;
  version: number;
  /** UTC epoch milliseconds. */
  deletedAt: number;
}

/** The files of a version. */
export interface VersionFiles {
  id: string;
  hashes: string[];
}

/** Models and versions that were deleted, until the bin is emptied. */
export class BinStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Gives the model's name free. @param at UTC epoch milliseconds */
  deleteModel(id: string, at: number): void {
    this.#database.run("UPDATE models SET deleted_at = ?, deleted_name = name, name = '~' || id WHERE id = ?", at, id);
  }

  restoreModel(id: string, name: string): void {
    this.#database.run('UPDATE models SET deleted_at = NULL, deleted_name = NULL, name = ? WHERE id = ?', name, id);
  }

  /** @param at UTC epoch milliseconds; null takes it out of the bin */
  deleteVersion(id: string, at: number | null): void {
    this.#database.run('UPDATE model_versions SET deleted_at = ? WHERE id = ?', at, id);
  }

  /** Newest first. */
  models(): DeletedModel[] {
    return this.#database.all<DeletedModel & Record<string, never>>(
      `SELECT id, deleted_name AS name, deleted_at AS deletedAt FROM models
       WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC`,
    );
  }

  /** Newest first. */
  versions(): DeletedModelVersion[] {
    return this.#database.all<DeletedModelVersion & Record<string, never>>(
      `SELECT v.id, m.id AS modelId, m.name AS model, v.version, v.deleted_at AS deletedAt
       FROM model_versions v JOIN models m ON m.id = v.model_id
       WHERE v.deleted_at IS NOT NULL AND m.deleted_at IS NULL ORDER BY v.deleted_at DESC, v.version DESC`,
    );
  }

  /** Of every version there is, those in the bin too. */
  allFiles(): VersionFiles[] {
    return this.#files('');
  }

  /** Of all versions of a model, those in the bin too. */
  filesOfModel(modelId: string): VersionFiles[] {
    return this.#files('WHERE model_id = ?', modelId);
  }

  filesOfVersion(id: string): VersionFiles[] {
    return this.#files('WHERE id = ?', id);
  }

  purgeVersion(id: string): void {
    this.#database.run('DELETE FROM model_version_files WHERE version_id = ?', id);
    this.#database.run('DELETE FROM model_version_signatures WHERE version_id = ?', id);
    this.#database.run('DELETE FROM profile_references WHERE version_id = ?', id);
    this.#database.run(
      'DELETE FROM aliases WHERE (model_id, version) IN (SELECT model_id, version FROM model_versions WHERE id = ?)',
      id,
    );
    this.#database.run('DELETE FROM model_versions WHERE id = ?', id);
  }

  /** Call it after its versions are gone. */
  purgeModel(id: string): void {
    this.#database.run('DELETE FROM models WHERE id = ?', id);
  }

  /** Every stored file of versions: those that their rows name, and those of their folders. */
  #files(condition: string, ...values: string[]): VersionFiles[] {
    const columns = this.#database.all<{ column: string }>(
      `SELECT "from" AS "column" FROM pragma_foreign_key_list('model_versions') WHERE "table" = 'blobs'`,
    );
    const names = ['id', ...columns.map(({ column }) => `"${column}"`)];
    const versions = this.#database.all<Record<string, string | null>>(
      `SELECT ${names.join(', ')} FROM model_versions ${condition}`,
      ...values,
    );
    const inFolders = this.#database.all<{ id: string; hash: string }>(
      `SELECT version_id AS id, hash FROM (SELECT version_id, hash FROM model_version_files
         UNION ALL SELECT version_id, hash FROM model_version_signatures)
       WHERE version_id IN (SELECT id FROM model_versions ${condition})`,
      ...values,
    );
    const ofFolder = Map.groupBy(inFolders, ({ id }) => id);
    return versions.map(({ id, ...named }) => {
      const ofRow = Object.values(named).filter((hash) => hash !== null);
      const hashes = (ofFolder.get(id as string) ?? []).map(({ hash }) => hash);
      return { id: id as string, hashes: [...ofRow, ...hashes] };
    });
  }
}
