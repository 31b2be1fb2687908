import { isoTime, isoTimeOrNull } from '../base/clock.ts';
import type { Decision, ListedRun, ListedStep, PipelineRun, PipelineStep } from '../contract/retrain.ts';
import type { Artifact, Facts } from '../contract/retrain-artifacts.ts';
import type { Scalar } from '../contract/retrain-pipeline.ts';
import type { Database } from '../store/database.ts';

interface RunRow {
  id: string;
  pipeline: string;
  number: number;
  state: PipelineRun['status'];
  trigger_kind: PipelineRun['trigger']['kind'];
  trigger_detail: string;
  parameters: string;
  decision: string | null;
  error: string | null;
  started_at: number;
  finished_at: number | null;
}

interface TaskRow {
  run_id: string;
  position: number;
  name: string;
  kind: PipelineStep['kind'];
  needs: string;
  status: PipelineStep['status'];
  cached: number;
  because: string;
  attempts: number;
  started_at: number | null;
  seconds: number | null;
  summary: string;
  output: string | null;
  facts: string;
}

/** A run that begins. */
export interface NewRun {
  id: string;
  pipelineId: string;
  trigger: PipelineRun['trigger'];
  /** The text of the pipeline's file, which the run keeps to. */
  definition: string;
  parameters: Record<string, Scalar>;
  steps: readonly PipelineStep[];
  /** Takes no earlier results. */
  fresh: boolean;
}

/** What a run was started with. */
export interface RunDefinition {
  pipelineId: string;
  /** Empty in runs of before it was kept. */
  text: string;
  parameters: Record<string, Scalar>;
  /** Takes no earlier results. */
  fresh: boolean;
}

/** What decided about the result of a task: hashes by what they are of (`code`, `members`, `data`). */
export type CacheParts = Record<string, string>;

/** Which runs are listed. */
export interface RunSelection {
  /** Of all pipelines where it is left out. */
  pipelineId?: string | undefined;
  limit: number;
  withSteps: boolean;
}

/** The result of an earlier task. */
export interface EarlierResult {
  runNumber: number;
  output: Artifact | null;
  facts: Facts;
  summary: string;
}

const runColumns = `r.id, p.name AS pipeline, r.number, r.state, r.trigger_kind, r.trigger_detail, r.parameters, r.decision,
  r.error, r.started_at, r.finished_at`;
const runSource = 'pipeline_runs r JOIN pipelines p ON p.id = r.pipeline_id';

