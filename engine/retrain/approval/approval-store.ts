import { isoTime, isoTimeOrNull } from '../../base/clock.ts';
import type { Approval } from '../../contract/retrain-approval.ts';
import type { Database } from '../../store/database.ts';

interface ApprovalRow {
  run_id: string;
  pipeline: string;
  step: string;
  state: Approval['state'];
  asked_at: number;
  until: number | null;
  answered_at: number | null;
  answered_by: string | null;
  reason: string | null;
}

/** What was answered, by a person or by time. */
export interface Answer {
  state: Exclude<Approval['state'], 'waiting'>;
  by: string | null;
  reason: string | null;
}

const source = `SELECT a.*, p.name AS pipeline FROM pipeline_approvals a
  JOIN pipeline_runs r ON r.id = a.run_id JOIN pipelines p ON p.id = r.pipeline_id`;

/** The rows of `pipeline_approvals`. Times are UTC epoch milliseconds. */
export class ApprovalStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Asks about a task of a run; those of the same step in earlier runs of the pipeline that wait are answered by that. */
  ask(run: string, step: string, now: number, until: number | null): void {
    const reason = `run ${this.#numberOf(run)} asks with a newer challenger`;
    for (const { run: earlier } of this.#waitingBeside(run, step))
      this.answer(earlier, step, { state: 'superseded', by: null, reason }, now);
    this.#database.run(
      `INSERT INTO pipeline_approvals (run_id, step, state, asked_at, until) VALUES (?, ?, 'waiting', ?, ?)`,
      run,
      step,
      now,
      until,
    );
  }

  answer(run: string, step: string, { state, by, reason }: Answer, now: number): void {
    this.#database.run(
      `UPDATE pipeline_approvals SET state = ?, answered_by = ?, reason = ?, answered_at = ?
       WHERE run_id = ? AND step = ? AND state = 'waiting'`,
      state,
      by,
      reason,
      now,
      run,
      step,
    );
  }

  find(run: string, step: string): Approval | undefined {
    return this.ofRun(run).find((approval) => approval.step === step);
  }

  ofRun(run: string): Approval[] {
    return this.#all('WHERE a.run_id = ? ORDER BY a.asked_at, a.step', run);
  }

  /** Those of runs that are paused, the oldest first. */
  waiting(): Approval[] {
    return this.#all("WHERE a.state = 'waiting' AND r.state = 'paused' ORDER BY a.asked_at, a.run_id, a.step");
  }

  /** Those that wait longer than they may. */
  overdue(now: number): Approval[] {
    return this.#all("WHERE a.state = 'waiting' AND a.until <= ?", now);
  }

  /** Paused runs with a task that was answered, and their pipelines. */
  answeredRuns(): { run: string; pipelineId: string }[] {
    return this.#database
      .all<{ id: string; pipeline_id: string }>(
        `SELECT DISTINCT r.id, r.pipeline_id FROM pipeline_runs r
         JOIN pipeline_approvals a ON a.run_id = r.id AND a.state <> 'waiting'
         JOIN pipeline_tasks t ON t.run_id = r.id AND t.name = a.step AND t.status = 'paused'
         WHERE r.state = 'paused' ORDER BY r.started_at, r.id`,
      )
      .map(({ id, pipeline_id }) => ({ run: id, pipelineId: pipeline_id }));
  }

  #waitingBeside(run: string, step: string): Approval[] {
    return this.#all(
      `WHERE a.state = 'waiting' AND a.step = ? AND a.run_id <> ?
       AND r.pipeline_id = (SELECT pipeline_id FROM pipeline_runs WHERE id = ?)`,
      step,
      run,
      run,
    );
  }

  #numberOf(run: string): number {
    return this.#database.column<number>('SELECT number FROM pipeline_runs WHERE id = ?', run)[0] ?? 0;
  }

  #all(clause: string, ...values: (string | number)[]): Approval[] {
    return this.#database.all<ApprovalRow>(`${source} ${clause}`, ...values).map((row) => ({
      run: row.run_id,
      pipeline: row.pipeline,
      step: row.step,
      state: row.state,
      askedAt: isoTime(row.asked_at),
      until: isoTimeOrNull(row.until),
      answeredAt: isoTimeOrNull(row.answered_at),
      by: row.answered_by,
      reason: row.reason,
    }));
  }
}
