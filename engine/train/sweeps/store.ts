import type { SweepState, TrialState } from '../../contract/train-sweeps.ts';
import type { Database, SqlValue } from '../../store/database.ts';
import type { EvaluationWish } from '../evaluation/evaluate-run.ts';
import type { TrainingBase } from '../run-work.ts';
import type { Offer } from './offer.ts';
import type { SearchPlan } from './search-plan.ts';
import type { Began } from './sweep-job.ts';
import type { Evaluation, TrialRecord } from './trial.ts';

/** Everything that a search was asked for, but the version, which it names. */
export interface StoredPlan {
  /** Galley's own version: another one may divide or compute otherwise. Absent where an earlier one began the search. */
  engine?: string;
  search: SearchPlan;
  training: Omit<TrainingBase, 'version'>;
  evaluation: EvaluationWish;
  /** Logical identity of the dataset version. */
  identity: string;
}

/** An offer with the run that was made of it. */
export interface StoredChoice extends Offer {
  run: string | null;
}

/** A search as it is stored. */
export interface StoredSweep {
  id: string;
  number: number;
  jobId: string;
  state: SweepState;
  datasetVersionId: string;
  datasetName: string;
  datasetVersion: number;
  target: string;
  plan: StoredPlan;
  /** Null until the data were read. */
  began: Began | null;
  seconds: number;
  choices: StoredChoice[];
  why: string | null;
  /** UTC epoch milliseconds. */
  createdAt: number;
  finishedAt: number | null;
}

interface SweepRow {
  id: string;
  number: number;
  job_id: string;
  state: string;
  dataset_version_id: string;
  dataset_name: string;
  dataset_version: number;
  target: string;
  plan: string;
  began: string | null;
  seconds: number;
  choices: string;
  why: string | null;
  created_at: number;
  finished_at: number | null;
}

interface TrialRow {
  number: number;
  learner: string;
  state: string;
  is_reference: number;
  parameters: string;
  evaluations: string;
  started_after: number;
  size: number | null;
  why: string | null;
}

/** The rows of `sweeps` and `sweep_trials`. */
export class SweepStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextNumber(): number {
    return this.#database.get<{ next: number }>('SELECT coalesce(max(number), 0) + 1 AS next FROM sweeps')?.next ?? 1;
  }

  insert(sweep: StoredSweep): void {
    this.#database.run(
      `INSERT INTO sweeps (id, number, job_id, state, dataset_version_id, dataset_name, dataset_version, target, plan,
         began, seconds, choices, why, created_at, finished_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      sweep.id,
      sweep.number,
      sweep.jobId,
      sweep.state,
      sweep.datasetVersionId,
      sweep.datasetName,
      sweep.datasetVersion,
      sweep.target,
      JSON.stringify(sweep.plan),
      sweep.began && JSON.stringify(sweep.began),
      sweep.seconds,
      JSON.stringify(sweep.choices),
      sweep.why,
      sweep.createdAt,
      sweep.finishedAt,
    );
  }

  /** Everything of a search that changes while it goes on. */
  update(sweep: StoredSweep): void {
    this.#database.run(
      `UPDATE sweeps SET job_id = ?, state = ?, began = ?, seconds = ?, choices = ?, why = ?, finished_at = ? WHERE id = ?`,
      sweep.jobId,
      sweep.state,
      sweep.began && JSON.stringify(sweep.began),
      sweep.seconds,
      JSON.stringify(sweep.choices),
      sweep.why,
      sweep.finishedAt,
      sweep.id,
    );
  }

  saveTrials(sweepId: string, trials: readonly TrialRecord[]): void {
    for (const trial of trials) {
      this.#database.run(
        `INSERT INTO sweep_trials (sweep_id, number, learner, state, is_reference, parameters, evaluations, started_after,
           size, why)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (sweep_id, number) DO UPDATE SET state = excluded.state, evaluations = excluded.evaluations,
           size = excluded.size, why = excluded.why`,
        sweepId,
        trial.number,
        trial.learner,
        trial.state,
        trial.isReference ? 1 : 0,
        JSON.stringify(trial.parameters),
        JSON.stringify(trial.evaluations),
        trial.startedAfter,
        trial.size,
        trial.why,
      );
    }
  }

  /** In the order of their numbers. */
  trials(sweepId: string): TrialRecord[] {
    const rows = this.#database.all<TrialRow>('SELECT * FROM sweep_trials WHERE sweep_id = ? ORDER BY number', sweepId);
    return rows.map((row) => ({
      number: row.number,
      learner: row.learner,
      state: row.state as TrialState,
      isReference: row.is_reference === 1,
      parameters: JSON.parse(row.parameters) as TrialRecord['parameters'],
      evaluations: JSON.parse(row.evaluations) as Evaluation[],
      startedAfter: row.started_after,
      size: row.size,
      why: row.why,
    }));
  }

  /** Searches that an engine left unfinished when it ended. */
  interruptUnfinished(now: number): void {
    this.#database.run(
      "UPDATE sweeps SET state = 'interrupted', finished_at = ? WHERE state IN ('running', 'finishing')",
      now,
    );
  }

  /** A run that was chosen is gone. */
  forgetRun(sweepId: string, run: string): void {
    const sweep = this.find(sweepId);
    if (!sweep) return;
    const choices = sweep.choices.map((choice) => (choice.run === run ? { ...choice, run: null } : choice));
    this.update({ ...sweep, choices });
  }

  renameDataset(versionIds: readonly string[], name: string): void {
    for (const id of versionIds) {
      this.#database.run('UPDATE sweeps SET dataset_name = ? WHERE dataset_version_id = ?', name, id);
    }
  }

  /** By id, or by its number. */
  find(reference: string): StoredSweep | undefined {
    return this.#rows('WHERE id = ? OR CAST(number AS TEXT) = ?', reference, reference)[0];
  }

  /** Newest first. */
  list(target?: string): StoredSweep[] {
    return target === undefined
      ? this.#rows('ORDER BY number DESC')
      : this.#rows('WHERE target = ? ORDER BY number DESC', target);
  }

  #rows(condition: string, ...values: SqlValue[]): StoredSweep[] {
    return this.#database.all<SweepRow>(`SELECT * FROM sweeps ${condition}`, ...values).map((row) => ({
      id: row.id,
      number: row.number,
      jobId: row.job_id,
      state: row.state as SweepState,
      datasetVersionId: row.dataset_version_id,
      datasetName: row.dataset_name,
      datasetVersion: row.dataset_version,
      target: row.target,
      plan: JSON.parse(row.plan) as StoredPlan,
      began: row.began === null ? null : (JSON.parse(row.began) as Began),
      seconds: row.seconds,
      choices: JSON.parse(row.choices) as StoredChoice[],
      why: row.why,
      createdAt: row.created_at,
      finishedAt: row.finished_at,
    }));
  }
}
