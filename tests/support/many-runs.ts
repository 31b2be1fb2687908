import { Database } from '../../engine/store/database.ts';
import type { Parameters } from '../../engine/train/learners/learner.ts';
import { type NewRun, RunStore } from '../../engine/train/store.ts';
import { storeRuns } from './store-runs.ts';

const learners = ['linear', 'trees', 'forest', 'network', 'baseline'];
const teams = ['sales', 'growth', 'risk'];
const targets = ['price', 'churned', 'days_until_return'];

/** A number in [0, 1) that is the same for the same place in every run (Knuth's multiplicative hash). */
function share(index: number, salt: number): number {
  return ((Math.imul(index + 1, 2_654_435_761) ^ Math.imul(salt + 1, 1_597_334_677)) >>> 0) / 2 ** 32;
}

/** Writes runs as years of work leave them into the database of a project: figures, parameters, curves, tags. */
export function writeManyRuns(databasePath: string, count: number): void {
  const database = new Database(databasePath);
  const store = new RunStore(database);
  storeRuns(database, store, count, runOf);
  database.transaction(() => {
    for (let number = 1; number <= count; number += 3) {
      store.facts.tag([number], { team: teams[Math.floor(number / 3) % teams.length] as string });
      if (number % 30 === 1) store.facts.rename(number, `candidate ${number}`);
    }
  });
  database.close();
}

function runOf(run: NewRun, index: number): NewRun {
  const learner = learners[index % learners.length] as string;
  const rate = 10 ** (-3 + 3 * share(index, 1));
  const leaves = 7 + Math.floor(57 * share(index, 2));
  const r2 = 0.55 + 0.3 * share(index, 3) - 0.15 * Math.abs(Math.log10(rate) + 1.2);
  const rmse = 8 * Math.sqrt(1 - Math.max(0, r2));
  const figures = { r2, rmse, mae: 0.7 * rmse, median_absolute_error: 0.5 * rmse, mape: 0.02 * rmse };
  const intervals = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, [value * 0.95, value * 1.05]]),
  );
  const parameters: Parameters =
    learner === 'baseline'
      ? {}
      : learner === 'linear'
        ? { alpha: rate * 100, C: 1, tolerance: 1e-7, max_iterations: 1000 }
        : {
            learning_rate: rate,
            max_leaves: leaves,
            rounds: 50 + (index % 10) * 25,
            growth: leaves > 31 ? 'leaf' : 'level',
          };
  return {
    ...run,
    jobId: `job_${Math.floor(index / learners.length)}`,
    recipe: {
      ...run.recipe,
      target: targets[Math.floor(index / 40) % targets.length] as string,
      learner,
      parameters,
      features: Array.from({ length: 12 }, (_, place) => `column_${place}`),
      split: { kind: 'random', holdout: 0.2, seed: Math.floor(index / 60) },
    },
    metrics: figures,
    seconds: 0.2 + 20 * share(index, 4),
    detail: {
      ...run.detail,
      rows: { training: 80_000, holdout: 20_000, dropped: 0 },
      intervals,
      curves: { pairs: Array.from({ length: 300 }, (_, row) => ({ actual: share(row, 5), predicted: share(row, 6) })) },
      importance: Array.from({ length: 12 }, (_, place) => ({ name: `column_${place}`, value: share(index, place) })),
    },
    createdAt: Date.UTC(2026, 0, 1) + index * 2_400_000,
  };
}
