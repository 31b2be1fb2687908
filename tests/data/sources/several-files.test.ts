import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { dataProject } from '../../support/data-project.ts';
import { writeBySql } from '../../support/tables.ts';
import { temporaryFolder } from '../../support/temporary.ts';

async function mixedFolder(): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'more'));
  writeFileSync(join(folder, 'a.csv'), 'id,name\n1,ada\n');
  writeFileSync(join(folder, 'b.json'), '[{"name": "bob", "id": 2}]');
  writeFileSync(join(folder, 'c.csv.gz'), gzipSync('id,name\n3,\n'));
  copyFileSync(await writeBySql("SELECT 4::BIGINT AS id, 'dan' AS name", 'parquet'), join(folder, 'd.parquet'));
  writeFileSync(join(folder, 'more', 'e.ndjson'), '{"id": 5, "name": "eve"}\n');
  return folder;
}

test('files of several formats make one version, in the order of their names', async () => {
  const folder = await mixedFolder();
  const { data, add } = dataProject();
  const added = await add({ name: 'mixed', files: [folder], glob: '**/*' });
  expect(added).toMatchObject({
    rows: 5,
    columns: [
      { name: 'id', type: 'int64' },
      { name: 'name', type: 'text' },
    ],
  });
  const page = await data.handlers.rows({ reference: 'mixed', offset: 0, limit: 10 });
  expect(page.rows).toEqual([
    [1, 'ada'],
    [2, 'bob'],
    [3, null],
    [4, 'dan'],
    [5, 'eve'],
  ]);
  const { lineage } = await data.handlers.show({ reference: 'mixed' });
  expect(lineage.sources.map((source) => source.name)).toEqual([
    'a.csv',
    'b.json',
    'c.csv.gz',
    'd.parquet',
    'more/e.ndjson',
  ]);
});

test('a file that differs is refused with its name and how it differs', async () => {
  const folder = await mixedFolder();
  const { data, add } = dataProject();
  writeFileSync(join(folder, 'f.csv'), 'id,nom\n6,eve\n');
  await expect(add({ name: 'mixed', files: [folder] })).rejects.toMatchObject({
    code: 'data.schema_changed',
    message: expect.stringContaining('f.csv: it lacks "name"; it has "nom" besides'),
  });
  writeFileSync(join(folder, 'f.csv'), 'id,name\nx6,eve\n');
  await expect(add({ name: 'mixed', files: [folder] })).rejects.toMatchObject({
    code: 'data.schema_changed',
    message: expect.stringMatching(/f\.csv: line 2 holds "x6" in column "id"/),
  });
  expect((await data.handlers.list({})).datasets).toEqual([]);
});
