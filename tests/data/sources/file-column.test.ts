import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function files(contents: Record<string, string>): string[] {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'in'));
  return Object.entries(contents).map(([name, text]) => {
    const path = join(folder, 'in', name);
    writeFileSync(path, text);
    return path;
  });
}

const options = { fileColumn: 'source' };

test('each row gets the name of its file, and so do those that are appended later', async () => {
  const { add, data } = dataProject();
  const rows = async (reference: string) => (await data.handlers.rows({ reference, offset: 0, limit: 9 })).rows;
  const two = files({ 'a.csv': 'n,m\n1,x\n2,y\n', "b'ü.csv": 'm,n\nz,3\n' });
  expect(await add({ name: 'sales', files: two, options })).toMatchObject({
    rows: 3,
    columns: [{ name: 'n' }, { name: 'm' }, { name: 'source', type: 'text' }],
  });
  expect(await rows('sales@1')).toEqual([
    [1, 'x', 'a.csv'],
    [2, 'y', 'a.csv'],
    [3, 'z', "b'ü.csv"],
  ]);
  expect(await add({ name: 'sales', files: two })).toMatchObject({ version: 1, unchanged: true });
  await add({ name: 'sales', files: files({ 'c.json': '[{"n": 4, "m": "q"}]' }), append: true });
  expect((await rows('sales')).at(-1)).toEqual([4, 'q', 'c.json']);
  await add({ name: 'sales', files: files({ 'd.csv': 'n,m\n4,r\n' }), upsert: true, key: ['n'] });
  expect((await rows('sales')).slice(2)).toEqual([
    [3, 'z', "b'ü.csv"],
    [4, 'r', 'd.csv'],
  ]);
});

test('a preview shows the column as the import makes it', async () => {
  const { data } = dataProject();
  const preview = await data.handlers.preview({ text: 'n\n1\n', fileName: 'day.csv', options });
  expect(preview.columns).toEqual([
    { name: 'n', type: 'int64' },
    { name: 'source', type: 'text' },
  ]);
  expect(preview.rows).toEqual([[1, 'day.csv']]);
});

test('a name that a file has, that is none, or that the version before lacks is refused', async () => {
  const { add } = dataProject();
  const refused = (fileColumn: string, append = false) =>
    expect(
      add({ name: 'sales', files: files({ 'a.csv': 'n\n7\n' }), options: { fileColumn }, append }),
    ).rejects.toMatchObject({ code: 'data.invalid_options', details: { fileColumn } });
  await refused('N');
  await refused('rowid');
  await refused(' ');
  await add({ name: 'sales', files: files({ 'a.csv': 'n\n1\n' }) });
  await refused('source', true);
});
