import { foldText } from '../../base/fold-text.ts';
import type { RunTracking } from '../../contract/train-tracking.ts';
import type { Database } from '../../store/database.ts';
import type { StoredRun } from '../store.ts';
import { holdoutOf } from './holdout-looks.ts';

/** What of a run its user may change, and what was counted when it was made. */
export interface StoredTracking {
  name: string | null;
  note: string;
  tags: RunTracking['tags'];
  /** UTC epoch milliseconds. */
  archivedAt: number | null;
  holdoutLooks: number;
}

interface FactsRow {
  name: string | null;
  note: string;
  archived_at: number | null;
  looks: number;
}

/** The rows of `run_facts` and its tables of metrics, parameters and tags: what lists of runs read. */
export class RunFacts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Beside the row of `runs`, in its transaction. Counts the look at the holdout. */
  insert(run: Omit<StoredRun, 'tracking'>): void {
    const { recipe, detail, metrics, metric } = run;
    const holdout = holdoutOf(recipe);
    this.#database.run(
      `INSERT INTO run_facts (number, run_id, job_id, learner, task, target, dataset_name, dataset_version,
         dataset_identity, features, metric, score, seconds, training_rows, holdout_rows, dropped_rows, holdout, looks,
         search, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
         coalesce((SELECT looks FROM holdout_looks WHERE holdout = ?), 0), ?, ?)`,
      run.number,
      run.id,
      run.jobId,
      recipe.learner,
      recipe.task,
      recipe.target,
      run.datasetName,
      run.datasetVersion,
      recipe.dataset,
      recipe.features.length,
      metric.name,
      metrics[metric.name] ?? null,
      run.seconds,
      detail.rows.training,
      detail.rows.holdout,
      detail.rows.dropped,
      holdout,
      holdout,
      detail.search === undefined ? null : JSON.stringify(detail.search),
      run.createdAt,
    );
    this.#database.run(
      'INSERT INTO holdout_looks (holdout, looks) VALUES (?, 1) ON CONFLICT DO UPDATE SET looks = looks + 1',
      holdout,
    );
    for (const [name, value] of Object.entries(metrics)) {
      const [low = null, high = null] = detail.intervals[name] ?? [];
      this.#database.run(
        'INSERT INTO run_metrics (name, run, value, low, high) VALUES (?, ?, ?, ?, ?)',
        name,
        run.number,
        value,
        low,
        high,
      );
    }
    for (const [name, value] of Object.entries(recipe.parameters)) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const number = typeof value === 'number' ? value : null;
      this.#database.run(
        'INSERT INTO run_params (name, run, text, number) VALUES (?, ?, ?, ?)',
        name,
        run.number,
        text,
        number,
      );
    }
    this.#index(run.number);
  }

  tracking(number: number): StoredTracking {
    const row = this.#database.get<FactsRow>(
      'SELECT name, note, archived_at, looks FROM run_facts WHERE number = ?',
      number,
    ) as FactsRow;
    const tags = this.#database.all<{ name: string; text: string }>(
      'SELECT name, text FROM run_tags WHERE run = ? ORDER BY name',
      number,
    );
    return {
      name: row.name,
      note: row.note,
      tags: Object.fromEntries(tags.map(({ name, text }) => [name, text])),
      archivedAt: row.archived_at,
      holdoutLooks: row.looks,
    };
  }

  rename(number: number, name: string | null): void {
    this.#change([number], () => this.#database.run('UPDATE run_facts SET name = ? WHERE number = ?', name, number));
  }

  note(number: number, note: string): void {
    this.#change([number], () => this.#database.run('UPDATE run_facts SET note = ? WHERE number = ?', note, number));
  }

  tag(numbers: readonly number[], tags: Readonly<Record<string, string>>): void {
    this.#change(numbers, (run) => {
      for (const [name, text] of Object.entries(tags)) {
        const number = text.trim() === '' ? Number.NaN : Number(text);
        this.#database.run(
          'INSERT OR REPLACE INTO run_tags (name, run, text, number) VALUES (?, ?, ?, ?)',
          name,
          run,
          text,
          Number.isFinite(number) ? number : null,
        );
      }
    });
  }

  untag(numbers: readonly number[], names: readonly string[]): void {
    this.#change(numbers, (run) => {
      for (const name of names) this.#database.run('DELETE FROM run_tags WHERE name = ? AND run = ?', name, run);
    });
  }

  /** @param at null takes them out of the archive */
  archive(numbers: readonly number[], at: number | null): void {
    this.#database.transaction(() => {
      for (const number of numbers)
        this.#database.run('UPDATE run_facts SET archived_at = ? WHERE number = ?', at, number);
    });
  }

  renameDataset(number: number, name: string): void {
    this.#change([number], () =>
      this.#database.run('UPDATE run_facts SET dataset_name = ? WHERE number = ?', name, number),
    );
  }

  #change(numbers: readonly number[], change: (run: number) => void): void {
    this.#database.transaction(() => {
      for (const number of numbers) {
        change(number);
        this.#index(number);
      }
    });
  }

  /** What a search for words looks at, put together anew. */
  #index(number: number): void {
    const pairs = `(SELECT group_concat(name || '=' || text, ' ') FROM`;
    const row = this.#database.get<{ words: string }>(
      `SELECT concat_ws(' ', '#' || facts.number, facts.name, learner, target, dataset_name, note,
         ${pairs} run_params WHERE run = facts.number), ${pairs} run_tags WHERE run = facts.number)) AS words
       FROM run_facts AS facts WHERE facts.number = ?`,
      number,
    );
    this.#database.run('UPDATE run_facts SET words = ? WHERE number = ?', foldText(row?.words ?? ''), number);
  }
}
