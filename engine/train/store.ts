import { isoTime } from '../base/clock.ts';
import type { Recipe, Run, RunDetail } from '../contract/train.ts';
import type { Metrics } from '../contract/values.ts';
import type { Database } from '../store/database.ts';
import { RunFacts, type StoredTracking } from './tracking/run-facts.ts';

/** A run as it is stored. */
export interface StoredRun {
  id: string;
  number: number;
  jobId: string;
  datasetVersionId: string;
  datasetName: string;
  datasetVersion: number;
  recipe: Recipe;
  recipeHash: string;
  metrics: Metrics;
  metric: Run['metric'];
  seconds: number;
  detail: StoredDetail;
  modelHash: string;
  holdoutHash: string;
  /** UTC epoch milliseconds. */
  createdAt: number;
  tracking: StoredTracking;
}

/** A run before it is stored. */
export type NewRun = Omit<StoredRun, 'tracking'>;

/** Parts of a run that are only shown. */
export interface StoredDetail
  extends Pick<Run, 'rows' | 'intervals' | 'search'>,
    Pick<RunDetail, 'warnings' | 'environment' | 'features' | 'importance' | 'curves' | 'headline'>,
    Partial<Pick<RunDetail, 'history'>> {
  /** By which the rows were told apart when the holdout was drawn. */
  keyColumns: string[];
}

interface RunRow {
  id: string;
  number: number;
  job_id: string;
  dataset_version_id: string;
  dataset_name: string;
  dataset_version: number;
  recipe: string;
  recipe_hash: string;
  metrics: string;
  metric: string;
  lower_is_better: number;
  seconds: number;
  detail: string;
  model_hash: string;
  holdout_hash: string;
  created_at: number;
}

function toStored(row: RunRow, tracking: StoredTracking): StoredRun {
  return {
    id: row.id,
    number: row.number,
    jobId: row.job_id,
    datasetVersionId: row.dataset_version_id,
    datasetName: row.dataset_name,
    datasetVersion: row.dataset_version,
    recipe: JSON.parse(row.recipe) as Recipe,
    recipeHash: row.recipe_hash,
    metrics: JSON.parse(row.metrics) as Metrics,
    metric: { name: row.metric, lowerIsBetter: row.lower_is_better === 1 },
    seconds: row.seconds,
    detail: JSON.parse(row.detail) as StoredDetail,
    modelHash: row.model_hash,
    holdoutHash: row.holdout_hash,
    createdAt: row.created_at,
    tracking,
  };
}

/** A row of the list of runs, without what is large. */
interface ListedRow {
  number: number;
  id: string;
  job_id: string;
  dataset_name: string;
  dataset_version: number;
  recipe: string;
  metrics: string;
  metric: string;
  lower_is_better: number;
  seconds: number;
  training_rows: number;
  holdout_rows: number;
  dropped_rows: number;
  created_at: number;
  name: string | null;
  archived_at: number | null;
  looks: number;
  search: string | null;
}

