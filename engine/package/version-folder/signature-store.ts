import type { Database } from '../../store/database.ts';

/** The signature of a version. */
export interface StoredSignature {
  /** `sha256:…`, the blob of `model.sig`. */
  hash: string;
  bytes: number;
  /** In PEM. */
  publicKey: string;
  signedBy: string;
  /** UTC epoch milliseconds. */
  signedAt: number;
}

/** The rows of `model_version_signatures`. */
export class SignatureStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  signature(versionId: string): StoredSignature | undefined {
    return this.#database.get<StoredSignature>(
      `SELECT hash, bytes, public_key AS publicKey, signed_by AS signedBy, signed_at AS signedAt
       FROM model_version_signatures WHERE version_id = ?`,
      versionId,
    );
  }

  /** Keys that versions were signed with, in PEM. */
  publicKeys(): string[] {
    return this.#database.column<string>('SELECT DISTINCT public_key FROM model_version_signatures');
  }

  /** Takes the place of the one before. */
  put(versionId: string, { hash, bytes, publicKey, signedBy, signedAt }: StoredSignature): void {
    this.#database.run(
      `INSERT OR REPLACE INTO model_version_signatures (version_id, hash, bytes, public_key, signed_by, signed_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      versionId,
      hash,
      bytes,
      publicKey,
      signedBy,
      signedAt,
    );
  }
}
