import { isoTime } from '../base/clock.ts';
import type { Recipe, Run, RunDetail } from '../contract/train.ts';
import type { Metrics } from '../contract/values.ts';
import type { Database, SqlValue } from '../store/database.ts';

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
}

/** Parts of a run that are only shown. */
export interface StoredDetail
  extends Pick<Run, 'rows' | 'intervals'>,
    Pick<RunDetail, 'warnings' | 'environment' | 'features' | 'importance' | 'curves'> {
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

function toStored(row: RunRow): StoredRun {
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
  };
}

/** The rows of `runs`. */
export class RunStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  nextNumber(): number {
    return this.#database.get<{ next: number }>('SELECT coalesce(max(number), 0) + 1 AS next FROM runs')?.next ?? 1;
  }

  insert(run: StoredRun, recipeText: string): void {
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
  }

  /** A dataset has another name; the runs that were made of its versions show it. */
  renameDataset(versionIds: readonly string[], name: string): void {
    for (const id of versionIds) {
      this.#database.run('UPDATE runs SET dataset_name = ? WHERE dataset_version_id = ?', name, id);
    }
  }

  /** By id, or by its number. */
  find(reference: string): StoredRun | undefined {
    return this.#rows('WHERE id = ? OR CAST(number AS TEXT) = ?', reference, reference)[0];
  }

  /** Newest first. */
  list(target?: string): StoredRun[] {
    return target === undefined
      ? this.#rows('ORDER BY number DESC')
      : this.#rows('WHERE target = ? ORDER BY number DESC', target);
  }

  #rows(condition: string, ...values: SqlValue[]): StoredRun[] {
    return this.#database.all<RunRow>(`SELECT * FROM runs ${condition}`, ...values).map(toStored);
  }
}

/** A run as it crosses the border. */
export function toRun(run: StoredRun): Run {
  const { recipe } = run;
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
  };
}
