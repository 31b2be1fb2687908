import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { ColumnProfile } from '../contract/data.ts';
import type { Column } from '../contract/values.ts';
import type { Database } from '../store/database.ts';
import { CheckStore } from './expectations/store.ts';
import { OriginStore } from './history/origin.ts';
import { ImportStore } from './imports/store.ts';
import { MarkStore } from './privacy/store.ts';
import { type Manifest, readManifest } from './versions/manifest.ts';

export interface StoredDataset {
  id: string;
  name: string;
  keyColumns: string[];
  timeColumn: string | null;
  createdAt: number;
}

/** An immutable version as the database has it. */
export interface StoredVersion {
  id: string;
  dataset: StoredDataset;
  number: number;
  identity: string;
  rows: number;
  rowsAdded: number;
  manifest: Manifest;
  columns: Column[];
  createdAt: number;
}

interface DatasetRow {
  id: string;
  name: string;
  key_columns: string;
  time_column: string | null;
  created_at: number;
}

interface VersionRow {
  id: string;
  number: number;
  identity: string;
  rows: number;
  rows_added: number;
  manifest: string;
  columns: string;
  created_at: number;
}

const versionColumns = 'id, number, identity, rows, rows_added, manifest, columns, created_at';

function datasetOf(row: DatasetRow): StoredDataset {
  return {
    id: row.id,
    name: row.name,
    keyColumns: JSON.parse(row.key_columns) as string[],
    timeColumn: row.time_column,
    createdAt: row.created_at,
  };
}

function versionOf(dataset: StoredDataset, row: VersionRow): StoredVersion {
  return {
    id: row.id,
    dataset,
    number: row.number,
    identity: row.identity,
    rows: row.rows,
    rowsAdded: row.rows_added,
    manifest: readManifest(row.manifest),
    columns: JSON.parse(row.columns) as Column[],
    createdAt: row.created_at,
  };
}

/** The SQL of datasets and versions. */
export class DataStore {
  readonly #database: Database;
  /** Where each version came from. */
  readonly origins: OriginStore;
  /** What the checks of each version found. */
  readonly checks: CheckStore;
  /** What the columns of each dataset tell of people. */
  readonly marks: MarkStore;
  /** How files became versions. */
  readonly imports: ImportStore;

