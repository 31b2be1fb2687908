import type { Database } from '../../store/database.ts';

/** What people say about a model or a version. */
export interface Labels {
  /** By key; a plain word has the value ''. */
  tags: Record<string, string>;
  description: string;
  /** UTC epoch milliseconds, null where it is not archived. */
  archivedAt: number | null;
}

export interface StoredChange {
  /** Null where it is about the model. */
  version: number | null;
  kind: ChangeKind;
  before: string | null;
  after: string | null;
  by: string;
  /** UTC epoch milliseconds. */
  at: number;
}

export type ChangeKind = 'tag' | 'untag' | 'describe' | 'archive' | 'unarchive' | 'delete' | 'restore';

interface LabelRow {
  description: string;
  archivedAt: number | null;
}

/** Tags, descriptions and the archive, with who changed what. */
export class LabelStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  ofModel(modelId: string): Labels {
    return this.#labels('models', 'model_tags', 'model_id', modelId);
  }

  ofVersion(versionId: string): Labels {
    return this.#labels('model_versions', 'model_version_tags', 'version_id', versionId);
  }

  tagModel(modelId: string, key: string, value: string): void {
    this.#database.run(
      'INSERT OR REPLACE INTO model_tags (model_id, key, value) VALUES (?, ?, ?)',
      modelId,
      key,
      value,
    );
  }

  tagVersion(versionId: string, key: string, value: string): void {
    this.#database.run(
      'INSERT OR REPLACE INTO model_version_tags (version_id, key, value) VALUES (?, ?, ?)',
      versionId,
      key,
      value,
    );
  }

  untagModel(modelId: string, key: string): void {
    this.#database.run('DELETE FROM model_tags WHERE model_id = ? AND key = ?', modelId, key);
  }

  untagVersion(versionId: string, key: string): void {
    this.#database.run('DELETE FROM model_version_tags WHERE version_id = ? AND key = ?', versionId, key);
  }

  describeModel(modelId: string, description: string): void {
    this.#database.run('UPDATE models SET description = ? WHERE id = ?', description, modelId);
  }

  describeVersion(versionId: string, description: string): void {
    this.#database.run('UPDATE model_versions SET description = ? WHERE id = ?', description, versionId);
  }

  /** @param at null takes it out of the archive */
  archiveModel(modelId: string, at: number | null): void {
    this.#database.run('UPDATE models SET archived_at = ? WHERE id = ?', at, modelId);
  }

  /** @param at null takes it out of the archive */
  archiveVersion(versionId: string, at: number | null): void {
    this.#database.run('UPDATE model_versions SET archived_at = ? WHERE id = ?', at, versionId);
  }

  record(modelId: string, { version, kind, before, after, by, at }: StoredChange): void {
    this.#database.run(
      'INSERT INTO registry_changes (model_id, version, kind, before, after, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      modelId,
      version,
      kind,
      before,
      after,
      by,
      at,
    );
  }

  /** Newest first. */
  changes(modelId: string): StoredChange[] {
    return this.#database.all<StoredChange & Record<string, never>>(
      'SELECT version, kind, before, after, by, at FROM registry_changes WHERE model_id = ? ORDER BY id DESC',
      modelId,
    );
  }

  #labels(table: string, tagTable: string, column: string, id: string): Labels {
    const row = this.#database.get<LabelRow & Record<string, never>>(
      `SELECT description, archived_at AS archivedAt FROM ${table} WHERE id = ?`,
      id,
    );
    const tags = this.#database.all<{ key: string; value: string }>(
      `SELECT key, value FROM ${tagTable} WHERE ${column} = ? ORDER BY key`,
      id,
    );
    return {
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
      description: row?.description ?? '',
      archivedAt: row?.archivedAt ?? null,
    };
  }
}
