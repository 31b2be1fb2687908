import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { selectFiles } from '../../../engine/data/sources/select-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), 'a\n1\n');
  }
  return folder;
}

const names = async (paths: string[], glob?: string) => (await selectFiles(paths, glob)).files.map((file) => file.name);

test('a folder stands for the tables directly in it, in the order of their names', async () => {
  const folder = folderWith(
    'b.csv',
    'a.csv.gz',
    'B.parquet',
    'notes.md',
    '.hidden.csv',
    'deep/c.csv',
    'é.xlsx',
    '10.csv',
    '9.csv',
  );
  expect(await names([folder])).toEqual(['10.csv', '9.csv', 'B.parquet', 'a.csv.gz', 'b.csv', 'é.xlsx']);
});

test('a pattern for a folder looks as deep as it says, never at what is hidden', async () => {
  const folder = folderWith('b.csv', 'z/a.csv', 'a/b.csv', 'a.csv', 'a/.git/x.csv', '.x/y.csv', 'a/c.txt');
  expect(await names([folder], '**/*.csv')).toEqual(['a/b.csv', 'a.csv', 'b.csv', 'z/a.csv']);
  expect(await names([folder], '*/*.csv')).toEqual(['a/b.csv', 'z/a.csv']);
  expect(await names([folder], '**/*.{txt,parquet}')).toEqual(['a/c.txt']);
});

test('a pattern that the shell left as it is is matched, a file whose name looks like one is taken', async () => {
  const folder = folderWith('2024/a[1].csv', '2024/a1.csv', '2025/b.csv', "it's; --.csv");
  expect(await names([join(folder, '20*', '*.csv')])).toEqual(['2024/a1.csv', '2024/a[1].csv', '2025/b.csv']);
  expect(await names([join(folder, '2024', 'a[1].csv')])).toEqual(['a[1].csv']);
  expect(await names([join(folder, "it's*.csv")])).toEqual(["it's; --.csv"]);
});

test('files that are named twice are taken once', async () => {
  const folder = folderWith('a.csv', 'b.csv');
  expect(await names([join(folder, 'b.csv'), folder])).toEqual(['b.csv', 'a.csv']);
});

test('links are followed within the folder only, and never to folders', async () => {
  const secret = join(folderWith('secret.csv'), 'secret.csv');
  const folder = folderWith('data/a.csv', 'other/b.csv');
  symlinkSync(secret, join(folder, 'data', 'out.csv'));
  symlinkSync(join(folder, 'data', 'a.csv'), join(folder, 'data', 'in.csv'));
  symlinkSync(dirname(secret), join(folder, 'data', 'folder.csv'));
  symlinkSync(join(folder, 'data'), join(folder, 'data', 'loop'));
  symlinkSync(join(folder, 'gone.csv'), join(folder, 'data', 'broken.csv'));
  const { files, warnings } = await selectFiles([join(folder, 'data')], '**/*.csv');
  expect(files.map((file) => file.name)).toEqual(['a.csv', 'in.csv']);
  expect(warnings).toMatchObject([
    {
      code: 'data.link_left_out',
      message: expect.stringMatching(/3 links lead out .*broken\.csv, folder\.csv, out\.csv/),
    },
  ]);
});

test('what matches nothing says where it looked', async () => {
  const folder = folderWith('a.txt');
  await expect(selectFiles([join(folder, '*.csv')])).rejects.toMatchObject({
    code: 'data.nothing_matched',
    details: { folder, pattern: '*.csv' },
  });
  await expect(selectFiles([folder], 'b/**')).rejects.toMatchObject({ code: 'data.nothing_matched' });
  await expect(selectFiles([join(folder, 'gone.csv')])).rejects.toMatchObject({ code: 'data.file_not_found' });
  await expect(selectFiles([join(folder, 'gone', '*.csv')])).rejects.toMatchObject({ code: 'data.file_not_found' });
});