/** The rows of `runs`, each with its facts. */
export class RunStore {
  readonly facts: RunFacts;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.facts = new RunFacts(database);
  }

  nextNumber(): number {
    // Every run counted as a look at its holdout, also those that are gone: no number is given twice.
    const sql = `SELECT max(coalesce((SELECT max(number) FROM runs), 0),
      coalesce((SELECT sum(looks) FROM holdout_looks), 0)) + 1 AS next`;
    return this.#database.get<{ next: number }>(sql)?.next ?? 1;
  }

  insert(run: NewRun, recipeText: string): StoredRun {
    this.#database.run(
      `INSERT INTO runs (id, number, job_id, dataset_version_id, dataset_name, dataset_version, target, learner, recipe,
         recipe_hash, metrics, metric, lower_is_better, seconds, detail, model_hash, holdout_hash, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      run.id,
      run.number,
      run.jobId,
      run.datasetVersionId,
      run.datasetName,
      run.datasetVersion,
      run.recipe.target,
      run.recipe.learner,
      recipeText,
      run.recipeHash,
      JSON.stringify(run.metrics),
      run.metric.name,
      run.metric.lowerIsBetter ? 1 : 0,
      run.seconds,
      JSON.stringify(run.detail),
      run.modelHash,
      run.holdoutHash,
      run.createdAt,
    );
    this.facts.insert(run);
    return { ...run, tracking: this.facts.tracking(run.number) };
  }

  /** With its facts and its evaluation; not its files. */
  delete(number: number): void {
    this.#database.run('DELETE FROM runs WHERE number = ?', number);
  }

  /** A dataset has another name; the runs that were made of its versions show it. */
  renameDataset(versionIds: readonly string[], name: string): void {
    for (const id of versionIds) {
      const runs = this.#database.all<{ number: number }>('SELECT number FROM runs WHERE dataset_version_id = ?', id);
      this.#database.run('UPDATE runs SET dataset_name = ? WHERE dataset_version_id = ?', name, id);
      for (const { number } of runs) this.facts.renameDataset(number, name);
    }
  }

  /** By id, or by its number. */
  find(reference: string): StoredRun | undefined {
    const name = this.nameOf(reference);
    if (name === undefined) return undefined;
    const row = this.#database.get<RunRow>('SELECT * FROM runs WHERE number = ?', name.number) as RunRow;
    return toStored(row, this.facts.tracking(name.number));
  }

  /** Number and id of a run by its id or number. */
  nameOf(reference: string): { number: number; id: string } | undefined {
    const column = /^[1-9]\d*$/.test(reference) ? 'number' : 'run_id';
    return this.#database.get(`SELECT number, run_id AS id FROM run_facts WHERE ${column} = ?`, reference);
  }

  /** Runs as they cross the border, in the order of their numbers given. */
  listed(numbers: readonly number[]): Run[] {
    const chosen = JSON.stringify(numbers);
    const rows = this.#database.all<ListedRow>(
      `SELECT runs.number, runs.id, runs.job_id, runs.dataset_name, runs.dataset_version, runs.recipe, runs.metrics,
         runs.metric, runs.lower_is_better, runs.seconds, facts.training_rows, facts.holdout_rows, facts.dropped_rows,
         facts.created_at, facts.name, facts.archived_at, facts.looks, facts.search
       FROM json_each(?) AS chosen
       JOIN run_facts AS facts ON facts.number = chosen.value
       JOIN runs ON runs.number = chosen.value
       ORDER BY chosen.key`,
      chosen,
    );
    const intervals = this.#intervals(chosen);
    return rows.map((row) => toListed(row, intervals.get(row.number) ?? {}));
  }

  #intervals(chosen: string): Map<number, Run['intervals']> {
    const rows = this.#database.all<{ run: number; name: string; low: number; high: number }>(
      `SELECT run, name, low, high FROM run_metrics
       WHERE run IN (SELECT value FROM json_each(?)) AND low IS NOT NULL AND high IS NOT NULL`,
      chosen,
    );
    const intervals = new Map<number, Run['intervals']>();
    for (const { run, name, low, high } of rows) {
      const known = intervals.get(run) ?? {};
      known[name] = [low, high];
      intervals.set(run, known);
    }
    return intervals;
  }
}

function toListed(row: ListedRow, intervals: Run['intervals']): Run {
  const recipe = JSON.parse(row.recipe) as Recipe;
  return {
    id: row.id,
    number: row.number,
    learner: recipe.learner,
    params: recipe.parameters,
    status: 'succeeded',
    task: recipe.task,
    target: recipe.target,
    dataset: { name: row.dataset_name, version: row.dataset_version, identity: recipe.dataset },
    rows: { training: row.training_rows, holdout: row.holdout_rows, dropped: row.dropped_rows },
    metrics: JSON.parse(row.metrics) as Metrics,
    intervals,
    metric: { name: row.metric, lowerIsBetter: row.lower_is_better === 1 },
    seconds: row.seconds,
    createdAt: isoTime(row.created_at),
    jobId: row.job_id,
    ...(row.search === null ? {} : { search: JSON.parse(row.search) as Run['search'] }),
    name: row.name,
    archived: row.archived_at !== null,
    holdoutLooks: row.looks,
  };
}

/** A run as it crosses the border. */
export function toRun(run: StoredRun): Run {
  const { recipe, tracking } = run;
  return {
    id: run.id,
    number: run.number,
    learner: recipe.learner,
    params: recipe.parameters,
    status: 'succeeded',
    task: recipe.task,
    target: recipe.target,
    dataset: { name: run.datasetName, version: run.datasetVersion, identity: recipe.dataset },
    rows: run.detail.rows,
    metrics: run.metrics,
    intervals: run.detail.intervals,
    metric: run.metric,
    seconds: run.seconds,
    createdAt: isoTime(run.createdAt),
    jobId: run.jobId,
    ...(run.detail.search ? { search: run.detail.search } : {}),
    name: tracking.name,
    archived: tracking.archivedAt !== null,
    holdoutLooks: tracking.holdoutLooks,
  };
}
