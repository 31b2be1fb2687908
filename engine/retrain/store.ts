import { isoTime } from '../base/clock.ts';
import type { Renewal } from '../contract/retrain.ts';
import type { Schedule } from '../contract/retrain-schedule.ts';
import type { Database } from '../store/database.ts';

interface PipelineRow {
  id: string;
  name: string;
  renewal: string | null;
  schedule: string | null;
  created_at: number;
}

/** A pipeline without what its file says. */
export interface StoredPipeline {
  id: string;
  name: string;
  /** Null where it is written by hand, in a file. */
  renewal: Renewal | null;
  /** When one that is made of settings runs by itself; what is written by hand says so in its file. */
  schedule: Schedule | null;
  createdAt: string;
}

/** One that is made of settings. */
export type RenewalPipeline = StoredPipeline & { renewal: Renewal };

function toPipeline(row: PipelineRow): StoredPipeline {
  return {
    id: row.id,
    name: row.name,
    renewal: row.renewal === null ? null : (JSON.parse(row.renewal) as Renewal),
    schedule: row.schedule === null ? null : (JSON.parse(row.schedule) as Schedule),
    createdAt: isoTime(row.created_at),
  };
}

/** The rows of `pipelines`. */
export class RetrainStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes a pipeline; of the one of that id the renewal is changed, and the schedule goes with it. */
  save({ id, name, renewal }: Pick<StoredPipeline, 'id' | 'name' | 'renewal'>, now: number): void {
    this.#database.run(
      `INSERT INTO pipelines (id, name, renewal, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET renewal = excluded.renewal,
         schedule = CASE WHEN excluded.renewal IS NOT NULL THEN schedule END`,
      id,
      name,
      renewal && JSON.stringify(renewal),
      now,
    );
  }

  /** With its runs. */
  remove(id: string): void {
    this.#database.run('DELETE FROM pipelines WHERE id = ?', id);
  }

  /** Of one that is made of settings. */
  setSchedule(id: string, schedule: Schedule | null): void {
    this.#database.run('UPDATE pipelines SET schedule = ? WHERE id = ?', schedule && JSON.stringify(schedule), id);
  }

  /** A dataset has another name; the pipelines that take its rows go on with it. */
  renameDataset(pipelineIds: readonly string[], name: string): void {
    for (const id of pipelineIds)
      this.#database.run("UPDATE pipelines SET renewal = json_set(renewal, '$.dataset', ?) WHERE id = ?", name, id);
  }

  /** By name or id. */
  find(nameOrId: string): StoredPipeline | undefined {
    const row = this.#database.get<PipelineRow>('SELECT * FROM pipelines WHERE name = ? OR id = ?', nameOrId, nameOrId);
    return row && toPipeline(row);
  }

  list(): StoredPipeline[] {
    return this.#database.all<PipelineRow>('SELECT * FROM pipelines ORDER BY created_at, id').map(toPipeline);
  }

  /** Those that are made of settings. */
  renewals(): RenewalPipeline[] {
    return this.list().filter((pipeline): pipeline is RenewalPipeline => pipeline.renewal !== null);
  }
}
