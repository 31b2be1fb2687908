import type { ConnectionSettings } from '../../contract/data-connections.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import type { Database } from '../../store/database.ts';
import type { StoredChoice } from './choices.ts';
import type { FetchState } from './fetch.ts';

export interface StoredConnection {
  id: string;
  name: string;
  settings: ConnectionSettings;
  createdAt: number;
}

/** Where a dataset is read again. */
export interface StoredSource {
  datasetId: string;
  connectionId: string | null;
  choice: StoredChoice;
  /** What the source was when it was last read. */
  state: FetchState | null;
  /** Identity of the version that it made then. */
  identity: string | null;
  refreshedAt: number | null;
  error: ErrorReport | null;
  watched: boolean;
  /** What the watched files were when they were last read or tried. */
  seen: string | null;
}

interface ConnectionRow {
  id: string;
  name: string;
  settings: string;
  created_at: number;
}

interface SourceRow {
  dataset_id: string;
  connection_id: string | null;
  choice: string;
  state: string | null;
  identity: string | null;
  refreshed_at: number | null;
  error: string | null;
  watched: 0 | 1;
  seen: string | null;
}

const parse = <Value>(text: string | null) => (text === null ? null : (JSON.parse(text) as Value));

function connectionOf(row: ConnectionRow): StoredConnection {
  return { id: row.id, name: row.name, settings: JSON.parse(row.settings), createdAt: row.created_at };
}

function sourceOf(row: SourceRow): StoredSource {
  return {
    datasetId: row.dataset_id,
    connectionId: row.connection_id,
    choice: JSON.parse(row.choice) as StoredChoice,
    state: parse<FetchState>(row.state),
    identity: row.identity,
    refreshedAt: row.refreshed_at,
    error: parse<ErrorReport>(row.error),
    watched: row.watched === 1,
    seen: row.seen,
  };
}

/** The SQL of connections and of the sources of datasets. */
export class ConnectionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(): StoredConnection[] {
    return this.#database.all<ConnectionRow>('SELECT * FROM connections ORDER BY name').map(connectionOf);
  }

  byName(name: string): StoredConnection | undefined {
    const row = this.#database.get<ConnectionRow>('SELECT * FROM connections WHERE name = ?', name);
    return row && connectionOf(row);
  }

  byId(id: string): StoredConnection | undefined {
    const row = this.#database.get<ConnectionRow>('SELECT * FROM connections WHERE id = ?', id);
    return row && connectionOf(row);
  }

  save({ id, name, settings, createdAt }: StoredConnection): void {
    this.#database.run(
      `INSERT INTO connections (id, name, settings, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, settings = excluded.settings`,
      id,
      name,
      JSON.stringify(settings),
      createdAt,
    );
  }

  /** Sources of datasets that are gone with it are forgotten. */
  remove(id: string): void {
    this.#database.transaction(() => {
      this.#database.run('DELETE FROM dataset_sources WHERE connection_id = ?', id);
      this.#database.run('DELETE FROM connections WHERE id = ?', id);
    });
  }

  /** Names of the datasets that come from a connection. */
  datasetsOf(id: string): string[] {
    return this.#database
      .all<{ name: string }>(
        `SELECT name FROM datasets JOIN dataset_sources ON dataset_id = datasets.id
         WHERE connection_id = ? AND deleted_at IS NULL ORDER BY name`,
        id,
      )
      .map(({ name }) => name);
  }

  source(datasetId: string): StoredSource | undefined {
    const row = this.#database.get<SourceRow>('SELECT * FROM dataset_sources WHERE dataset_id = ?', datasetId);
    return row && sourceOf(row);
  }

  watched(): StoredSource[] {
    return this.#database.all<SourceRow>('SELECT * FROM dataset_sources WHERE watched = 1').map(sourceOf);
  }

  saveSource(source: StoredSource): void {
    const { state, error } = source;
    this.#database.run(
      `INSERT OR REPLACE INTO dataset_sources
         (dataset_id, connection_id, choice, state, identity, refreshed_at, error, watched, seen)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      source.datasetId,
      source.connectionId,
      JSON.stringify(source.choice),
      state && JSON.stringify(state),
      source.identity,
      source.refreshedAt,
      error && JSON.stringify(error),
      source.watched ? 1 : 0,
      source.seen,
    );
  }

  /** The dataset is no longer read from anywhere. */
  removeSource(datasetId: string): void {
    this.#database.run('DELETE FROM dataset_sources WHERE dataset_id = ?', datasetId);
  }
}
