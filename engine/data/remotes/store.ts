import type { Database } from '../../store/database.ts';

/** How a remote is reached, without its secret. */
export interface RemoteSettings {
  name: string;
  address: string;
  endpoint: string | null;
  region: string | null;
  accessKey: string | null;
  /** S3: ARN of a role that is taken on with an identity token, in place of a key. */
  role: string | null;
  keyFile: string | null;
  hostKey: string | null;
  secretVariable: string | null;
}

export interface StoredRemote extends RemoteSettings {
  createdAt: number;
  lastPush: number | null;
  lastPull: number | null;
}

const columns =
  'name, address, endpoint, region, access_key AS accessKey, role, key_file AS keyFile, host_key AS hostKey,' +
  ' secret_variable AS secretVariable, created_at AS createdAt, last_push AS lastPush, last_pull AS lastPull';

/** The SQL of remotes. */
export class RemotesStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): StoredRemote[] {
    return this.#database.all<StoredRemote & Record<string, never>>(`SELECT ${columns} FROM remotes ORDER BY name`);
  }

  insert(remote: StoredRemote): void {
    this.#database.run(
      `INSERT INTO remotes (name, address, endpoint, region, access_key, role, key_file, host_key, secret_variable, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      remote.name,
      remote.address,
      remote.endpoint,
      remote.region,
      remote.accessKey,
      remote.role,
      remote.keyFile,
      remote.hostKey,
      remote.secretVariable,
      remote.createdAt,
    );
  }

  setRegion(name: string, region: string | null): void {
    this.#database.run('UPDATE remotes SET region = ? WHERE name = ?', region, name);
  }

  remove(name: string): void {
    this.#database.run('DELETE FROM remotes WHERE name = ?', name);
  }

  pushed(name: string, at: number): void {
    this.#database.run('UPDATE remotes SET last_push = ? WHERE name = ?', at, name);
  }

  pulled(name: string, at: number): void {
    this.#database.run('UPDATE remotes SET last_pull = ? WHERE name = ?', at, name);
  }

  /** Ids of all versions that the project has, those in the bin included. */
  knownVersions(): string[] {
    return this.#database.all<{ id: string }>('SELECT id FROM dataset_versions').map(({ id }) => id);
  }

  /** Ids of datasets that lie in the bin. */
  binnedDatasets(): string[] {
    return this.#database
      .all<{ id: string }>('SELECT id FROM datasets WHERE deleted_at IS NOT NULL')
      .map(({ id }) => id);
  }

  /** Ids of versions that were deleted for good. */
  purgedVersions(): string[] {
    return this.#database.all<{ id: string }>('SELECT version_id AS id FROM purged_versions').map(({ id }) => id);
  }

  datasetNote(dataset: string): string {
    return this.#database.get<{ note: string }>('SELECT note FROM datasets WHERE id = ?', dataset)?.note ?? '';
  }

  noteDataset(dataset: string, note: string): void {
    this.#database.run('UPDATE datasets SET note = ? WHERE id = ?', note, dataset);
  }

  /** Note and tags of a version. */
  describedAs(version: string): { note: string; tags: string[] } {
    const row = this.#database.get<{ note: string }>('SELECT note FROM dataset_versions WHERE id = ?', version);
    const tags = this.#database.all<{ tag: string }>(
      'SELECT tag FROM dataset_tags WHERE version_id = ? ORDER BY tag',
      version,
    );
    return { note: row?.note ?? '', tags: tags.map(({ tag }) => tag) };
  }

  /** Writes down a pulled version's note, and those of its tags that the dataset does not have yet. */
  describe(version: { id: string; dataset: { id: string } }, note: string, tags: readonly string[]): void {
    this.#database.run('UPDATE dataset_versions SET note = ? WHERE id = ?', note, version.id);
    for (const tag of tags) {
      this.#database.run(
        'INSERT OR IGNORE INTO dataset_tags (dataset_id, tag, version_id) VALUES (?, ?, ?)',
        version.dataset.id,
        tag,
        version.id,
      );
    }
  }

  /** Whether a version of the dataset has or had the number. */
  numberTaken(dataset: string, number: number): boolean {
    const row = this.#database.get<{ taken: number }>(
      `SELECT EXISTS (SELECT 1 FROM dataset_versions WHERE dataset_id = ? AND number = ?)
         OR EXISTS (SELECT 1 FROM datasets WHERE id = ? AND highest_number >= ?) AS taken`,
      dataset,
      number,
      dataset,
      number,
    );
    return row?.taken === 1;
  }
}
