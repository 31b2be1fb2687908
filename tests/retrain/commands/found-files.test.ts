import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesAt } from '../../../engine/retrain/commands/found-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function project(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'code', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'code', 'b.py'), 'b');
  writeFileSync(join(folder, 'code', 'deep', 'a.py'), 'aa');
  return folder;
}

test('a file, or all of a folder', async () => {
  const folder = project();
  expect((await filesAt(folder, 'code/b.py', 'none')).map(({ path, bytes }) => [path, bytes])).toEqual([
    ['code/b.py', 1],
  ]);
  expect((await filesAt(folder, 'code/', 'none')).map(({ path }) => path)).toEqual(['code/b.py', 'code/deep/a.py']);
  await expect(filesAt(folder, 'code/c.py', 'none')).rejects.toThrow('is not there');
});

test('links stand for files of the folder only, and for none where they are refused', async () => {
  const folder = project();
  const outside = join(temporaryFolder(), 'secret');
  writeFileSync(outside, 'secret');
  symlinkSync('b.py', join(folder, 'code', 'within.py'));
  expect((await filesAt(folder, 'code/within.py', 'inside'))[0]?.place).toBe(join(folder, 'code', 'b.py'));
  await expect(filesAt(folder, 'code', 'none')).rejects.toMatchObject({ path: 'code/within.py', message: 'is a link' });
  symlinkSync(outside, join(folder, 'out'));
  symlinkSync('code', join(folder, 'again'));
  symlinkSync('gone', join(folder, 'nowhere'));
  await expect(filesAt(folder, 'out', 'inside')).rejects.toThrow('leads out of the project');
  await expect(filesAt(folder, 'again', 'inside')).rejects.toThrow('something else than a file');
  await expect(filesAt(folder, 'nowhere', 'inside')).rejects.toThrow('leads nowhere');
});

test('a folder of very many files is refused', async () => {
  const folder = project();
  for (let index = 0; index <= 1000; index++) writeFileSync(join(folder, 'code', 'deep', String(index)), '');
  await expect(filesAt(folder, 'code', 'none')).rejects.toThrow('holds more than 1000 files');
});
