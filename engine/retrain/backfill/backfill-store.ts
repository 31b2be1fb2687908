import type { PipelineRun } from '../../contract/retrain.ts';
import type { Scalar } from '../../contract/retrain-pipeline.ts';
import type { Backfill } from '../../contract/retrain-triggers.ts';
import type { Database } from '../../store/database.ts';
import type { Point } from './points.ts';

interface BackfillRow {
  id: string;
  pipeline_id: string;
  state: Backfill['state'];
  keep_going: number;
  started_at: number;
}

type PointRow = { name: string; parameters: string } & (
  | { run_id: string; number: number; status: PipelineRun['status'] }
  | { run_id: null }
);

export interface StoredPoint extends Point {
  /** Its last run; null where there is none, or none any more. */
  run: Pick<PipelineRun, 'id' | 'number' | 'status'> | null;
}

export interface StoredBackfill {
  id: string;
  pipelineId: string;
  state: Backfill['state'];
  /** Goes on after a run that failed. */
  keepGoing: boolean;
  /** UTC epoch milliseconds. */
  startedAt: number;
  points: StoredPoint[];
}

/** A backfill that begins. */
export interface NewBackfill extends Pick<StoredBackfill, 'id' | 'pipelineId' | 'keepGoing' | 'startedAt'> {
  /** What makes it the same as another. */
  wish: string;
  points: readonly Point[];
}

/** The rows of `backfills` and `backfill_points`. */
export class BackfillStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add({ id, pipelineId, wish, keepGoing, points, startedAt }: NewBackfill): void {
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO backfills (id, pipeline_id, wish, state, keep_going, started_at)
         VALUES (?, ?, ?, 'running', ?, ?)`,
        id,
        pipelineId,
        wish,
        keepGoing ? 1 : 0,
        startedAt,
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

  setKeepGoing(id: string, keepGoing: boolean): void {
    this.#database.run('UPDATE backfills SET keep_going = ? WHERE id = ?', keepGoing ? 1 : 0, id);
  }

  /** Ids of those that run, or that an engine left running when it ended. */
  unfinished(): string[] {
    return this.#database.column<string>("SELECT id FROM backfills WHERE state = 'running'");
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

  /** The newest first, at most so many; of one pipeline or of all. */
  list(pipelineId: string | undefined, limit: number): StoredBackfill[] {
    return this.#find(
      'WHERE coalesce(?, pipeline_id) = pipeline_id ORDER BY started_at DESC, id DESC LIMIT ?',
      pipelineId ?? null,
      limit,
    );
  }

  #find(clause: string, ...values: (string | number | null)[]): StoredBackfill[] {
    const rows = this.#database.all<BackfillRow>(`SELECT * FROM backfills ${clause}`, ...values);
    return rows.map((row) => ({
      id: row.id,
      pipelineId: row.pipeline_id,
      state: row.state,
      keepGoing: row.keep_going === 1,
      startedAt: row.started_at,
      points: this.#points(row.id),
    }));
  }

  #points(id: string): StoredPoint[] {
    return this.#database
      .all<PointRow>(
        `SELECT p.name, p.parameters, r.id AS run_id, r.number, r.state AS status FROM backfill_points p
         LEFT JOIN pipeline_runs r ON r.id = p.run_id WHERE p.backfill_id = ? ORDER BY p.position`,
        id,
      )
      .map((row) => ({
        name: row.name,
        parameters: JSON.parse(row.parameters) as Record<string, Scalar>,
        run: row.run_id === null ? null : { id: row.run_id, number: row.number, status: row.status },
      }));
  }
}
