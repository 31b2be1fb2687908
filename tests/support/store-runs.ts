import type { Database } from '../../engine/store/database.ts';
import { recipeHash, recipeText } from '../../engine/train/recipe.ts';
import type { NewRun, RunStore } from '../../engine/train/store.ts';

const start = Date.UTC(2025, 0, 1);
const blob = 'sha256:00';

/** Stores so many runs, one a second, each like the first but for what `change` makes of it. */
export function storeRuns(
  database: Database,
  store: RunStore,
  count: number,
  change: (run: NewRun, index: number) => NewRun,
): void {
  database.transaction(() => {
    database.run('INSERT OR IGNORE INTO blobs (hash, bytes, created_at, in_use) VALUES (?, 1, 0, 1)', blob);
    for (let index = 0; index < count; index++) {
      const run = change(plainRun(index), index);
      store.insert({ ...run, recipeHash: recipeHash(run.recipe) }, recipeText(run.recipe));
    }
  });
}

function plainRun(index: number): NewRun {
  return {
    id: `run_${String(index + 1).padStart(6, '0')}`,
    number: index + 1,
    jobId: `job_${Math.floor(index / 2)}`,
    datasetVersionId: 'dsv_1',
    datasetName: 'prices',
    datasetVersion: 1,
    recipe: {
      format: 1,
      dataset: 'sha256:12',
      window: null,
      target: 'price',
      task: 'regression',
      features: ['rooms', 'area'],
      split: { kind: 'random', holdout: 0.2, seed: 0 },
      learner: 'linear',
      parameters: { alpha: 1 },
      seed: 0,
      engine: '0.1.0',
    },
    recipeHash: '',
    metrics: { rmse: 1, r2: 0.5 },
    metric: { name: 'r2', lowerIsBetter: false },
    seconds: 0.5,
    detail: {
      rows: { training: 80, holdout: 20, dropped: 0 },
      keyColumns: [],
      intervals: { r2: [0.4, 0.6] },
      warnings: [],
      environment: { galley: '0.1.0', node: 'v24.0.0', platform: 'linux-x64' },
      features: [],
      importance: [],
      curves: {},
    },
    modelHash: blob,
    holdoutHash: blob,
    createdAt: start + index * 1000,
  };
}
