import { isoTime } from '../../base/clock.ts';
import type { Rehearsal, RehearsalHeadline, RehearsalPolicy } from '../../contract/retrain-rehearsal.ts';
import type { Database } from '../../store/database.ts';

interface RehearsalRow {
  result: string;
  adopted_policy: RehearsalPolicy | null;
  adopted_at: number | null;
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
    return row && toRehearsal(row);
  }

  /** Newest first. */
  list(model?: string): RehearsalHeadline[] {
    const rows =
      model === undefined
        ? this.#database.all<RehearsalRow>('SELECT * FROM rehearsals ORDER BY created_at DESC, id DESC')
        : this.#database.all<RehearsalRow>(
            'SELECT * FROM rehearsals WHERE model = ? ORDER BY created_at DESC, id DESC',
            model,
          );
    return rows.map((row) => {
      const { id, createdAt, model: of, dataset, best, says, adopted } = toRehearsal(row);
      return { id, createdAt, model: of, dataset, best, says, adopted };
    });
  }

  /** @param now UTC epoch milliseconds */
  setAdopted(id: string, policy: RehearsalPolicy, now: number): void {
    this.#database.run('UPDATE rehearsals SET adopted_policy = ?, adopted_at = ? WHERE id = ?', policy, now, id);
  }
}

function toRehearsal({ result, adopted_policy: policy, adopted_at: at }: RehearsalRow): Rehearsal {
  const adopted = policy !== null && at !== null ? { policy, at: isoTime(at) } : null;
  return { ...(JSON.parse(result) as Rehearsal), adopted };
}
