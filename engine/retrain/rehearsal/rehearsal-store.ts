import { isoTime } from '../../base/clock.ts';
import type { Rehearsal, RehearsalHeadline, RehearsalPolicy } from '../../contract/retrain-rehearsal.ts';
import type { Database } from '../../store/database.ts';

interface AdoptionRow {
  adopted_policy: RehearsalPolicy | null;
  adopted_at: number | null;
}

interface RehearsalRow extends AdoptionRow {
  result: string;
}

interface HeadlineRow extends AdoptionRow {
  id: string;
  created_at: number;
  model: string;
  dataset: string;
  best: RehearsalPolicy;
  says: string;
}

/** The rows of `rehearsals`. */
export class RehearsalStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param now UTC epoch milliseconds */
  save(model: string, rehearsal: Rehearsal, now: number): void {
    this.#database.run(
      'INSERT INTO rehearsals (id, model, result, created_at) VALUES (?, ?, ?, ?)',
      rehearsal.id,
      model,
      JSON.stringify(rehearsal),
      now,
    );
  }

  find(id: string): Rehearsal | undefined {
    const row = this.#database.get<RehearsalRow>('SELECT * FROM rehearsals WHERE id = ?', id);
    return row && { ...(JSON.parse(row.result) as Rehearsal), adopted: adoptionOf(row) };
  }

  /** Newest first, of one model or of all. */
  list(model?: string): RehearsalHeadline[] {
    return this.#database
      .all<HeadlineRow>(
        `SELECT id, created_at, model, result ->> '$.dataset' AS dataset, result ->> '$.best' AS best,
           result -> '$.says' AS says, adopted_policy, adopted_at
         FROM rehearsals WHERE coalesce(?, model) = model ORDER BY created_at DESC, id DESC`,
        model ?? null,
      )
      .map((row) => ({
        id: row.id,
        createdAt: isoTime(row.created_at),
        model: row.model,
        dataset: row.dataset,
        best: row.best,
        says: JSON.parse(row.says) as string[],
        adopted: adoptionOf(row),
      }));
  }

  /** A dataset has another name. */
  renameDataset(from: string, to: string): void {
    this.#database.run(
      `UPDATE rehearsals SET result = json_set(result, '$.dataset', ? || substr(result ->> '$.dataset', length(?) + 1))
       WHERE substr(result ->> '$.dataset', 1, length(?) + 1) = ? || '@'`,
      to,
      from,
      from,
      from,
    );
  }

  /** @param now UTC epoch milliseconds */
  setAdopted(id: string, policy: RehearsalPolicy, now: number): void {
    this.#database.run('UPDATE rehearsals SET adopted_policy = ?, adopted_at = ? WHERE id = ?', policy, now, id);
  }
}

function adoptionOf({ adopted_policy: policy, adopted_at: at }: AdoptionRow): Rehearsal['adopted'] {
  return policy !== null && at !== null ? { policy, at: isoTime(at) } : null;
}