  constructor(database: Database) {
    this.#database = database;
    this.origins = new OriginStore(database);
    this.checks = new CheckStore(database);
    this.marks = new MarkStore(database);
    this.imports = new ImportStore(database);
  }

  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(work);
  }

  datasets(): StoredDataset[] {
    return this.#database
      .all<DatasetRow>('SELECT * FROM datasets WHERE deleted_at IS NULL ORDER BY name')
      .map(datasetOf);
  }

  dataset(name: string): StoredDataset | undefined {
    const row = this.#database.get<DatasetRow>('SELECT * FROM datasets WHERE name = ? AND deleted_at IS NULL', name);
    return row && datasetOf(row);
  }

  datasetById(id: string): StoredDataset | undefined {
    const row = this.#database.get<DatasetRow>('SELECT * FROM datasets WHERE id = ?', id);
    return row && datasetOf(row);
  }

  /** Newest first. */
  versions(dataset: StoredDataset): StoredVersion[] {
    return this.#database
      .all<VersionRow>(
        `SELECT ${versionColumns} FROM dataset_versions WHERE dataset_id = ? AND deleted_at IS NULL ORDER BY number DESC`,
        dataset.id,
      )
      .map((row) => versionOf(dataset, row));
  }

  latest(dataset: StoredDataset): StoredVersion | undefined {
    const row = this.#database.get<VersionRow>(
      `SELECT ${versionColumns} FROM dataset_versions WHERE dataset_id = ? AND deleted_at IS NULL ORDER BY number DESC LIMIT 1`,
      dataset.id,
    );
    return row && versionOf(dataset, row);
  }

  versionByNumber(dataset: StoredDataset, number: number): StoredVersion | undefined {
    const row = this.#database.get<VersionRow>(
      `SELECT ${versionColumns} FROM dataset_versions WHERE dataset_id = ? AND number = ? AND deleted_at IS NULL`,
      dataset.id,
      number,
    );
    return row && versionOf(dataset, row);
  }

  /** The newest version with that identity; two versions share one where rows were taken back. */
  versionByIdentity(dataset: StoredDataset, identity: string): StoredVersion | undefined {
    const row = this.#database.get<VersionRow>(
      `SELECT ${versionColumns} FROM dataset_versions
       WHERE dataset_id = ? AND identity = ? AND deleted_at IS NULL ORDER BY number DESC LIMIT 1`,
      dataset.id,
      identity,
    );
    return row && versionOf(dataset, row);
  }

  /** A version by its id, of a dataset that is there; with `deleted` also one in the bin. */
  versionById(id: string, { deleted = false } = {}): StoredVersion | undefined {
    const condition = deleted ? '' : 'AND v.deleted_at IS NULL AND d.deleted_at IS NULL';
    const place = this.#database.get<{ dataset_id: string }>(
      `SELECT v.dataset_id FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id WHERE v.id = ? ${condition}`,
      id,
    );
    const dataset =
      place &&
      this.#database.get<DatasetRow>(
        'SELECT *, coalesce(deleted_name, name) AS name FROM datasets WHERE id = ?',
        place.dataset_id,
      );
    const row =
      dataset && this.#database.get<VersionRow>(`SELECT ${versionColumns} FROM dataset_versions WHERE id = ?`, id);
    return dataset && row && versionOf(datasetOf(dataset), row);
  }

  versionByTag(dataset: StoredDataset, tag: string): StoredVersion | undefined {
    const row = this.#database.get<{ id: string }>(
      'SELECT version_id AS id FROM dataset_tags WHERE dataset_id = ? AND tag = ?',
      dataset.id,
      tag,
    );
    return row && this.versionById(row.id);
  }

  /** Some version with that identity, of whatever dataset. */
  anyVersionByIdentity(identity: string): StoredVersion | undefined {
    const row = this.#database.get<{ id: string }>(
      `SELECT v.id FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id
       WHERE v.identity = ? AND v.deleted_at IS NULL AND d.deleted_at IS NULL ORDER BY v.created_at DESC LIMIT 1`,
      identity,
    );
    return row && this.versionById(row.id);
  }

  profile(version: StoredVersion): ColumnProfile[] {
    const row = this.#database.get<{ profile: string }>(
      'SELECT profile FROM dataset_versions WHERE id = ?',
      version.id,
    );
    return JSON.parse(row?.profile ?? '[]') as ColumnProfile[];
  }

  insertDataset(dataset: StoredDataset): void {
    this.#database.run(
      'INSERT INTO datasets (id, name, key_columns, time_column, created_at) VALUES (?, ?, ?, ?, ?)',
      dataset.id,
      dataset.name,
      JSON.stringify(dataset.keyColumns),
      dataset.timeColumn,
      dataset.createdAt,
    );
  }

  updateDataset(dataset: StoredDataset): void {
    this.#database.run(
      'UPDATE datasets SET key_columns = ?, time_column = ? WHERE id = ?',
      JSON.stringify(dataset.keyColumns),
      dataset.timeColumn,
      dataset.id,
    );
  }

  /** Says how a version is stored from now on; its rows stay the same. */
  updateManifest(id: string, manifest: Manifest): void {
    this.#database.run(
      'UPDATE dataset_versions SET manifest = ? WHERE id = ?',
      canonicalJson(manifest as unknown as Json),
      id,
    );
  }

  insertVersion(version: StoredVersion, profile: ColumnProfile[]): void {
    this.#database.run(
      `INSERT INTO dataset_versions
         (id, dataset_id, number, identity, rows, rows_added, manifest, columns, profile, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      version.id,
      version.dataset.id,
      version.number,
      version.identity,
      version.rows,
      version.rowsAdded,
      canonicalJson(version.manifest as unknown as Json),
      JSON.stringify(version.columns),
      JSON.stringify(profile),
      version.createdAt,
    );
    this.#database.run(
      'UPDATE datasets SET highest_number = max(highest_number, ?) WHERE id = ?',
      version.number,
      version.dataset.id,
    );
  }

  /** Numbers are given once: that of a deleted version is not given again. */
  nextNumber(dataset: StoredDataset): number {
    const row = this.#database.get<{ highest: number }>(
      'SELECT highest_number AS highest FROM datasets WHERE id = ?',
      dataset.id,
    );
    return (row?.highest ?? 0) + 1;
  }
}
