import type { ServedKey } from '../contract/serving.ts';
import type { Database, SqlValue } from '../store/database.ts';

/** A row of `api_keys`. Times are UTC epoch milliseconds. */
export interface KeyRow {
  id: string;
  name: string;
  prefix: string;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
}

const shown = 'id, name, prefix, created_at, last_used_at, revoked_at';

/** The rows of `api_keys`. */
export class KeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those in use first, each in the order of their making. */
  list(deploymentId: string): KeyRow[] {
    return this.#rows('deployment_id = ? ORDER BY revoked_at IS NOT NULL, created_at, id', deploymentId);
  }

  /** A key in use by its name, or any by its id. */
  find(deploymentId: string, nameOrId: string): KeyRow | undefined {
    const condition = 'deployment_id = ? AND (id = ? OR (name = ? AND revoked_at IS NULL))';
    return this.#rows(condition, deploymentId, nameOrId, nameOrId)[0];
  }

  add(deploymentId: string, { id, name, prefix, created_at }: KeyRow, sha256: string): void {
    this.#database.run(
      'INSERT INTO api_keys (id, deployment_id, name, sha256, prefix, created_at) VALUES (?, ?, ?, ?, ?, ?)',
      id,
      deploymentId,
      name,
      sha256,
      prefix,
      created_at,
    );
  }

  revoke(id: string, at: number): void {
    this.#database.run('UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', at, id);
  }

  remove(id: string): void {
    this.#database.run('DELETE FROM api_keys WHERE id = ?', id);
  }

  /** Notes the last use of a key that is in use, where it is later than the one that is known. */
  used(deploymentId: string, name: string, at: number): void {
    this.#database.run(
      `UPDATE api_keys SET last_used_at = ? WHERE deployment_id = ? AND name = ? AND revoked_at IS NULL
       AND created_at <= ? AND (last_used_at IS NULL OR last_used_at < ?)`,
      at,
      deploymentId,
      name,
      at,
      at,
    );
  }

  /** What servers know of the keys in use. */
  served(deploymentId: string): ServedKey[] {
    const sql =
      'SELECT name, sha256 FROM api_keys WHERE deployment_id = ? AND revoked_at IS NULL ORDER BY created_at, id';
    return this.#database.all<ServedKey>(sql, deploymentId);
  }

  #rows(condition: string, ...values: SqlValue[]): KeyRow[] {
    return this.#database.all<KeyRow>(`SELECT ${shown} FROM api_keys WHERE ${condition}`, ...values);
  }
}
