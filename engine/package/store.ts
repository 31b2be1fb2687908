import type { Signature } from '../contract/values.ts';
import type { Database, SqlValue } from '../store/database.ts';
import { BinStore } from './registry/bin-store.ts';
import { LabelStore } from './registry/label-store.ts';

export interface StoredModel {
  id: string;
  name: string;
  target: string;
  /** UTC epoch milliseconds. */
  createdAt: number;
}

export interface StoredVersion {
  id: string;
  modelId: string;
  version: number;
  runId: string;
  signature: Signature;
  onnxHash: string;
  onnxBytes: number;
  goldenHash: string;
  parityRows: number;
  parityDifference: number;
  /** UTC epoch milliseconds. */
  createdAt: number;
}

export interface StoredMove {
  alias: string;
  from: number | null;
  /** Null where the alias was removed. */
  to: number | null;
  isRollback: boolean;
  by: string;
  reason: string;
  /** UTC epoch milliseconds. */
  at: number;
}

interface VersionRow {
  id: string;
  model_id: string;
  version: number;
  run_id: string;
  signature: string;
  onnx_hash: string;
  onnx_bytes: number;
  golden_hash: string;
  parity_rows: number;
  parity_difference: number;
  created_at: number;
}

function toVersion(row: VersionRow): StoredVersion {
  return {
    id: row.id,
    modelId: row.model_id,
    version: row.version,
    runId: row.run_id,
    signature: JSON.parse(row.signature) as Signature,
    onnxHash: row.onnx_hash,
    onnxBytes: row.onnx_bytes,
    goldenHash: row.golden_hash,
    parityRows: row.parity_rows,
    parityDifference: row.parity_difference,
    createdAt: row.created_at,
  };
}

const modelColumns = 'id, name, target, created_at AS createdAt';

/** The rows of `models`, `model_versions`, `aliases` and `alias_moves`. */
export class ModelStore {
  /** What is said of models and versions. */
  readonly labels: LabelStore;
  readonly bin: BinStore;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.labels = new LabelStore(database);
    this.bin = new BinStore(database);
  }

  models(): StoredModel[] {
    return this.#database.all<StoredModel>(
      `SELECT ${modelColumns} FROM models WHERE deleted_at IS NULL ORDER BY created_at, id`,
    );
  }

  model(name: string): StoredModel | undefined {
    return this.#database.get<StoredModel>(
      `SELECT ${modelColumns} FROM models WHERE name = ? AND deleted_at IS NULL`,
      name,
    );
  }

  insertModel({ id, name, target, createdAt }: StoredModel): void {
    this.#database.run(
      'INSERT INTO models (id, name, target, created_at) VALUES (?, ?, ?, ?)',
      id,
      name,
      target,
      createdAt,
    );
  }

  /** Oldest first. */
  versions(modelId: string): StoredVersion[] {
    return this.#versions('WHERE model_id = ? AND deleted_at IS NULL ORDER BY version', modelId);
  }

  /** The newest version that is not archived, else the newest. */
  latest(modelId: string): StoredVersion | undefined {
    const order = 'ORDER BY archived_at IS NOT NULL, version DESC LIMIT 1';
    return this.#versions(`WHERE model_id = ? AND deleted_at IS NULL ${order}`, modelId)[0];
  }

  /** The number of the version that was made last, 0 where none was. */
  lastNumber(modelId: string): number {
    return (
      this.#database.get<{ last: number }>('SELECT last_version AS last FROM models WHERE id = ?', modelId)?.last ?? 0
    );
  }

  version(modelId: string, version: number): StoredVersion | undefined {
    return this.#versions('WHERE model_id = ? AND version = ? AND deleted_at IS NULL', modelId, version)[0];
  }

  /** Whether a version has the number, be it in the bin. */
  isNumberTaken(modelId: string, version: number): boolean {
    const sql = 'SELECT count(*) AS versions FROM model_versions WHERE model_id = ? AND version = ?';
    return (this.#database.get<{ versions: number }>(sql, modelId, version)?.versions ?? 0) > 0;
  }

  /** Ids of all versions of all models, those in the bin included. */
  versionIds(): string[] {
    return this.#database.all<{ id: string }>('SELECT id FROM model_versions').map(({ id }) => id);
  }

  insertVersion(version: StoredVersion): void {
    this.#database.run(
      `INSERT INTO model_versions (id, model_id, version, run_id, signature, onnx_hash, onnx_bytes, golden_hash,
         parity_rows, parity_difference, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      version.id,
      version.modelId,
      version.version,
      version.runId,
      JSON.stringify(version.signature),
      version.onnxHash,
      version.onnxBytes,
      version.goldenHash,
      version.parityRows,
      version.parityDifference,
      version.createdAt,
    );
    this.#database.run(
      'UPDATE models SET last_version = max(last_version, ?) WHERE id = ?',
      version.version,
      version.modelId,
    );
  }

  /** Versions by alias. */
  aliases(modelId: string): Record<string, number> {
    const rows = this.#database.all<{ alias: string; version: number }>(
      'SELECT alias, version FROM aliases WHERE model_id = ? ORDER BY alias',
      modelId,
    );
    return Object.fromEntries(rows.map(({ alias, version }) => [alias, version]));
  }

  /** Points an alias at a version, or removes it, and writes the move down; call it in a transaction. */
  moveAlias(modelId: string, move: StoredMove): void {
    if (move.to === null) {
      this.#database.run('DELETE FROM aliases WHERE model_id = ? AND alias = ?', modelId, move.alias);
    } else {
      this.#database.run(
        'INSERT OR REPLACE INTO aliases (model_id, alias, version) VALUES (?, ?, ?)',
        modelId,
        move.alias,
        move.to,
      );
    }
    this.#database.run(
      `INSERT INTO alias_moves (model_id, alias, from_version, to_version, is_rollback, by, reason, at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      modelId,
      move.alias,
      move.from,
      move.to,
      move.isRollback ? 1 : 0,
      move.by,
      move.reason,
      move.at,
    );
  }

  /** Oldest first. */
  moves(modelId: string): StoredMove[] {
    return this.#database
      .all<Omit<StoredMove, 'isRollback'> & { isRollback: number }>(
        `SELECT alias, from_version AS "from", to_version AS "to", is_rollback AS isRollback, by, reason, at
         FROM alias_moves WHERE model_id = ? ORDER BY id`,
        modelId,
      )
      .map((move) => ({ ...move, isRollback: move.isRollback === 1 }));
  }

  #versions(condition: string, ...values: SqlValue[]): StoredVersion[] {
    return this.#database.all<VersionRow>(`SELECT * FROM model_versions ${condition}`, ...values).map(toVersion);
  }
}
