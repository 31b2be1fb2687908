import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataStore } from '../../../engine/data/store.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function fileOf(text: string, name: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

test('lists of changes stay while a version has them, and go with the last one that is purged', async () => {
  const { add, data, context } = dataProject();
  const store = new DataStore(context.database);
  const pathsOf = (reference: string) =>
    store.imports.changes(data.resolve(reference).id).map(({ blob }) => context.blobs.path(blob));
  await add({ name: 'x', files: [fileOf('a,b\n1,yes\nNA,no\n', 'one.csv')] });
  await add({ name: 'x', files: [fileOf('a,b\n-,true\n', 'two.csv')], append: true });
  await add({ name: 'x', files: [fileOf('a,b\n7,true\n', 'three.csv')] });
  const lists = pathsOf('x@2');
  expect(lists).toHaveLength(2);
  expect(pathsOf('x@1')).toEqual([lists[0]]);
  const areThere = () => lists.map((path) => existsSync(path));
  const count = (table: string) => context.database.all(`SELECT * FROM ${table}`).length;

  data.purge({ dryRun: false });
  expect(areThere()).toEqual([true, true]);
  await data.handlers.delete({ reference: 'x@2' });
  expect(areThere()).toEqual([true, true]);
  data.purge({ dryRun: false });
  expect(areThere()).toEqual([true, false]);
  const to = join(temporaryFolder(), 'changes.csv');
  expect(await data.handlers.exportChanges({ reference: 'x@1', to })).toMatchObject({ changes: 3 });
  await data.handlers.delete({ reference: 'x' });
  data.purge({ dryRun: false });
  expect(areThere()).toEqual([false, false]);
  expect([count('datasets'), count('version_changes'), count('dataset_imports')]).toEqual([0, 0, 0]);
});
