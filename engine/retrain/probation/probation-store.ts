import { isoTime, isoTimeOrNull } from '../../base/clock.ts';
import type { Probation } from '../../contract/retrain-probation.ts';
import type { Database } from '../../store/database.ts';
import type { RankingMetric } from '../judge.ts';
import type { Verdict } from './verdict.ts';

interface ProbationRow {
  run_id: string;
  step: string;
  model: string;
  deployment_id: string;
  deployment: string;
  alias: string | null;
  version: number;
  champion: number;
  released_as: Probation['as'];
  metric: string;
  wanted: number;
  labelled: number;
  state: Probation['state'];
  started_at: number;
  ended_at: number | null;
  found: string | null;
  reason: string | null;
}

/** A probation with what its end needs. */
export interface StoredProbation extends Probation {
  deploymentId: string;
  /** The alias that its release moved; null where none was. */
  alias: string | null;
  metric: RankingMetric;
}

/** One that begins. */
export type NewProbation = Pick<
  StoredProbation,
  | 'run'
  | 'step'
  | 'model'
  | 'deploymentId'
  | 'deployment'
  | 'alias'
  | 'version'
  | 'champion'
  | 'as'
  | 'metric'
  | 'wanted'
>;

function toProbation(row: ProbationRow): StoredProbation {
  return {
    run: row.run_id,
    step: row.step,
    model: row.model,
    deploymentId: row.deployment_id,
    deployment: row.deployment,
    alias: row.alias,
    version: row.version,
    champion: row.champion,
    as: row.released_as,
    metric: JSON.parse(row.metric) as RankingMetric,
    wanted: row.wanted,
    labelled: row.labelled,
    state: row.state,
    startedAt: isoTime(row.started_at),
    endedAt: isoTimeOrNull(row.ended_at),
    found: row.found === null ? null : (JSON.parse(row.found) as Probation['found']),
    reason: row.reason,
  };
}

/** The rows of `pipeline_probations`. Times are UTC epoch milliseconds. */
export class ProbationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Begins one; a step that was begun again goes on with its own. */
  begin(probation: NewProbation, now: number): void {
    this.#database.run(
      `INSERT OR IGNORE INTO pipeline_probations (run_id, step, model, deployment_id, deployment, alias, version, champion,
         released_as, metric, wanted, labelled, state, started_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'running', ?)`,
      probation.run,
      probation.step,
      probation.model,
      probation.deploymentId,
      probation.deployment,
      probation.alias,
      probation.version,
      probation.champion,
      probation.as,
      JSON.stringify(probation.metric),
      probation.wanted,
      now,
    );
  }

  counted({ run, step }: Probation, labelled: number): void {
    this.#database.run(
      'UPDATE pipeline_probations SET labelled = ? WHERE run_id = ? AND step = ?',
      labelled,
      run,
      step,
    );
  }

  /** Keeps a verdict before it is carried out, so that the next engine carries it out where this one does not come to it. */
  judged({ run, step }: Probation, { found, reason }: Verdict): void {
    this.#database.run(
      `UPDATE pipeline_probations SET found = ?, reason = ? WHERE run_id = ? AND step = ? AND state = 'running'`,
      JSON.stringify(found),
      reason,
      run,
      step,
    );
  }

  end(
    { run, step }: Probation,
    { state, found, reason }: Pick<Probation, 'state' | 'found' | 'reason'>,
    now: number,
  ): void {
    this.#database.run(
      `UPDATE pipeline_probations SET state = ?, found = ?, reason = ?, ended_at = ?
       WHERE run_id = ? AND step = ? AND state = 'running'`,
      state,
      found && JSON.stringify(found),
      reason,
      now,
      run,
      step,
    );
  }

  running(): StoredProbation[] {
    return this.#all("WHERE state = 'running' ORDER BY started_at, run_id, step");
  }

  ofRun(run: string): Probation[] {
    return this.#all('WHERE run_id = ? ORDER BY started_at, step', run).map(
      ({ deploymentId, alias, metric, ...probation }) => probation,
    );
  }

  #all(clause: string, ...values: (string | number)[]): StoredProbation[] {
    return this.#database
      .all<ProbationRow>(`SELECT * FROM pipeline_probations ${clause}`, ...values)
      .map((row) => toProbation(row));
  }
}
