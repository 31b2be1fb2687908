import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Difference } from '../../../engine/contract/data-comparison.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function fileOf(text: string, name = 'rows.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** A project with a dataset `log` whose versions have these rows. */
async function versionsOf(texts: string[], key?: string[]) {
  const project = dataProject();
  for (const text of texts) await project.add({ name: 'log', files: [fileOf(text)], key });
  const diff = (from: string, to: string, asked?: string[]) =>
    project.result<Difference>(project.data.handlers.diff({ from, to, ...(asked && { key: asked }) }));
  return { ...project, diff, handlers: project.data.handlers };
}

test('without a key rows are counted by their content, as often as they occur', async () => {
  const { diff, handlers } = await versionsOf(['id,n\n1,a\n2,b\n3,c\n3,c\n3,c\n', 'id,n\n1,a\n2,x\n3,c\n4,d\n4,d\n']);
  const found = await diff('log@1', 'log@2');
  expect(found).toMatchObject({
    from: { dataset: 'log', version: 1, rows: 5 },
    to: { dataset: 'log', version: 2, rows: 5 },
    schema: { added: [], removed: [], changed: [] },
    rows: { added: 3, removed: 3, changed: null, unchanged: 2 },
    key: null,
    changed: {},
    kept: { added: 3, removed: 3, changed: 0 },
  });
  const pair = { from: 'log@1', to: 'log@2' };
  const added = await handlers.diffRows({ ...pair, change: 'added', offset: 1, limit: 10 });
  expect(added).toEqual({
    columns: [
      { name: 'id', type: 'int64' },
      { name: 'n', type: 'text' },
    ],
    rows: [
      { fromRow: null, toRow: 4, before: null, after: [4, 'd'], changed: [] },
      { fromRow: null, toRow: 5, before: null, after: [4, 'd'], changed: [] },
    ],
    total: 3,
    kept: 3,
  });
  const removed = await handlers.diffRows({ ...pair, change: 'removed', offset: 0, limit: 10 });
  expect(removed.rows.map(({ fromRow, before }) => [fromRow, before])).toEqual([
    [2, [2, 'b']],
    [4, [3, 'c']],
    [5, [3, 'c']],
  ]);
});

test('with a key the cells that changed are counted and shown before and after', async () => {
  const { diff, handlers } = await versionsOf(
    ['id,n,x\n1,a,1.5\n2,b,\n3,c,0\n5,e,7\n', 'x,m,n,id\n1.5,1,a,1\n2.5,1,y,2\n-0.0,1,c,3\n,1,d,4\n8,1,e,5\n'],
    ['id'],
  );
  const found = await diff('log@1', 'log@2');
  expect(found).toMatchObject({
    schema: { added: ['m'], removed: [], changed: [] },
    rows: { added: 1, removed: 0, changed: 2, unchanged: 2 },
    key: ['id'],
    changed: { x: 2, n: 1 },
    duplicateKeys: { keys: 0, fromRows: 0, toRows: 0 },
  });
  const changed = await handlers.diffRows({ from: 'log@1', to: 'log@2', change: 'changed', offset: 0, limit: 10 });
  expect(changed.columns.map(({ name }) => name)).toEqual(['x', 'n', 'id']);
  expect(changed.rows).toEqual([
    { fromRow: 2, toRow: 2, before: [null, 'b', 2], after: [2.5, 'y', 2], changed: [0, 1] },
    { fromRow: 4, toRow: 5, before: [7, 'e', 5], after: [8, 'e', 5], changed: [0] },
  ]);
  const byOther = await diff('log@1', 'log@2', ['n']);
  expect(byOther).toMatchObject({ key: ['n'], rows: { added: 2, removed: 1, changed: 1 }, changed: { x: 1 } });
  expect(await diff('log@1', 'log@2', [])).toMatchObject({ key: null, rows: { added: 3, removed: 2, changed: null } });
  await expect(diff('log@1', 'log@2', ['m'])).rejects.toMatchObject({ code: 'data.unknown_column' });
});

test('keys in several rows are told, and their rows counted by content; a missing key equals a missing key', async () => {
  const { diff } = await versionsOf(['id,n\n1,a\n1,b\n2,c\n,d\n4,f\n', 'id,n\n1,b\n1,c\n1,b\n2,C\n,e\n4,f\n'], ['id']);
  expect(await diff('log@1', 'log@2')).toMatchObject({
    rows: { added: 2, removed: 1, changed: 2, unchanged: 2 },
    duplicateKeys: { keys: 1, fromRows: 2, toRows: 3 },
    changed: { n: 2 },
  });
});

