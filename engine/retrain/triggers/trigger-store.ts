import type { PipelineRun } from '../../contract/retrain.ts';
import type { Scalar } from '../../contract/retrain-pipeline.ts';
import type { Database } from '../../store/database.ts';

/** A run that was asked for and has not begun. Times are UTC epoch milliseconds. */
export interface StoredWait {
  pipelineId: string;
  /** What asked for it last. */
  trigger: PipelineRun['trigger'];
  parameters: Record<string, Scalar>;
  /** Of the first that asked, and of the last. */
  since: number;
  lastAt: number;
  /** How often it was asked for. */
  times: number;
}

/** What asks for a run. */
export type Asking = Pick<StoredWait, 'pipelineId' | 'trigger' | 'parameters'>;

interface WaitRow {
  pipeline_id: string;
  trigger_kind: PipelineRun['trigger']['kind'];
  trigger_detail: string;
  parameters: string;
  since: number;
  last_at: number;
  times: number;
}

function toWait(row: WaitRow): StoredWait {
  return {
    pipelineId: row.pipeline_id,
    trigger: { kind: row.trigger_kind, detail: row.trigger_detail },
    parameters: JSON.parse(row.parameters) as Record<string, Scalar>,
    since: row.since,
    lastAt: row.last_at,
    times: row.times,
  };
}

/** The rows of `pipeline_triggers` and `waiting_runs`. */
export class TriggerStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Up to where a trigger was handled, as its kind writes it; undefined where it is new. */
  handled(pipelineId: string, trigger: string): unknown {
    const row = this.#database.get<{ handled: string }>(
      'SELECT handled FROM pipeline_triggers WHERE pipeline_id = ? AND trigger = ?',
      pipelineId,
      trigger,
    );
    return row && JSON.parse(row.handled);
  }

  setHandled(pipelineId: string, trigger: string, handled: unknown): void {
    this.#database.run(
      `INSERT INTO pipeline_triggers (pipeline_id, trigger, handled) VALUES (?, ?, ?)
       ON CONFLICT (pipeline_id, trigger) DO UPDATE SET handled = excluded.handled`,
      pipelineId,
      trigger,
      JSON.stringify(handled),
    );
  }

  /** Forgets the triggers that a pipeline has no more. */
  keepOnly(pipelineId: string, triggers: readonly string[]): void {
    this.#database.run(
      'DELETE FROM pipeline_triggers WHERE pipeline_id = ? AND trigger NOT IN (SELECT value FROM json_each(?))',
      pipelineId,
      JSON.stringify(triggers),
    );
  }

  /** What waits already becomes one with it; of parameters that both set the newer value holds. */
  ask({ pipelineId, trigger, parameters }: Asking, now: number): void {
    this.#database.run(
      `INSERT INTO waiting_runs (pipeline_id, trigger_kind, trigger_detail, parameters, since, last_at, times)
       VALUES (?, ?, ?, ?, ?, ?, 1)
       ON CONFLICT (pipeline_id) DO UPDATE SET trigger_kind = excluded.trigger_kind,
         trigger_detail = excluded.trigger_detail, parameters = json_patch(parameters, excluded.parameters),
         last_at = excluded.last_at, times = times + 1`,
      pipelineId,
      trigger.kind,
      trigger.detail,
      JSON.stringify(parameters),
      now,
      now,
    );
  }

  waiting(): StoredWait[] {
    return this.#database.all<WaitRow>('SELECT * FROM waiting_runs ORDER BY since, pipeline_id').map(toWait);
  }

  waitOf(pipelineId: string): StoredWait | undefined {
    const row = this.#database.get<WaitRow>('SELECT * FROM waiting_runs WHERE pipeline_id = ?', pipelineId);
    return row && toWait(row);
  }

  /** It has begun, or is wanted no more. */
  removeWait(pipelineId: string): void {
    this.#database.run('DELETE FROM waiting_runs WHERE pipeline_id = ?', pipelineId);
  }
}
