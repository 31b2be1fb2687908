import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CompactResult } from '../../../engine/contract/data-edits.ts';
import type { AddResult } from '../../../engine/contract/data-results.ts';
import { type DataProject, dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const limits = { parts: 4, changedRows: 0.5, changedBytes: 100 };

function fileOf(text: string, name = 'rows.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

const columns = 'n,price,ok,day,at,note';
const line = (n: number) =>
  `${n},${n / 4 + 0.125},${n % 2 === 0},2024-01-0${1 + (n % 9)},2024-01-01 10:00:0${n % 10},note ${n}`;
const text = (from: number, to: number) =>
  [columns, ...Array.from({ length: to - from }, (_, index) => line(from + index))].join('\n');

async function project(): Promise<DataProject> {
  const made = dataProject('here', { limits });
  await made.add({ name: 'log', files: [fileOf(text(0, 20))], key: ['n'] });
  return made;
}

type EditInput = Parameters<DataProject['data']['handlers']['edit']>[0];

const edit = ({ data, result }: DataProject, input: Partial<EditInput>) =>
  result<AddResult>(data.handlers.edit({ reference: 'log', ...input }));

const rows = async ({ data }: DataProject, reference = 'log') =>
  (await data.handlers.rows({ reference, offset: 0, limit: 1000 })).rows;

test('cells are changed, rows removed and inserted, as a version of its own', async () => {
  const made = await project();
  const before = await rows(made);
  const edited = await edit(made, {
    edits: [
      { row: 3, values: { price: null, note: 'it\'s\n"new"' } },
      { row: 5, values: { n: '9007199254740993', ok: true, day: '1999-12-31', at: '2024-02-29T23:59:59.5+01:00' } },
    ],
    remove: [0, 19],
    insert: [
      { before: 3, values: { n: 100 } },
      { before: 3, values: { n: 101, price: 0.5 } },
      { values: { note: 'end' } },
    ],
  });
  expect(edited).toMatchObject({ version: 2, rows: 21, unchanged: false });
  const wanted = before.map((row) => [...row]);
  wanted[3] = [3, null, false, '2024-01-04', '2024-01-01T10:00:03Z', 'it\'s\n"new"'];
  wanted[5] = ['9007199254740993', 1.375, true, '1999-12-31', '2024-02-29T22:59:59.5Z', 'note 5'];
  wanted.pop();
  wanted.push([null, null, null, null, null, 'end']);
  wanted.splice(3, 0, [100, null, null, null, null, null], [101, 0.5, null, null, null, null]);
  wanted.shift();
  expect(await rows(made)).toEqual(wanted);
  expect(await rows(made, 'log@1')).toEqual(before);
  const { lineage, version } = await made.data.handlers.show({ reference: 'log' });
  expect(lineage.sources.map(({ name, rows: count }) => [name, count])).toEqual([
    ['rows.csv', 20],
    ['edits by hand', 7],
  ]);
  expect(version).toMatchObject({ rowsAdded: 1 });
  expect(await made.data.verify()).toEqual([]);
  // The first file again is not the version with the edits.
  expect(await made.add({ name: 'log', files: [fileOf(text(0, 20))] })).toMatchObject({ version: 3, unchanged: false });
});

test('a value that does not fit is refused with its row and column, and is never read as another type', async () => {
  const made = await project();
  const wrong: [string, string | number | boolean][] = [
    ['n', 1.5],
    ['n', '01'],
    ['n', 2 ** 60],
    ['n', true],
    ['n', ''],
    ['price', 'much'],
    ['price', '1,5'],
    ['price', '9007199254740993'],
    ['price', '1e999'],
    ['ok', 1],
    ['ok', 'yes'],
    ['day', '2024-02-30'],
    ['day', '2024-1-1'],
    ['day', 20240101],
    ['at', '2024-01-01T25:00'],
    ['at', 'now'],
    ['note', 5],
    ['note', 'a\0b'],
  ];
  for (const [column, value] of wrong) {
    await expect(edit(made, { edits: [{ row: 2, values: { [column]: value } }] })).rejects.toMatchObject({
      code: 'data.value_does_not_fit',
      details: { row: 2, column },
      message: expect.stringContaining(`Row 3: column "${column}"`),
    });
  }
  await expect(edit(made, { remove: [20] })).rejects.toMatchObject({ code: 'data.no_such_row' });
  await expect(edit(made, { edits: [{ row: 0, values: { x: 1 } }] })).rejects.toMatchObject({
    code: 'data.unknown_column',
  });
  await expect(edit(made, { remove: [1], edits: [{ row: 1, values: { n: 1 } }] })).rejects.toMatchObject({
    code: 'data.row_edited_twice',
  });
  await expect(edit(made, { remove: Array.from({ length: 20 }, (_, row) => row) })).rejects.toMatchObject({
    code: 'data.no_rows',
  });
  await expect(edit(made, {})).rejects.toMatchObject({ code: 'call.invalid_input' });
  expect((await made.data.handlers.show({ reference: 'log' })).versions).toHaveLength(1);
});

test('an edit that changes nothing is no version, and one of an older version goes on from that', async () => {
  const made = await project();
  expect(await edit(made, { edits: [{ row: 1, values: { n: 1 } }] })).toMatchObject({ version: 1, unchanged: true });
  await edit(made, { remove: [0] });
  await edit(made, { reference: 'log@1', remove: [1] });
  expect((await rows(made)).map((row) => row[0]).slice(0, 2)).toEqual([0, 2]);
  expect((await made.data.handlers.show({ reference: 'log' })).version.version).toBe(3);
});

test('rows are merged by key: known ones take the place of those that have it, others follow', async () => {
  const made = await project();
  const file = fileOf(`${columns}\n50,1.5,true,,,new\n7,0.5,,,,changed\n3,,,,,changed\n`);
  expect(await made.add({ name: 'log', files: [file], upsert: true })).toMatchObject({ version: 2, rows: 21 });
  const found = await rows(made);
  expect([found[7], found[3], found[20]]).toEqual([
    [7, 0.5, null, null, null, 'changed'],
    [3, null, null, null, null, 'changed'],
    [50, 1.5, true, null, null, 'new'],
  ]);
  expect(await made.add({ name: 'log', files: [file], upsert: true })).toMatchObject({ version: 2, unchanged: true });
  const refused = async (lines: string, key?: string[]) =>
    made.add({ name: 'log', files: [fileOf(`${columns}\n${lines}\n`)], upsert: true, key });
  await expect(refused('1,,,,,a\n1,,,,,b')).rejects.toMatchObject({
    code: 'data.key_not_unique',
    details: { key: { n: '1' } },
  });
  await expect(refused('1,,,,,a\n,,,,,b')).rejects.toMatchObject({ code: 'data.missing_key', details: { row: 2 } });
  await expect(refused('1,,,,,changed', ['note'])).rejects.toMatchObject({ code: 'data.key_not_unique' });
  await expect(refused('x,,,,,a')).rejects.toMatchObject({ code: 'data.schema_changed' });
  await expect(made.add({ name: 'none', files: [file], upsert: true })).rejects.toMatchObject({
    code: 'data.unknown_dataset',
  });
  await made.add({ name: 'plain', files: [file] });
  await expect(made.add({ name: 'plain', files: [file], upsert: true })).rejects.toMatchObject({
    code: 'data.key_needed',
  });
  await expect(made.add({ name: 'log', files: [file], upsert: true, append: true })).rejects.toMatchObject({
    code: 'call.invalid_input',
  });
});

test('a version that is compacted is one file with the same identity, and what nobody uses goes', async () => {
  const made = await project();
  await edit(made, { remove: [0] });
  const appended = await made.add({ name: 'log', files: [fileOf(text(20, 25))], append: true });
  const before = await rows(made);
  const compact = (reference: string) => made.result<CompactResult>(made.data.handlers.compact({ reference }));
  expect(await compact('log')).toMatchObject({ version: 3, compacted: true, files: 3 });
  expect(await rows(made)).toEqual(before);
  expect((await made.data.handlers.show({ reference: 'log' })).version).toMatchObject({
    version: 3,
    identity: appended.identity,
  });
  expect(await compact('log')).toMatchObject({ compacted: false, files: 1 });
  expect(made.context.blobs.sweep()).toBe(1);
  expect(await made.context.blobs.verify()).toMatchObject({ problems: [] });
  expect(await made.data.verify()).toEqual([]);
  expect((await rows(made, 'log@2')).length).toBe(19);
  expect(await made.add({ name: 'log', files: [fileOf(text(1, 26))] })).toMatchObject({ version: 4, rows: 25 });
  expect(await made.data.verify()).toEqual([]);
});

test('a damaged delta and a wrong manifest are found', async () => {
  const made = await project();
  await edit(made, { remove: [0] });
  const row = made.context.database.get<{ id: string; manifest: string }>(
    'SELECT id, manifest FROM dataset_versions WHERE number = 2',
  );
  const manifest = JSON.parse(row?.manifest ?? '') as { delta: { blob: string }; base: { blob: string } };
  writeFileSync(made.context.blobs.path(manifest.delta.blob), 'nothing');
  expect(await made.data.verify()).toMatchObject([
    { code: 'data.damaged_version', message: expect.stringContaining('log@2') },
  ]);
  const wrong = (row?.manifest ?? '').replace('"removed":1', '"removed":2');
  made.context.database.run('UPDATE dataset_versions SET manifest = ? WHERE id = ?', wrong, row?.id ?? '');
  expect(await made.data.verify()).toMatchObject([{ message: expect.stringContaining('number of rows') }]);
});
