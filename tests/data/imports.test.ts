import { readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataProject } from '../support/data-project.ts';
import { temporaryFolder } from '../support/temporary.ts';

function file(text: string, name = 'table.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

const typesOf = (result: { columns: readonly { name: string; type: string }[] }) =>
  Object.fromEntries(result.columns.map(({ name, type }) => [name, type]));

test('a dataset remembers the options of its latest version; given ones override', async () => {
  const { add, data } = dataProject();
  const first = await add({ name: 'x', files: [file('a,b\n"1,5",x\n')], options: { decimal: ',', missing: ['x'] } });
  expect(typesOf(first)).toEqual({ a: 'float64', b: 'text' });
  const second = await add({ name: 'x', files: [file('a,b\n"2,5",x\n"3,5",y\n')] });
  expect(second).toMatchObject({ version: 2, columns: [{ type: 'float64' }, { type: 'text', missing: 1 }] });
  const preview = await data.handlers.preview({ text: 'a,b\n"2,5",1\n', fileName: 'x.csv', dataset: 'x' });
  expect(typesOf(preview)).toEqual({ a: 'float64', b: 'int64' });
  expect(preview.options.decimal).toBe(',');
  const third = await add({ name: 'x', files: [file('a,b\n"2,5",1\n')], options: { decimal: '.' } });
  expect(typesOf(third)).toEqual({ a: 'text', b: 'int64' });
});

test('what files proved helps later ones that prove nothing, and yields to those that prove otherwise', async () => {
  const { add } = dataProject();
  await add({ name: 'x', files: [file('day;n\n31/01/2024;1.234,5\n')] });
  const second = await add({ name: 'x', files: [file('day;n\n03/04/2024;1.234\n')], append: true });
  expect(typesOf(second)).toEqual({ day: 'date', n: 'float64' });
  const third = await add({ name: 'x', files: [file('day;n\n04/03/2024;5\n')] });
  expect(typesOf(third)).toEqual({ day: 'date', n: 'int64' });
  const fourth = await add({ name: 'x', files: [file('day;n\n04/30/2024;1.25\n')] });
  expect(typesOf(fourth)).toEqual({ day: 'date', n: 'float64' });
});

test('what an import changed is shown, inherited by appended versions, and exported in full', async () => {
  const { add, data } = dataProject();
  await add({ name: 'x', files: [file('a,b\n1,yes\nNA,no\n3\n', 'one.csv')] });
  const { changes } = await data.handlers.show({ reference: 'x' });
  expect(changes).toEqual([
    { file: 'one.csv', column: null, kind: 'padded', count: 1, lines: [4] },
    { file: 'one.csv', column: 'a', kind: 'missing', count: 1, lines: [3] },
    { file: 'one.csv', column: 'b', kind: 'boolean', count: 2, lines: [2, 3] },
  ]);
  await add({ name: 'x', files: [file('a,b\n-,true\n', 'two.csv')], append: true });
  const shown = await data.handlers.show({ reference: 'x@2' });
  expect(shown.changes).toHaveLength(4);
  const to = join(temporaryFolder(), 'changes.csv');
  expect(await data.handlers.exportChanges({ reference: 'x@2', to })).toEqual({ path: to, changes: 5 });
  expect(readFileSync(to, 'utf8')).toBe(
    'file,line,column,kind,before,after\n' +
      'one.csv,2,b,boolean,yes,true\n' +
      'one.csv,3,a,missing,NA,\n' +
      'one.csv,3,b,boolean,no,false\n' +
      'one.csv,4,,padded,3,"3,"\n' +
      'two.csv,2,a,missing,-,\n',
  );
  await add({ name: 'y', files: [file('a\n1\n')] });
  await expect(data.handlers.exportChanges({ reference: 'y', to })).rejects.toMatchObject({ code: 'data.no_changes' });
  await expect(data.handlers.exportChanges({ reference: 'x', to: `${to}.txt` })).rejects.toMatchObject({
    code: 'data.invalid_export_path',
  });
});

test('a file that did not change is known without being read, one that did is not', async () => {
  const { add, context } = dataProject();
  const path = file('a\n1\n2\n');
  const old = new Date(Date.now() - 60_000);
  utimesSync(path, old, old);
  await add({ name: 'x', files: [path] });
  const known = () => context.database.all('SELECT path FROM read_files');
  // The entry of the file in its folder is younger than the times of files are fine.
  expect(known()).toEqual([]);
  context.database.run(
    'INSERT INTO read_files VALUES (?, ?, ?, ?, ?, ?, 0)',
    path,
    6,
    ...stateOf(path),
    context.database
      .get<{ manifest: string }>('SELECT manifest FROM dataset_versions')
      ?.manifest.match(/"md5":"(\w+)"/)?.[1] ?? '',
  );
  expect(await add({ name: 'x', files: [path] })).toMatchObject({ unchanged: true, version: 1 });
  expect(await add({ name: 'x', files: [path], options: { types: { a: 'float64' } } })).toMatchObject({ version: 2 });
  writeFileSync(`${path}.new`, 'a\n1\n3\n');
  utimesSync(`${path}.new`, old, old);
  renameSync(`${path}.new`, path);
  expect(await add({ name: 'x', files: [path] })).toMatchObject({ unchanged: false, version: 3 });
});

function stateOf(path: string): [string, string, string] {
  const { mtimeNs, ctimeNs, ino } = statSync(path, { bigint: true });
  return [String(mtimeNs), String(ctimeNs), String(ino)];
}

test('options that contradict each other are refused', async () => {
  const { add } = dataProject();
  for (const options of [
    { delimiter: '§' },
    { delimiter: '"', quote: '"' },
    { decimal: ',', thousands: ',' },
  ] as const) {
    await expect(add({ name: 'x', files: [file('a\n1\n')], options })).rejects.toMatchObject({
      code: 'data.invalid_options',
    });
  }
});

test('a preview says how a file was read, and which of that was found', async () => {
  const { data } = dataProject();
  const text = 'Report\n\nid;price;day\n1;1.234,50;31.01.2024\n2;-;01.02.2024\n';
  const { options, found, changes, whole, rowCount } = await data.handlers.preview({
    text,
    fileName: 'prices.csv',
    options: { ragged: 'skip' },
  });
  expect(options).toMatchObject({
    delimiter: ';',
    quote: '"',
    encoding: 'utf-8',
    header: true,
    skipLines: 2,
    decimal: ',',
    thousands: '.',
    ragged: 'skip',
  });
  expect(found).not.toContain('ragged');
  expect(found).toContain('delimiter');
  expect([whole, rowCount]).toEqual([true, 2]);
  expect(changes.map(({ kind }) => kind)).toEqual(['title', 'missing', 'thousands', 'date']);
});

test('the preview of the head of a large file is corrected by one of the whole file', async () => {
  const { data, context } = dataProject('processes');
  const rows = Array.from({ length: 150_000 }, (_, index) => `${index},plain\n`).join('');
  const path = file(`id,code\n${rows}x,last\n`, 'large.csv');
  const head = await data.handlers.preview({ path });
  expect(head).toMatchObject({ whole: false, rowCount: null, columns: [{ type: 'int64' }, { type: 'text' }] });
  const job = await data.handlers.previewWhole({ path });
  expect(await context.jobs.result(job.id)).toMatchObject({
    whole: true,
    rowCount: 150_001,
    columns: [{ type: 'text' }, { type: 'text' }],
    warnings: [{ code: 'data.mixed_types', line: 150_002 }],
  });
});
