import type { Database } from '../../store/database.ts';

export interface TagMove {
  tag: string;
  from: number | null;
  to: number | null;
  at: number;
}

export interface DatasetRename {
  from: string;
  to: string;
  at: number;
}

/** A dataset in the bin, under the name that it had. */
export interface DeletedDataset {
  id: string;
  name: string;
  deletedAt: number;
}

/** A version in the bin whose dataset is not. */
export interface DeletedVersion {
  id: string;
  dataset: string;
  number: number;
  rows: number;
  deletedAt: number;
}

/** What remains of a version that is no longer on the disk. */
export interface PurgedVersion {
  id: string;
  dataset: string;
  number: number;
  identity: string;
  rows: number;
  purgedAt: number;
}

/** The SQL of tags, notes, names and the bin. */
export class HistoryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work);
  }

  /** Tags by the id of their version, in the order of the alphabet. */
  tags(datasetId: string): Map<string, string[]> {
    const tags = new Map<string, string[]>();
    const rows = this.#database.all<{ tag: string; version_id: string }>(
      'SELECT tag, version_id FROM dataset_tags WHERE dataset_id = ? ORDER BY tag',
      datasetId,
    );
    for (const { tag, version_id } of rows) tags.set(version_id, [...(tags.get(version_id) ?? []), tag]);
    return tags;
  }

  /** Number of the version that has the tag, null where none has. */
  tagged(datasetId: string, tag: string): number | null {
    const row = this.#database.get<{ number: number }>(
      `SELECT v.number FROM dataset_tags t JOIN dataset_versions v ON v.id = t.version_id
       WHERE t.dataset_id = ? AND t.tag = ?`,
      datasetId,
      tag,
    );
    return row?.number ?? null;
  }

  setTag(datasetId: string, tag: string, version: { id: string; number: number }, now: number): void {
    this.#recordMove(datasetId, tag, version.number, now);
    this.#database.run(
      'INSERT OR REPLACE INTO dataset_tags (dataset_id, tag, version_id) VALUES (?, ?, ?)',
      datasetId,
      tag,
      version.id,
    );
  }

  removeTag(datasetId: string, tag: string, now: number): void {
    this.#recordMove(datasetId, tag, null, now);
    this.#database.run('DELETE FROM dataset_tags WHERE dataset_id = ? AND tag = ?', datasetId, tag);
  }

  /** Newest first. */
  tagMoves(datasetId: string): TagMove[] {
    return this.#database.all<TagMove & Record<string, never>>(
      `SELECT tag, from_number AS "from", to_number AS "to", at FROM dataset_tag_moves
       WHERE dataset_id = ? ORDER BY id DESC`,
      datasetId,
    );
  }

  noteOfDataset(datasetId: string): string {
    return this.#database.get<{ note: string }>('SELECT note FROM datasets WHERE id = ?', datasetId)?.note ?? '';
  }

  noteOfVersion(versionId: string): string {
    const row = this.#database.get<{ note: string }>('SELECT note FROM dataset_versions WHERE id = ?', versionId);
    return row?.note ?? '';
  }

  setDatasetNote(datasetId: string, note: string): void {
    this.#database.run('UPDATE datasets SET note = ? WHERE id = ?', note, datasetId);
  }

  setVersionNote(versionId: string, note: string): void {
    this.#database.run('UPDATE dataset_versions SET note = ? WHERE id = ?', note, versionId);
  }

  setName(datasetId: string, name: string): void {
    this.#database.run('UPDATE datasets SET name = ? WHERE id = ?', name, datasetId);
  }

  recordRename(datasetId: string, from: string, to: string, now: number): void {
    this.#database.run(
      'INSERT INTO dataset_renames (dataset_id, from_name, to_name, at) VALUES (?, ?, ?, ?)',
      datasetId,
      from,
      to,
      now,
    );
  }

  /** Newest first. */
  renames(datasetId: string): DatasetRename[] {
    return this.#database.all<DatasetRename & Record<string, never>>(
      'SELECT from_name AS "from", to_name AS "to", at FROM dataset_renames WHERE dataset_id = ? ORDER BY id DESC',
      datasetId,
    );
  }

  deleteVersion(versionId: string, now: number): void {
    this.#database.run('UPDATE dataset_versions SET deleted_at = ? WHERE id = ?', now, versionId);
  }

  restoreVersion(versionId: string): void {
    this.#database.run('UPDATE dataset_versions SET deleted_at = NULL WHERE id = ?', versionId);
  }

  /** Gives the dataset's name free. */
  deleteDataset(datasetId: string, now: number): void {
    this.#database.run(
      "UPDATE datasets SET deleted_at = ?, deleted_name = name, name = '~' || id WHERE id = ?",
      now,
      datasetId,
    );
  }

  restoreDataset(datasetId: string, name: string): void {
    this.#database.run(
      'UPDATE datasets SET deleted_at = NULL, deleted_name = NULL, name = ? WHERE id = ?',
      name,
      datasetId,
    );
  }

  /** Newest first. */
  deletedDatasets(): DeletedDataset[] {
    return this.#database.all<DeletedDataset & Record<string, never>>(
      `SELECT id, deleted_name AS name, deleted_at AS deletedAt FROM datasets
       WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC`,
    );
  }

  /** Versions in the bin whose dataset is not, newest first. */
  deletedVersions(): DeletedVersion[] {
    return this.#database.all<DeletedVersion & Record<string, never>>(
      `SELECT v.id, d.name AS dataset, v.number, v.rows, v.deleted_at AS deletedAt
       FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id
       WHERE v.deleted_at IS NOT NULL AND d.deleted_at IS NULL ORDER BY v.deleted_at DESC, v.number DESC`,
    );
  }

  /** All versions of a dataset, those in the bin too, as far as a list needs them. */
  allVersions(datasetId: string): { id: string; number: number; rows: number }[] {
    return this.#database.all<{ id: string; number: number; rows: number }>(
      'SELECT id, number, rows FROM dataset_versions WHERE dataset_id = ? ORDER BY number DESC',
      datasetId,
    );
  }

  purged(versionId: string): PurgedVersion | undefined {
    return this.#database.get<PurgedVersion & Record<string, never>>(
      `SELECT version_id AS id, dataset_name AS dataset, number, identity, rows, purged_at AS purgedAt
       FROM purged_versions WHERE version_id = ?`,
      versionId,
    );
  }

  /** Takes a version out of the database; what stays is that there was one, and of what it was made. */
  purgeVersion(versionId: string, now: number): void {
    this.#database.run(
      `INSERT OR REPLACE INTO purged_versions (version_id, dataset_name, number, identity, rows, purged_at)
       SELECT v.id, coalesce(d.deleted_name, d.name), v.number, v.identity, v.rows, ?
       FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id WHERE v.id = ?`,
      now,
      versionId,
    );
    for (const table of ['dataset_tags', 'version_changes']) {
      this.#database.run(`DELETE FROM ${table} WHERE version_id = ?`, versionId);
    }
    this.#database.run('DELETE FROM dataset_versions WHERE id = ?', versionId);
  }

  /** Takes a dataset without versions out of the database. */
  purgeDataset(datasetId: string): void {
    for (const table of ['dataset_tags', 'dataset_tag_moves', 'dataset_renames', 'dataset_imports']) {
      this.#database.run(`DELETE FROM ${table} WHERE dataset_id = ?`, datasetId);
    }
    this.#database.run('DELETE FROM datasets WHERE id = ?', datasetId);
  }

  #recordMove(datasetId: string, tag: string, to: number | null, now: number): void {
    this.#database.run(
      'INSERT INTO dataset_tag_moves (dataset_id, tag, from_number, to_number, at) VALUES (?, ?, ?, ?, ?)',
      datasetId,
      tag,
      this.tagged(datasetId, tag),
      to,
      now,
    );
  }
}