test('versions of different datasets and schemas are compared over what they have in common', async () => {
  const { add, diff, handlers } = await versionsOf(['a,b\n1,x\n2,y\n']);
  await add({ name: 'other', files: [fileOf('b,a\nx,1.5\nz,2\n')] });
  expect(await diff('log', 'other')).toMatchObject({
    schema: { added: [], removed: [], changed: ['a'] },
    types: [{ name: 'a', from: 'int64', to: 'float64' }],
    rows: { added: 1, removed: 1 },
  });
  await add({ name: 'right', files: [fileOf('c\n1\n2\n3\n')] });
  expect(await diff('log', 'right')).toMatchObject({
    schema: { added: ['c'], removed: ['a', 'b'] },
    rows: { added: 3, removed: 2, changed: null, unchanged: 0 },
    columns: [],
  });
  const rows = await handlers.diffRows({ from: 'log', to: 'right', change: 'removed', offset: 0, limit: 1 });
  expect(rows).toMatchObject({ rows: [{ fromRow: 1, before: [1, 'x'] }], total: 2, kept: 2 });
});

test('appended parts are not read again where there is no key, and positions count over all parts', async () => {
  const { add, diff, handlers } = await versionsOf(['a\n1\n2\n']);
  await add({ name: 'log', files: [fileOf('a\n2\n3\n')], append: true });
  expect(await diff('log@1', 'log@2')).toMatchObject({ rows: { added: 2, removed: 0, unchanged: 2 } });
  const rows = await handlers.diffRows({ from: 'log@1', to: 'log@2', change: 'added', offset: 0, limit: 9 });
  expect(rows.rows.map(({ toRow, after }) => [toRow, after])).toEqual([
    [3, [2]],
    [4, [3]],
  ]);
});

test('a comparison is kept by contents and key; rows of one that was not made are refused', async () => {
  const { context, add, diff, handlers } = await versionsOf(['a\n1\n', 'a\n2\n']);
  const page = { change: 'added', offset: 0, limit: 5 } as const;
  await expect(handlers.diffRows({ from: 'log@1', to: 'log@2', ...page })).rejects.toMatchObject({
    code: 'data.not_compared',
  });
  await diff('log@1', 'log@2');
  await add({ name: 'copy', files: [fileOf('a\n2\n')] });
  expect((await handlers.diffRows({ from: 'log@1', to: 'copy', ...page })).rows).toHaveLength(1);
  expect(context.database.all('SELECT 1 FROM kept_diffs')).toHaveLength(1);
  expect(await diff('log@2', 'copy')).toMatchObject({ rows: { added: 0, removed: 0, unchanged: 1 } });
  expect(await handlers.diffRows({ from: 'log@2', to: 'copy', ...page })).toMatchObject({ rows: [], total: 0 });
});

test('everything that differs can be written to a file', async () => {
  const { result, handlers } = await versionsOf(
    ['id,"na""me"\n1,a\n2,b\n', 'id,"na""me",m\n1,"x;y",\n3,c,9\n'],
    ['id'],
  );
  const folder = temporaryFolder();
  const path = join(folder, 'difference.csv');
  const written = await result(handlers.exportDiff({ from: 'log@1', to: 'log@2', path }));
  expect(written).toMatchObject({ path, rows: 3 });
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([
    'change,before_row,after_row,changed_columns,id.before,id.after,"na""me.before","na""me.after",m.after',
    'added,,2,,,3,,c,9',
    'removed,2,,,2,,b,,',
    'changed,1,1,"na""me",1,1,a,x;y,',
    '',
  ]);
  for (const wrong of ['x.xlsx', 'none/x.csv']) {
    await expect(handlers.exportDiff({ from: 'log@1', to: 'log@2', path: join(folder, wrong) })).rejects.toMatchObject({
      code: 'data.invalid_export_path',
    });
  }
  mkdirSync(join(folder, 'folder.csv'));
  await expect(
    result(handlers.exportDiff({ from: 'log@1', to: 'log@2', path: join(folder, 'folder.csv') })),
  ).rejects.toMatchObject({ code: 'data.invalid_export_path' });
});
