import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeExportedFiles } from '../../../engine/retrain/export/write-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const record = 'galley/p/export.json';
const files = (content: string) => [
  { path: '.github/workflows/p.yml', content },
  { path: 'galley/p/run.sh', content: new TextEncoder().encode('run'), executable: true },
];
const inTheWay = expect.objectContaining({ code: 'retrain.export_in_the_way' });

test('files come beside those of others, and a later export changes those of an earlier one', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'README.md'), 'mine');
  const written = writeExportedFiles(folder, files('one'), record, false);
  expect(written).toEqual(['.github/workflows/p.yml', 'galley/p/run.sh', record].map((path) => join(folder, path)));
  if (process.platform !== 'win32') expect(statSync(join(folder, 'galley/p/run.sh')).mode & 0o777).toBe(0o755);
  writeExportedFiles(folder, files('two'), record, false);
  expect(readFileSync(join(folder, '.github/workflows/p.yml'), 'utf8')).toBe('two');
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('mine');
});

test('a file that no export wrote, or that was changed, is written over only by force, and none is before', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'galley/p'), { recursive: true });
  writeFileSync(join(folder, 'galley/p/run.sh'), 'mine');
  expect(() => writeExportedFiles(folder, files('one'), record, false)).toThrow(inTheWay);
  expect(existsSync(join(folder, '.github'))).toBe(false);
  writeExportedFiles(folder, files('one'), record, true);
  expect(readFileSync(join(folder, 'galley/p/run.sh'), 'utf8')).toBe('run');
  writeFileSync(join(folder, '.github/workflows/p.yml'), 'changed');
  expect(() => writeExportedFiles(folder, files('two'), record, false)).toThrow(inTheWay);
  expect(readFileSync(join(folder, '.github/workflows/p.yml'), 'utf8')).toBe('changed');
});

test("what is there as it would be written is in nobody's way; a record that is none says nothing", () => {
  const folder = temporaryFolder();
  writeExportedFiles(folder, files('one'), record, false);
  writeFileSync(join(folder, record), '{"format": 7}');
  writeExportedFiles(folder, files('one'), record, false);
  writeFileSync(join(folder, record), 'no JSON');
  expect(() => writeExportedFiles(folder, files('two'), record, false)).toThrow(inTheWay);
});

test('a link that leads out of the folder is not followed', () => {
  const folder = temporaryFolder();
  const outside = temporaryFolder();
  symlinkSync(outside, join(folder, '.github'), 'junction');
  expect(() => writeExportedFiles(folder, files('one'), record, true)).toThrow(
    expect.objectContaining({ code: 'retrain.export_not_writable' }),
  );
  expect(existsSync(join(outside, 'workflows', 'p.yml'))).toBe(false);
});

test('a folder that is none is said before anything is written', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const place of [file, join(file, 'below'), join(folder, 'x'.repeat(300)), join(folder, '\0')])
    for (const force of [true, false])
      expect(() => writeExportedFiles(place, files('one'), record, force)).toThrow(
        expect.objectContaining({ code: 'retrain.export_not_writable' }),
      );
});
