import type { Scalar } from '../../contract/retrain-pipeline.ts';
import type { Backfill } from '../../contract/retrain-triggers.ts';
import type { Database } from '../../store/database.ts';
import type { Point } from './points.ts';

interface BackfillRow {
  id: string;
  pipeline_id: string;
  state: Backfill['state'];
  started_at: number;
}

interface PointRow {
  position: number;
  name: string;
  parameters: string;
  run_id: string | null;
}

export interface StoredPoint extends Point {
  position: number;
  runId: string | null;
}

export interface StoredBackfill {
  id: string;
  pipelineId: string;
  state: Backfill['state'];
  /** UTC epoch milliseconds. */
  startedAt: number;
  points: StoredPoint[];
}

/** Backfills that are listed. */
const listed = 50;

/** The rows of `backfills` and `backfill_points`. */
export class BackfillStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param wish what makes it the same as another @param now UTC epoch milliseconds */
  add(id: string, pipelineId: string, wish: string, points: readonly Point[], now: number): void {
    this.#database.transaction(() => {
      this.#database.run(
        "INSERT INTO backfills (id, pipeline_id, wish, state, started_at) VALUES (?, ?, ?, 'running', ?)",
        id,
        pipelineId,
        wish,
        now,
      );
      for (const [position, { name, parameters }] of points.entries())
        this.#database.run(
          'INSERT INTO backfill_points (backfill_id, position, name, parameters) VALUES (?, ?, ?, ?)',
          id,
          position,
          name,
          JSON.stringify(parameters),
        );
    });
  }

  setState(id: string, state: Backfill['state']): void {
    this.#database.run('UPDATE backfills SET state = ? WHERE id = ?', state, id);
  }

  /** What an engine left running when it ended. */
  stopUnfinished(): void {
    this.#database.run("UPDATE backfills SET state = 'stopped' WHERE state = 'running'");
  }

  setRun(id: string, position: number, runId: string): void {
    this.#database.run(
      'UPDATE backfill_points SET run_id = ? WHERE backfill_id = ? AND position = ?',
      runId,
      id,
      position,
    );
  }

  /** The newest of the same wish. */
  same(pipelineId: string, wish: string): StoredBackfill | undefined {
    return this.#find(
      'WHERE pipeline_id = ? AND wish = ? ORDER BY started_at DESC, id DESC LIMIT 1',
      pipelineId,
      wish,
    )[0];
  }

  find(id: string): StoredBackfill | undefined {
    return this.#find('WHERE id = ?', id)[0];
  }

  /** Newest first; of one pipeline or of all. */
  list(pipelineId?: string): StoredBackfill[] {
    return pipelineId === undefined
      ? this.#find('ORDER BY started_at DESC, id DESC LIMIT ?', listed)
      : this.#find('WHERE pipeline_id = ? ORDER BY started_at DESC, id DESC LIMIT ?', pipelineId, listed);
  }

  #find(clause: string, ...values: (string | number)[]): StoredBackfill[] {
    const rows = this.#database.all<BackfillRow>(`SELECT * FROM backfills ${clause}`, ...values);
    return rows.map((row) => ({
      id: row.id,
      pipelineId: row.pipeline_id,
      state: row.state,
      startedAt: row.started_at,
      points: this.#points(row.id),
    }));
  }

  #points(id: string): StoredPoint[] {
    return this.#database
      .all<PointRow>('SELECT * FROM backfill_points WHERE backfill_id = ? ORDER BY position', id)
      .map((row) => ({
        position: row.position,
        name: row.name,
        parameters: JSON.parse(row.parameters) as Record<string, Scalar>,
        runId: row.run_id,
      }));
  }
}
