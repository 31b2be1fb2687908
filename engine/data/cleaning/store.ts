import { isoTime } from '../../base/clock.ts';
import type { RecipeRun, StepReport } from '../../contract/data-cleaning.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import type { Database } from '../../store/database.ts';

/** A version that a recipe read. */
export interface UsedVersion {
  dataset: string;
  version: number;
  /** `dsv_…` */
  id: string;
}

/** How a recipe ran the last time. */
export interface StoredRun {
  recipe: string;
  state: RecipeRun['state'];
  at: number;
  hash: string;
  inputs: UsedVersion[];
  version: number | null;
  rows: number | null;
  unchanged: boolean;
  steps: StepReport[];
  error: ErrorReport | null;
}

interface RunRow {
  recipe: string;
  state: RecipeRun['state'];
  at: number;
  hash: string;
  inputs: string;
  version: number | null;
  rows: number | null;
  unchanged: number;
  steps: string;
  error: string | null;
}

/** The SQL of recipe runs. */
export class RecipeRunStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  last(recipe: string): StoredRun | undefined {
    const row = this.#database.get<RunRow>('SELECT * FROM recipe_runs WHERE recipe = ?', recipe);
    return (
      row && {
        ...row,
        inputs: JSON.parse(row.inputs) as UsedVersion[],
        unchanged: row.unchanged === 1,
        steps: JSON.parse(row.steps) as StepReport[],
        error: row.error === null ? null : (JSON.parse(row.error) as ErrorReport),
      }
    );
  }

  save(run: StoredRun): void {
    this.#database.run(
      `INSERT OR REPLACE INTO recipe_runs (recipe, state, at, hash, inputs, version, rows, unchanged, steps, error)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      run.recipe,
      run.state,
      run.at,
      run.hash,
      JSON.stringify(run.inputs),
      run.version,
      run.rows,
      run.unchanged ? 1 : 0,
      JSON.stringify(run.steps),
      run.error === null ? null : JSON.stringify(run.error),
    );
  }

  remove(recipe: string): void {
    this.#database.run('DELETE FROM recipe_runs WHERE recipe = ?', recipe);
  }
}

/** A run as the contract shows it. */
export function runView({ recipe: _, at, hash, inputs, ...run }: StoredRun): RecipeRun {
  return {
    ...run,
    at: isoTime(at),
    recipe: hash,
    inputs: inputs.map(({ dataset, version }) => ({ dataset, version })),
  };
}
