import { onTestFinished } from 'vitest';
import { Database } from '../../../engine/store/database.ts';
import { type NewRun, RunStore } from '../../../engine/train/store.ts';
import { storeRuns } from '../../support/store-runs.ts';

/** A database with so many runs, one a second, each like the first but for what `change` makes of it. */
export function storedRuns(
  count: number,
  change: (run: NewRun, index: number) => NewRun = (run) => run,
  path = ':memory:',
): { database: Database; store: RunStore } {
  const database = new Database(path);
  database.migrate();
  onTestFinished(() => database.close());
  const store = new RunStore(database);
  storeRuns(database, store, count, change);
  return { database, store };
}
