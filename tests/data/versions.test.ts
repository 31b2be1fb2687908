import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataProject } from '../support/data-project.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const penguins = join(checkoutFolder, 'resources', 'samples', 'penguins', 'penguins.csv');

function fileOf(text: string, name = 'rows.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

test('a file becomes a version, the same file again is unchanged, other rows are the next version', async () => {
  const { data, add } = dataProject();
  const first = await add({ name: 'birds', files: [penguins] });
  expect(first).toMatchObject({ dataset: 'birds', version: 1, rows: 344, unchanged: false, warnings: [] });
  expect(first.columns[2]).toEqual({ name: 'bill_length_mm', type: 'float64', missing: 2 });
  const again = await add({ name: 'birds', files: [penguins] });
  expect(again).toEqual({ ...first, unchanged: true });
  const text = readFileSync(penguins, 'utf8');
  const sameRows = await add({ name: 'birds', files: [fileOf(text.replaceAll('\n', '\r\n'))] });
  expect(sameRows).toMatchObject({ version: 1, unchanged: true, identity: first.identity });
  const fewer = await add({ name: 'birds', files: [fileOf(text.split('\n').slice(0, 101).join('\n'))] });
  expect(fewer).toMatchObject({ version: 2, rows: 100, unchanged: false });
  const { datasets } = await data.handlers.list({});
  expect(datasets).toMatchObject([{ name: 'birds', versions: 2, latest: { version: 2, rowsAdded: -244 } }]);
});

test('rows are appended once, with the types of the version, and the identity is that of the whole', async () => {
  const { data, add } = dataProject();
  const one = fileOf('day,n,code\n2024-01-01,1,a\n2024-01-02,2,b\n', 'one.csv');
  const two = fileOf('code,day,n\n007,2024-01-03,3\n8,,\n', 'two.csv');
  await add({ name: 'log', files: [one], time: 'day', key: ['day'] });
  const appended = await add({ name: 'log', files: [two], append: true });
  expect(appended).toMatchObject({ version: 2, rows: 4, unchanged: false });
  const whole = await add({
    name: 'whole',
    files: [fileOf('day,n,code\n2024-01-01,1,a\n2024-01-02,2,b\n2024-01-03,3,007\n,,8\n')],
  });
  expect(whole.identity).toBe(appended.identity);
  const again = await add({ name: 'log', files: [two], append: true });
  expect(again).toMatchObject({ version: 2, unchanged: true, warnings: [{ code: 'data.already_appended' }] });
  const forced = await add({ name: 'log', files: [two], append: true, force: true });
  expect(forced).toMatchObject({ version: 3, rows: 6 });
  const shown = await data.handlers.show({ reference: 'log@2' });
  expect(shown.version).toMatchObject({ timeColumn: 'day', keyColumns: ['day'], rowsAdded: 2 });
  expect(shown.lineage.sources.map(({ name, rows }) => [name, rows])).toEqual([
    ['one.csv', 2],
    ['two.csv', 2],
  ]);
  const page = await data.handlers.rows({ reference: 'log@2', offset: 2, limit: 10 });
  expect(page.rows).toEqual([
    ['2024-01-03', 3, '007'],
    [null, null, '8'],
  ]);
});

test('rows that do not fit the version are refused and nothing changes', async () => {
  const { data, add } = dataProject();
  await add({ name: 'log', files: [fileOf('n,code\n1,a\n')] });
  await expect(add({ name: 'log', append: true, files: [fileOf('n,code\n2,b\nx,c\n')] })).rejects.toMatchObject({
    code: 'data.schema_changed',
    kind: 'conflict',
    details: { column: 'n', lines: [3] },
  });
  await expect(add({ name: 'log', append: true, files: [fileOf('n,other\n2,b\n')] })).rejects.toMatchObject({
    code: 'data.schema_changed',
    details: { missing: ['code'], added: ['other'] },
  });
  await expect(add({ name: 'none', append: true, files: [penguins] })).rejects.toMatchObject({
    code: 'data.unknown_dataset',
  });
  expect((await data.handlers.show({ reference: 'log' })).versions).toHaveLength(1);
});

test('several files are one version of several parts, with types that fit them all', async () => {
  const { data, add } = dataProject();
  const files = [fileOf('x,y\n1,1\n', 'a.csv'), fileOf('y,x\n2,0.5\n', 'b.csv')];
  const added = await add({ name: 'parts', files });
  expect(added.columns.map(({ name, type }) => [name, type])).toEqual([
    ['x', 'float64'],
    ['y', 'int64'],
  ]);
  const page = await data.handlers.rows({ reference: 'parts', offset: 0, limit: 5 });
  expect(page.rows).toEqual([
    [1, 1],
    [0.5, 2],
  ]);
});

test('references name versions, and wrong ones say what there is', async () => {
  const { data, add } = dataProject();
  const first = await add({ name: 'log', files: [fileOf('n\n1\n')] });
  await add({ name: 'log', files: [fileOf('n\n1\n2\n')] });
  expect(data.resolve('log').number).toBe(2);
  expect(data.resolve('log@latest').number).toBe(2);
  expect(data.resolve('log@1').rows).toBe(1);
  expect(data.resolve(`log@${first.identity}`).number).toBe(1);
  const thrown = (reference: string) => {
    try {
      return data.resolve(reference).id;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(thrown('log@3')).toBe('data.unknown_version');
  expect(thrown('other')).toBe('data.unknown_dataset');
  for (const wrong of ['', 'Log', 'log@', 'log@0', 'log@v 2', 'log@sha256:12']) {
    expect(thrown(wrong)).toBe('data.invalid_reference');
  }
  const frame = await data.frame(await data.open('log'), ['n']);
  expect(frame.columns[0]?.values).toEqual(Float64Array.of(1, 2));
});

test('columns that are named must be there, and a time must be one', async () => {
  const { add, data } = dataProject();
  const file = fileOf('n,day\n1,2024-01-01\n');
  await expect(add({ name: 'log', files: [file], key: ['id'] })).rejects.toMatchObject({ code: 'data.unknown_column' });
  await expect(add({ name: 'log', files: [file], time: 'n' })).rejects.toMatchObject({ code: 'data.not_a_time' });
  expect((await data.handlers.list({})).datasets).toEqual([]);
});

test('pages are sorted with missing values last', async () => {
  const { data, add } = dataProject();
  await add({ name: 'log', files: [fileOf('n,t\n2,b\n,a\n3,\n1,c\n')] });
  const page = async (column: string, descending: boolean) =>
    (await data.handlers.rows({ reference: 'log', offset: 0, limit: 3, sort: [{ column, descending }] })).rows.map(
      (row) => row[0],
    );
  expect(await page('n', false)).toEqual([1, 2, 3]);
  expect(await page('n', true)).toEqual([3, 2, 1]);
  expect(await page('t', false)).toEqual([null, 2, 1]);
  await expect(page('z', false)).rejects.toMatchObject({ code: 'data.unknown_column' });
});

test('an export comes back with the same identity and is the same bytes twice', async () => {
  const { data, add } = dataProject();
  const folder = temporaryFolder();
  const first = await add({ name: 'birds', files: [penguins] });
  for (const extension of ['csv', 'parquet']) {
    const one = await data.handlers.export({ reference: 'birds', to: join(folder, `one.${extension}`) });
    const two = await data.handlers.export({ reference: 'birds@1', to: join(folder, `two.${extension}`) });
    expect([one.sha256, one.rows]).toEqual([two.sha256, 344]);
    expect((await add({ name: `back-${extension}`, files: [one.path] })).identity).toBe(first.identity);
  }
  expect(readdirSync(folder).sort()).toEqual(['one.csv', 'one.parquet', 'two.csv', 'two.parquet']);
  mkdirSync(join(folder, 'folder.csv'));
  for (const to of [join(folder, 'x.xlsx'), join(folder, 'none', 'x.csv'), join(folder, 'folder.csv')]) {
    await expect(data.handlers.export({ reference: 'birds', to })).rejects.toMatchObject({
      code: 'data.invalid_export_path',
    });
  }
});

test('pasted text and samples are added like files, and leave nothing behind', async () => {
  const { context, data } = dataProject();
  const pasted = await data.handlers.addText({ name: 'pasted', text: 'a;b\n1;x\n', fileName: 'from clipboard.csv' });
  expect(await context.jobs.result(pasted.id)).toMatchObject({ rows: 1, version: 1 });
  const broken = await data.handlers.addText({ name: 'broken', text: 'a,b\n1,2,3\n', fileName: 'x.csv' });
  await expect(context.jobs.result(broken.id)).rejects.toMatchObject({ code: 'data.ragged_rows' });
  const sample = await data.handlers.addSample({ sample: 'chicago_ridership', files: 2 });
  expect(await context.jobs.result(sample.id)).toMatchObject({ dataset: 'chicago_ridership', rows: 709 });
  expect((await data.handlers.show({ reference: 'chicago_ridership' })).version.timeColumn).toBe('date');
  await expect(data.handlers.addSample({ sample: 'none' })).rejects.toMatchObject({ code: 'data.unknown_sample' });
  expect(readdirSync(join(context.project.path, 'run', 'jobs'))).toEqual([]);
});

test('a preview reads the first rows as the import would', async () => {
  const { context, data } = dataProject();
  const shown = await data.handlers.preview({ path: penguins });
  expect(shown).toMatchObject({ suggestedName: 'penguins', bytes: 15_203, warnings: [] });
  expect(shown.rows).toHaveLength(100);
  expect(shown.columns[3]).toEqual({ name: 'bill_depth_mm', type: 'float64' });
  const large = Array.from({ length: 200_000 }, (_, index) => `${index},"some text, in quotes"`);
  const part = await data.handlers.preview({ path: fileOf(['id,text', ...large].join('\n'), '2024 Größe.csv') });
  expect([part.suggestedName, part.rows.length, part.rows[99]]).toEqual(['gro_e', 100, [99, 'some text, in quotes']]);
  const text = await data.handlers.preview({ text: 'x,x\n1,2\n' });
  expect(text.columns.map(({ name }) => name)).toEqual(['x', 'x_2']);
  expect(text.warnings).toMatchObject([{ code: 'data.duplicate_column_name' }]);
  await expect(data.handlers.preview({ text: 'a,b\n' })).rejects.toMatchObject({ code: 'data.no_rows' });
  await expect(data.handlers.preview({})).rejects.toMatchObject({ code: 'call.invalid_input' });
  expect(readdirSync(join(context.project.path, 'run', 'jobs'))).toEqual([]);
});
