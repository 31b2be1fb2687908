import type { Database } from '../../store/database.ts';

/** Deliveries that are remembered for a pipeline, the newest. */
const mostKept = 10_000;

/** The rows of `webhook_deliveries`. */
export class DeliveryStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** False where it was noted before. @param now UTC epoch milliseconds */
  note(pipelineId: string, delivery: string, now: number): boolean {
    const added = this.#database.run(
      'INSERT OR IGNORE INTO webhook_deliveries (pipeline_id, delivery, at) VALUES (?, ?, ?)',
      pipelineId,
      delivery,
      now,
    );
    if (added > 0)
      this.#database.run(
        `DELETE FROM webhook_deliveries WHERE pipeline_id = ? AND delivery NOT IN
           (SELECT delivery FROM webhook_deliveries WHERE pipeline_id = ? ORDER BY at DESC LIMIT ?)`,
        pipelineId,
        pipelineId,
        mostKept,
      );
    return added > 0;
  }
}
