import type { Database } from '../store/database.ts';

/** What came true for a row. Numbers and booleans stand as JavaScript writes them. */
export interface Label {
  id: string;
  label: string;
  /** When it became known, in UTC epoch milliseconds; absent: when it was received. */
  knownAt?: number;
}

/** The rows of `labels`. */
export class LabelStore {
  readonly #database: Database;
  #revision: number;

  constructor(database: Database) {
    this.#database = database;
    this.#revision = database.column<number | null>('SELECT max(sequence) FROM labels')[0] ?? 0;
  }

  /** Grows with every change, also from one engine of the project to the next. */
  get revision(): number {
    return this.#revision;
  }

  /** @param receivedAt UTC epoch milliseconds */
  add(deploymentId: string, labels: readonly Label[], receivedAt: number): void {
    this.#revision++;
    this.#database.transaction(() => {
      for (const { id, label, knownAt = receivedAt } of labels) {
        this.#database.run(
          'INSERT INTO labels (deployment_id, row_id, label, received_at, known_at) VALUES (?, ?, ?, ?, ?)',
          deploymentId,
          id,
          label,
          receivedAt,
          knownAt,
        );
      }
    });
  }

  has(deploymentId: string): boolean {
    const sql = 'SELECT 1 AS found FROM labels WHERE deployment_id = ? LIMIT 1';
    return this.#database.get(sql, deploymentId) !== undefined;
  }

  /** The number of the last label, of all deployments; 0 where there is none. */
  get last(): number {
    return this.#database.column<number | null>('SELECT max(sequence) FROM labels')[0] ?? 0;
  }

  /** Ids of rows with labels after the one of a number that were received at a time, UTC epoch milliseconds, or later. */
  idsAfter(deploymentId: string, sequence: number, receivedAt: number): string[] {
    // With the plus the index of rows is not used, which would go over all labels of the deployment.
    return this.#database.column<string>(
      'SELECT DISTINCT row_id FROM labels WHERE sequence > ? AND +deployment_id = ? AND received_at >= ?',
      sequence,
      deploymentId,
      receivedAt,
    );
  }

  /** Those of the ids whose rows have labels. */
  labelled(deploymentId: string, ids: readonly string[]): string[] {
    return this.#database.column<string>(
      `SELECT value FROM json_each(?)
       WHERE EXISTS (SELECT 1 FROM labels WHERE deployment_id = ? AND row_id = value)`,
      JSON.stringify(ids),
      deploymentId,
    );
  }

  /**
   * Ids of rows with labels that were received before a time, UTC epoch milliseconds; an id may come again.
   * @param span how many labels, of all deployments, are looked at for one answer
   */
  *olderIds(deploymentId: string, receivedBefore: number, span: number): Generator<string[], void> {
    const [last] = this.#database.column<number | null>('SELECT max(sequence) FROM labels');
    for (let from = 0; from < (last ?? 0); from += span) {
      // With the plus the index of rows is not used, which would go over all labels of the deployment.
      yield this.#database.column<string>(
        `SELECT DISTINCT row_id FROM labels
         WHERE sequence > ? AND sequence <= ? AND +deployment_id = ? AND received_at < ?`,
        from,
        from + span,
        deploymentId,
        receivedBefore,
      );
    }
  }

  /** Removes the labels of rows, of those the ones that were received before a time, UTC epoch milliseconds. */
  remove(deploymentId: string, ids: readonly string[], receivedBefore = Number.MAX_SAFE_INTEGER): void {
    const removed = this.#database.run(
      `DELETE FROM labels WHERE deployment_id = ? AND row_id IN (SELECT value FROM json_each(?)) AND received_at < ?`,
      deploymentId,
      JSON.stringify(ids),
      receivedBefore,
    );
    if (removed > 0) this.#revision++;
  }

  /** The label of each row that became known last, of several at once the last one; null where it has none. In the order of the ids. */
  latest(deploymentId: string, ids: readonly (string | null)[]): (string | null)[] {
    const rows = this.#database.all<{ label: string | null }>(
      `SELECT (
         SELECT label FROM labels WHERE deployment_id = ? AND row_id = ids.value
         ORDER BY known_at DESC, sequence DESC LIMIT 1
       ) AS label FROM json_each(?) AS ids ORDER BY ids.key`,
      deploymentId,
      JSON.stringify(ids),
    );
    return rows.map(({ label }) => label);
  }
}
