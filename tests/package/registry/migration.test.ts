import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ModelStore } from '../../../engine/package/store.ts';
import { Database } from '../../../engine/store/database.ts';
import { migrations } from '../../../engine/store/migrations/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('models from before the registry keep their versions, aliases and moves; their numbers go on', () => {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  const before = migrations.findIndex(({ name }) => name === 'registry');
  database.migrate(migrations.slice(0, before));
  database.run("INSERT INTO blobs (hash, bytes, created_at, in_use) VALUES ('sha256:a', 1, 0, 1)");
  database.run("INSERT INTO models (id, name, target, created_at) VALUES ('mdl_1', 'price', 'y', 5)");
  database.run(
    `INSERT INTO runs (id, number, job_id, dataset_version_id, dataset_name, dataset_version, target, learner, recipe,
       recipe_hash, metrics, metric, lower_is_better, seconds, detail, model_hash, holdout_hash, created_at)
     VALUES ('run_1', 1, 'job_1', 'dsv_1', 'log', 1, 'y', 'linear', '{}', 'sha256:r', '{}', 'r2', 0, 1, '{}',
       'sha256:a', 'sha256:a', 0)`,
  );
  for (const version of [1, 2]) {
    database.run(
      `INSERT INTO model_versions (id, model_id, version, run_id, signature, onnx_hash, onnx_bytes, golden_hash,
           parity_rows, parity_difference, created_at)
         VALUES (?, 'mdl_1', ?, 'run_1', '{}', 'sha256:a', 1, 'sha256:a', 1, 0, 0)`,
      `mv_${version}`,
      version,
    );
  }
  database.run("INSERT INTO aliases (model_id, alias, version) VALUES ('mdl_1', 'champion', 2)");
  database.run(
    `INSERT INTO alias_moves (id, model_id, alias, from_version, to_version, is_rollback, by, reason, at)
       VALUES (7, 'mdl_1', 'champion', 1, 2, 0, 'ada', 'better', 9)`,
  );
  database.migrate();

  const store = new ModelStore(database);
  expect(store.models()).toEqual([{ id: 'mdl_1', name: 'price', target: 'y', createdAt: 5 }]);
  expect(store.versions('mdl_1').map(({ version }) => version)).toEqual([1, 2]);
  expect(store.lastNumber('mdl_1')).toBe(2);
  expect(store.aliases('mdl_1')).toEqual({ champion: 2 });
  expect(store.moves('mdl_1')).toEqual([
    { alias: 'champion', from: 1, to: 2, isRollback: false, by: 'ada', reason: 'better', at: 9 },
  ]);
  expect(store.labels.ofModel('mdl_1')).toEqual({ tags: {}, description: '', archivedAt: null });
  expect(store.labels.ofVersion('mv_2')).toEqual({ tags: {}, description: '', archivedAt: null });
  database.close();
});
