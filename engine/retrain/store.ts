import { isoTime } from '../base/clock.ts';
import type { Decision, Pipeline, PipelineRun, PipelineStep } from '../contract/retrain.ts';
import type { Schedule } from '../contract/retrain-schedule.ts';
import type { Database } from '../store/database.ts';

interface PipelineRow {
  id: string;
  name: string;
  model: string;
  dataset: string;
  deployment: string | null;
  window_days: number | null;
  margin: number;
  on_alert: number;
  schedule: string | null;
  scheduled_until: number | null;
  created_at: number;
}

interface RunRow {
  id: string;
  pipeline: string;
  number: number;
  state: PipelineRun['status'];
  trigger_kind: PipelineRun['trigger']['kind'];
  trigger_detail: string;
  steps: string;
  decision: string | null;
  error: string | null;
  started_at: number;
  finished_at: number | null;
}

/** A pipeline without what is read beside it. */
export interface StoredPipeline extends Omit<Pipeline, 'lastRun' | 'nextRunAt'> {
  /** Until when (UTC epoch milliseconds) the times of its schedule were handled; null without one. */
  scheduledUntil: number | null;
}

/** What is set when a pipeline is made or changed; its schedule is set on its own. */
export type PipelineSettings = Omit<StoredPipeline, 'createdAt' | 'schedule' | 'scheduledUntil'>;

const runColumns = `r.id, p.name AS pipeline, r.number, r.state, r.trigger_kind, r.trigger_detail, r.steps, r.decision,
  r.error, r.started_at, r.finished_at`;
const runSource = 'pipeline_runs r JOIN pipelines p ON p.id = r.pipeline_id';

function toPipeline(row: PipelineRow): StoredPipeline {
  return {
    id: row.id,
    name: row.name,
    model: row.model,
    dataset: row.dataset,
    deployment: row.deployment,
    windowDays: row.window_days,
    margin: row.margin,
    onAlert: row.on_alert === 1,
    schedule: row.schedule === null ? null : (JSON.parse(row.schedule) as Schedule),
    scheduledUntil: row.scheduled_until,
    createdAt: isoTime(row.created_at),
  };
}

function toRun(row: RunRow): PipelineRun {
  return {
    id: row.id,
    pipeline: row.pipeline,
    number: row.number,
    status: row.state,
    trigger: { kind: row.trigger_kind, detail: row.trigger_detail },
    steps: JSON.parse(row.steps) as PipelineStep[],
    decision: row.decision === null ? null : (JSON.parse(row.decision) as Decision),
    startedAt: isoTime(row.started_at),
    finishedAt: row.finished_at === null ? null : isoTime(row.finished_at),
    error: row.error,
  };
}

/** The rows of `pipelines` and `pipeline_runs`. */
export class RetrainStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes a pipeline as a whole; the one of that id is changed. */
  save(pipeline: PipelineSettings, now: number): void {
    this.#database.run(
      `INSERT INTO pipelines (id, name, model, dataset, deployment, window_days, margin, on_alert, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET model = excluded.model, dataset = excluded.dataset,
         deployment = excluded.deployment, window_days = excluded.window_days, margin = excluded.margin,
         on_alert = excluded.on_alert`,
      pipeline.id,
      pipeline.name,
      pipeline.model,
      pipeline.dataset,
      pipeline.deployment,
      pipeline.windowDays,
      pipeline.margin,
      pipeline.onAlert ? 1 : 0,
      now,
    );
  }

  /** @param now from when on its times are to be handled, UTC epoch milliseconds */
  setSchedule(id: string, schedule: Schedule | null, now: number): void {
    this.#database.run(
      'UPDATE pipelines SET schedule = ?, scheduled_until = ? WHERE id = ?',
      schedule && JSON.stringify(schedule),
      schedule && now,
      id,
    );
  }

  /** @param until UTC epoch milliseconds */
  handledSchedule(id: string, until: number): void {
    this.#database.run('UPDATE pipelines SET scheduled_until = ? WHERE id = ?', until, id);
  }

  /** A dataset has another name; the pipelines that take its rows go on with it. */
  renameDataset(pipelineIds: readonly string[], name: string): void {
    for (const id of pipelineIds) this.#database.run('UPDATE pipelines SET dataset = ? WHERE id = ?', name, id);
  }

  /** By name or id. */
  find(nameOrId: string): StoredPipeline | undefined {
    const row = this.#database.get<PipelineRow>('SELECT * FROM pipelines WHERE name = ? OR id = ?', nameOrId, nameOrId);
    return row && toPipeline(row);
  }

  list(): StoredPipeline[] {
    return this.#database.all<PipelineRow>('SELECT * FROM pipelines ORDER BY created_at, id').map(toPipeline);
  }

  /** A run that begins now, with the next number of its pipeline. */
  startRun(id: string, pipelineId: string, trigger: PipelineRun['trigger'], steps: PipelineStep[], now: number): void {
    this.#database.run(
      `INSERT INTO pipeline_runs (id, pipeline_id, number, state, trigger_kind, trigger_detail, steps, started_at)
       VALUES (?, ?, (SELECT coalesce(max(number), 0) + 1 FROM pipeline_runs WHERE pipeline_id = ?), 'running', ?, ?, ?, ?)`,
      id,
      pipelineId,
      pipelineId,
      trigger.kind,
      trigger.detail,
      JSON.stringify(steps),
      now,
    );
  }

  writeSteps(id: string, steps: PipelineStep[]): void {
    this.#database.run('UPDATE pipeline_runs SET steps = ? WHERE id = ?', JSON.stringify(steps), id);
  }

  writeDecision(id: string, decision: Decision): void {
    this.#database.run('UPDATE pipeline_runs SET decision = ? WHERE id = ?', JSON.stringify(decision), id);
  }

  finishRun(id: string, state: PipelineRun['status'], error: string | null, now: number): void {
    this.#database.run(
      'UPDATE pipeline_runs SET state = ?, error = ?, finished_at = ? WHERE id = ?',
      state,
      error,
      now,
      id,
    );
  }

  findRun(id: string): PipelineRun | undefined {
    const row = this.#database.get<RunRow>(`SELECT ${runColumns} FROM ${runSource} WHERE r.id = ?`, id);
    return row && toRun(row);
  }

  lastRun(pipelineId: string): PipelineRun | null {
    const row = this.#database.get<RunRow>(
      `SELECT ${runColumns} FROM ${runSource} WHERE r.pipeline_id = ? ORDER BY r.number DESC LIMIT 1`,
      pipelineId,
    );
    return row ? toRun(row) : null;
  }

  /** Newest first. */
  runs(limit: number): PipelineRun[] {
    return this.#database
      .all<RunRow>(`SELECT ${runColumns} FROM ${runSource} ORDER BY r.started_at DESC, r.id DESC LIMIT ?`, limit)
      .map(toRun);
  }

  unfinishedRuns(): PipelineRun[] {
    return this.#database.all<RunRow>(`SELECT ${runColumns} FROM ${runSource} WHERE r.state = 'running'`).map(toRun);
  }
}
