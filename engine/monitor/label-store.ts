import type { Database } from '../store/database.ts';

/** What came true for a row. Numbers and booleans stand as JavaScript writes them. */
export interface Label {
  id: string;
  label: string;
}

/** The rows of `labels`. */
export class LabelStore {
  readonly #database: Database;
  #revision = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Grows with every change that this engine makes; no other process writes labels. */
  get revision(): number {
    return this.#revision;
  }

  add(deploymentId: string, labels: readonly Label[], receivedAt: number): void {
    this.#revision++;
    this.#database.transaction(() => {
      for (const { id, label } of labels) {
        this.#database.run(
          'INSERT INTO labels (deployment_id, row_id, label, received_at) VALUES (?, ?, ?, ?)',
          deploymentId,
          id,
          label,
          receivedAt,
        );
      }
    });
  }

  has(deploymentId: string): boolean {
    const sql = 'SELECT 1 AS found FROM labels WHERE deployment_id = ? LIMIT 1';
    return this.#database.get(sql, deploymentId) !== undefined;
  }

  /** The last label of each row, null where it has none; in the order of the ids. */
  latest(deploymentId: string, ids: readonly (string | null)[]): (string | null)[] {
    const rows = this.#database.all<{ label: string | null }>(
      `SELECT (SELECT label FROM labels WHERE deployment_id = ? AND row_id = ids.value ORDER BY sequence DESC LIMIT 1) AS label
       FROM json_each(?) AS ids ORDER BY ids.key`,
      deploymentId,
      JSON.stringify(ids),
    );
    return rows.map(({ label }) => label);
  }
}