/** The rows of `pipeline_runs` and `pipeline_tasks`. */
export class PipelineRunStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A run that begins now, with the next number of its pipeline. */
  start({ id, pipelineId, trigger, definition, parameters, steps, fresh }: NewRun, now: number): void {
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO pipeline_runs
           (id, pipeline_id, number, state, trigger_kind, trigger_detail, definition, parameters, fresh, started_at)
         VALUES (?, ?, (SELECT coalesce(max(number), 0) + 1 FROM pipeline_runs WHERE pipeline_id = ?), 'running', ?, ?, ?, ?, ?, ?)`,
        id,
        pipelineId,
        pipelineId,
        trigger.kind,
        trigger.detail,
        definition,
        JSON.stringify(parameters),
        fresh ? 1 : 0,
        now,
      );
      for (const [position, step] of steps.entries()) this.writeStep(id, position, step);
    });
  }

  /** Of a step what is given as `key` stays where it is not given. */
  writeStep(run: string, position: number, step: PipelineStep, key?: { key: string; parts: CacheParts }): void {
    this.#database.run(
      `INSERT INTO pipeline_tasks (run_id, position, name, kind, needs, status, cached, because, attempts, started_at,
         seconds, summary, output, facts, cache_key, cache_parts)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (run_id, position) DO UPDATE SET status = excluded.status, cached = excluded.cached,
         because = excluded.because, attempts = excluded.attempts, started_at = excluded.started_at,
         seconds = excluded.seconds, summary = excluded.summary, output = excluded.output, facts = excluded.facts,
         cache_key = coalesce(excluded.cache_key, cache_key), cache_parts = coalesce(excluded.cache_parts, cache_parts)`,
      run,
      position,
      step.name,
      step.kind,
      JSON.stringify(step.needs),
      step.status,
      step.cached ? 1 : 0,
      step.because,
      step.attempts,
      step.startedAt === null ? null : Date.parse(step.startedAt),
      step.seconds,
      step.summary,
      step.output && JSON.stringify(step.output),
      JSON.stringify(step.facts),
      key?.key ?? null,
      key ? JSON.stringify(key.parts) : null,
    );
  }

  decide(id: string, decision: Decision): void {
    this.#database.run('UPDATE pipeline_runs SET decision = ? WHERE id = ?', JSON.stringify(decision), id);
  }

  /** @param now null while it has not ended */
  setState(id: string, state: PipelineRun['status'], error: string | null, now: number | null): void {
    this.#database.run(
      'UPDATE pipeline_runs SET state = ?, error = ?, finished_at = ? WHERE id = ?',
      state,
      error,
      now,
      id,
    );
  }

  find(id: string): PipelineRun | undefined {
    return this.#runs('WHERE r.id = ?', id)[0];
  }

  last(pipelineId: string): ListedRun | null {
    return this.newest({ pipelineId, limit: 1, withSteps: true })[0] ?? null;
  }

  /** Newest first, of one pipeline or of all. */
  newest({ pipelineId, limit, withSteps }: RunSelection): ListedRun[] {
    const rows = this.#database.all<RunRow>(
      `SELECT ${runColumns} FROM ${runSource} WHERE coalesce(?, r.pipeline_id) = r.pipeline_id
       ORDER BY r.started_at DESC, r.id DESC LIMIT ?`,
      pipelineId ?? null,
      limit,
    );
    const steps = withSteps ? this.#listedSteps(rows.map(({ id }) => id)) : new Map<string, ListedStep[]>();
    return rows.map((row) => ({ ...runOf(row), steps: steps.get(row.id) ?? [] }));
  }

  /** How its runs stand that have not ended. */
  unfinished(pipelineId: string): PipelineRun['status'][] {
    return this.#database.column<PipelineRun['status']>(
      "SELECT DISTINCT state FROM pipeline_runs WHERE pipeline_id = ? AND state IN ('running', 'paused')",
      pipelineId,
    );
  }

  idsOf(pipelineId: string): string[] {
    return this.#database.column<string>('SELECT id FROM pipeline_runs WHERE pipeline_id = ?', pipelineId);
  }

  /** Hashes of the stored files that the steps of a pipeline's runs gave. */
  filesOf(pipelineId: string): string[] {
    return this.#database.column<string>(
      `SELECT DISTINCT f.value ->> 'hash' FROM pipeline_runs r JOIN pipeline_tasks t ON t.run_id = r.id,
         json_each(t.output, '$.files') f WHERE r.pipeline_id = ? AND t.output ->> 'type' = 'files'`,
      pipelineId,
    );
  }

  inState(state: PipelineRun['status']): PipelineRun[] {
    return this.#runs('WHERE r.state = ? ORDER BY r.started_at, r.id', state);
  }

  /** Ids of runs that an earlier engine left and nobody has made again: of each pipeline the newest run at most. */
  left(): string[] {
    return this.#database.column<string>(
      `SELECT r.id FROM pipeline_runs r WHERE r.state = 'interrupted' AND r.definition <> ''
         AND r.number = (SELECT max(number) FROM pipeline_runs WHERE pipeline_id = r.pipeline_id)
       ORDER BY r.started_at, r.id`,
    );
  }

  definition(id: string): RunDefinition | undefined {
    const row = this.#database.get<{ pipeline_id: string; definition: string; parameters: string; fresh: number }>(
      'SELECT pipeline_id, definition, parameters, fresh FROM pipeline_runs WHERE id = ?',
      id,
    );
    return (
      row && {
        pipelineId: row.pipeline_id,
        text: row.definition,
        parameters: JSON.parse(row.parameters) as Record<string, Scalar>,
        fresh: row.fresh === 1,
      }
    );
  }

  /** The newest results of tasks that had this key, of whatever pipeline. */
  resultsOf(key: string): EarlierResult[] {
    return this.#database
      .all<{ number: number; output: string | null; facts: string; summary: string }>(
        `SELECT r.number, t.output, t.facts, t.summary FROM pipeline_tasks t JOIN pipeline_runs r ON r.id = t.run_id
         WHERE t.cache_key = ? AND t.status = 'succeeded' ORDER BY r.started_at DESC, r.id DESC LIMIT 5`,
        key,
      )
      .map((row) => ({
        runNumber: row.number,
        output: row.output === null ? null : (JSON.parse(row.output) as Artifact),
        facts: JSON.parse(row.facts) as Facts,
        summary: row.summary,
      }));
  }

  /** What decided about the last result of a task in an earlier run of the pipeline. */
  lastParts(run: string, task: string): { runNumber: number; parts: CacheParts } | undefined {
    const row = this.#database.get<{ number: number; cache_parts: string }>(
      `SELECT r.number, t.cache_parts FROM pipeline_tasks t JOIN pipeline_runs r ON r.id = t.run_id
       WHERE r.pipeline_id = (SELECT pipeline_id FROM pipeline_runs WHERE id = ?) AND r.id <> ? AND t.name = ?
         AND t.cache_parts IS NOT NULL AND t.status = 'succeeded' ORDER BY r.number DESC LIMIT 1`,
      run,
      run,
      task,
    );
    return row && { runNumber: row.number, parts: JSON.parse(row.cache_parts) as CacheParts };
  }

  #runs(clause: string, value: string): PipelineRun[] {
    const rows = this.#database.all<RunRow>(`SELECT ${runColumns} FROM ${runSource} ${clause}`, value);
    return rows.map((row) => ({ ...runOf(row), steps: this.#steps(row.id) }));
  }

  #listedSteps(runs: readonly string[]): Map<string, ListedStep[]> {
    const rows = this.#database.all<Pick<TaskRow, 'run_id' | 'name' | 'status' | 'cached' | 'seconds'>>(
      `SELECT run_id, name, status, cached, seconds FROM pipeline_tasks
       WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY run_id, position`,
      JSON.stringify(runs),
    );
    const steps = new Map<string, ListedStep[]>(runs.map((run) => [run, []]));
    for (const { run_id, name, status, cached, seconds } of rows)
      steps.get(run_id)?.push({ name, status, cached: cached === 1, seconds });
    return steps;
  }

  #steps(run: string): PipelineStep[] {
    return this.#database
      .all<TaskRow>('SELECT * FROM pipeline_tasks WHERE run_id = ? ORDER BY position', run)
      .map((row) => ({
        name: row.name,
        kind: row.kind,
        needs: JSON.parse(row.needs) as string[],
        status: row.status,
        cached: row.cached === 1,
        because: row.because,
        attempts: row.attempts,
        startedAt: isoTimeOrNull(row.started_at),
        seconds: row.seconds,
        summary: row.summary,
        output: row.output === null ? null : (JSON.parse(row.output) as Artifact),
        facts: JSON.parse(row.facts) as Facts,
      }));
  }
}

function runOf(row: RunRow): Omit<PipelineRun, 'steps'> {
  return {
    id: row.id,
    pipeline: row.pipeline,
    number: row.number,
    status: row.state,
    trigger: { kind: row.trigger_kind, detail: row.trigger_detail },
    parameters: JSON.parse(row.parameters) as Record<string, Scalar>,
    decision: row.decision === null ? null : (JSON.parse(row.decision) as Decision),
    startedAt: isoTime(row.started_at),
    finishedAt: isoTimeOrNull(row.finished_at),
    error: row.error,
  };
}
