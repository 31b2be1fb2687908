import type { EvaluationReport } from '../../contract/train-evaluation.ts';
import type { EngineContext } from '../../jobs/context.ts';

/** The evaluations of runs: one file each, the newest. */
export class EvaluationStore {
  readonly #context: Pick<EngineContext, 'database' | 'blobs'>;

  constructor(context: Pick<EngineContext, 'database' | 'blobs'>) {
    this.#context = context;
  }

  /** Undefined for a run that was never evaluated. */
  find(runId: string): EvaluationReport | undefined {
    const hash = this.hashOf(runId);
    return hash === undefined
      ? undefined
      : (JSON.parse(this.#context.blobs.read(hash).toString('utf8')) as EvaluationReport);
  }

  /** Of the file; undefined as for `find`. */
  hashOf(runId: string): string | undefined {
    const sql = 'SELECT evaluation_hash AS hash FROM run_evaluations WHERE run_id = ?';
    return this.#context.database.get<{ hash: string }>(sql, runId)?.hash;
  }

  /** Takes an adopted file as the evaluation of a run, in the place of that of before; call it in a transaction. */
  save(runId: string, file: { hash: string; bytes: number }, now: number): void {
    const { database, blobs } = this.#context;
    const before = this.hashOf(runId);
    blobs.record(file);
    database.run(
      `INSERT INTO run_evaluations (run_id, evaluation_hash, created_at) VALUES (?, ?, ?)
       ON CONFLICT (run_id) DO UPDATE SET evaluation_hash = excluded.evaluation_hash, created_at = excluded.created_at`,
      runId,
      file.hash,
      now,
    );
    if (before !== undefined && before !== file.hash) blobs.release(before);
  }
}
