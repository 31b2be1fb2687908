import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RetrainStore } from '../../../engine/retrain/store.ts';
import { TriggerStore } from '../../../engine/retrain/triggers/trigger-store.ts';
import { Database } from '../../../engine/store/database.ts';
import { migrations } from '../../../engine/store/migrations/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const schedule = { cron: '0 6 * * 1', timezone: 'Europe/Berlin', missed: 'skip' };

test('what was handled of the schedules of settings stays handled; pipelines of files keep those of their files alone', () => {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  onTestFinished(() => database.close());
  const before = migrations.findIndex(({ name }) => name === 'schedules-are-triggers');
  database.migrate(migrations.slice(0, before));
  const add = (id: string, renewal: string | null, own: object | null, until: number | null) =>
    database.run('INSERT INTO pipelines VALUES (?, ?, ?, ?, ?, 1)', id, id, renewal, own && JSON.stringify(own), until);
  add('pl_settings', '{}', schedule, 5000);
  add('pl_none', '{}', null, null);
  add('pl_file', null, schedule, 5000);
  database.migrate();
  const triggers = new TriggerStore(database);
  const key = 'schedule 0 6 * * 1 Europe/Berlin';
  expect(['pl_settings', 'pl_none', 'pl_file'].map((id) => triggers.handled(id, key))).toEqual([
    { until: 5000 },
    undefined,
    undefined,
  ]);
  expect(new RetrainStore(database).list().map((pipeline) => pipeline.schedule)).toEqual([null, null, schedule]);
  expect(database.check()).toEqual([]);
});
