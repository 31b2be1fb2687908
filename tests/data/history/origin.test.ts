import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OriginStore } from '../../../engine/data/history/origin.ts';
import { Database } from '../../../engine/store/database.ts';
import { migrations } from '../../../engine/store/migrations/index.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function fileOf(text: string): string {
  const path = join(temporaryFolder(), 'rows.csv');
  writeFileSync(path, text);
  return path;
}

test('a version says whether its rows took the place of others or followed them', async () => {
  const { context, data, add } = dataProject();
  await add({ name: 'log', files: [fileOf('a\n1\n2\n')] });
  await add({ name: 'log', files: [fileOf('a\n3\n')], append: true });
  await add({ name: 'log', files: [fileOf('a\n4\n')] });
  const origins = new OriginStore(context.database);
  const ids = [1, 2, 3].map((number) => data.resolve(`log@${number}`).id) as [string, string, string];
  expect(ids.map((id) => origins.of(id))).toEqual([
    { kind: 'add', detail: {}, parents: [], rows: { added: 2, removed: 0, changed: 0 } },
    { kind: 'append', detail: {}, parents: [ids[0]], rows: { added: 1, removed: 0, changed: 0 } },
    { kind: 'add', detail: {}, parents: [ids[1]], rows: null },
  ]);
  expect(origins.children(ids[0])).toEqual([ids[1]]);
});

test('versions from before origins were kept get theirs from their parts', () => {
  const path = join(temporaryFolder(), 'galley.db');
  const before = migrations.findIndex(({ name }) => name === 'organisation');
  const database = new Database(path);
  database.migrate(migrations.slice(0, before));
  database.run("INSERT INTO datasets (id, name, key_columns, created_at) VALUES ('ds_1', 'log', '[]', 0)");
  const insert = (number: number, rows: number, added: number, blob: string) =>
    database.run(
      `INSERT INTO dataset_versions
         (id, dataset_id, number, identity, rows, rows_added, manifest, columns, profile, created_at)
       VALUES (?, 'ds_1', ?, ?, ?, ?, ?, '[]', '[]', 0)`,
      `dsv_${number}`,
      number,
      `sha256:${number}`,
      rows,
      added,
      JSON.stringify({ base: { blob } }),
    );
  insert(1, 10, 10, 'a');
  insert(2, 12, 2, 'a');
  insert(3, 30, 18, 'b');
  database.migrate();
  const origins = new OriginStore(database);
  expect(['dsv_1', 'dsv_2', 'dsv_3'].map((id) => origins.of(id))).toEqual([
    { kind: 'add', detail: {}, parents: [], rows: { added: 10, removed: 0, changed: 0 } },
    { kind: 'append', detail: {}, parents: ['dsv_1'], rows: { added: 2, removed: 0, changed: 0 } },
    { kind: 'add', detail: {}, parents: ['dsv_2'], rows: null },
  ]);
  database.close();
});
