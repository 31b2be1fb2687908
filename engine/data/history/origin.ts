import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import type { Database } from '../../store/database.ts';

/**
 * How a version came to be. `add`: files as a version; `append`: files after the rows of the one before; `edit`: cells and
 * rows changed by hand; `upsert`: files merged by key; `clean`: a recipe over another version; `refresh`: a connection read
 * again; `watch`: a watched file or folder that changed; `pull`: from a remote.
 */
export const originKinds = ['add', 'append', 'edit', 'upsert', 'clean', 'refresh', 'watch', 'pull'] as const;
export type OriginKind = (typeof originKinds)[number];

/** Where a version came from. */
export interface VersionOrigin {
  kind: OriginKind;
  /** What else is to be known of it, in the words of its kind: `{"recipe": "…"}`, `{"connection": "…"}`. Never a secret. */
  detail: { [key: string]: Json | undefined };
  /** Ids (`dsv_…`) of the versions that it was made of, the most important one first; also of other datasets. */
  parents: readonly string[];
  /** Rows that differ from the first parent, null where nobody counted them. */
  rows: { added: number; removed: number; changed: number } | null;
}

interface OriginRow {
  version_id: string;
  kind: OriginKind;
  detail: string;
  rows_added: number | null;
  rows_removed: number | null;
  rows_changed: number | null;
}

/** The SQL of origins: one for every version, written in the transaction that inserts the version. */
export class OriginStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Says where a version came from; call it in the transaction that inserts the version. */
  record(versionId: string, origin: VersionOrigin): void {
    this.#database.run(
      `INSERT INTO version_origins (version_id, kind, detail, rows_added, rows_removed, rows_changed)
       VALUES (?, ?, ?, ?, ?, ?)`,
      versionId,
      origin.kind,
      canonicalJson(origin.detail),
      origin.rows?.added ?? null,
      origin.rows?.removed ?? null,
      origin.rows?.changed ?? null,
    );
    origin.parents.forEach((parent, position) => {
      this.#database.run(
        'INSERT INTO version_parents (version_id, position, parent_id) VALUES (?, ?, ?)',
        versionId,
        position,
        parent,
      );
    });
  }

  /** Where a version came from; `undefined` for one that never said. */
  of(versionId: string): VersionOrigin | undefined {
    const row = this.#database.get<OriginRow>('SELECT * FROM version_origins WHERE version_id = ?', versionId);
    if (!row) return undefined;
    const { rows_added: added, rows_removed: removed, rows_changed: changed } = row;
    return {
      kind: row.kind,
      detail: JSON.parse(row.detail) as VersionOrigin['detail'],
      parents: this.#parents(versionId),
      rows: added === null ? null : { added, removed: removed ?? 0, changed: changed ?? 0 },
    };
  }

  /** Versions that were made of this one. */
  children(versionId: string): string[] {
    return this.#database
      .all<{ id: string }>(
        'SELECT version_id AS id FROM version_parents WHERE parent_id = ? ORDER BY version_id',
        versionId,
      )
      .map(({ id }) => id);
  }

  #parents(versionId: string): string[] {
    return this.#database
      .all<{ id: string }>(
        'SELECT parent_id AS id FROM version_parents WHERE version_id = ? ORDER BY position',
        versionId,
      )
      .map(({ id }) => id);
  }
}
