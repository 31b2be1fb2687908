import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pseudonym } from '../../../engine/base/pseudonym.ts';
import type { Difference } from '../../../engine/contract/data-comparison.ts';
import { maskedFindings, maskedRelations } from '../../../engine/data/privacy/masked-answers.ts';
import { DataStore } from '../../../engine/data/store.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const dots = '•••';

function fileOf(text: string, name = 'people.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** People whose names and ages are marked. */
async function people(text = 'id,name,age\n1,Anna,31\n2,Bert,42\n3,,NA\n') {
  const project = dataProject();
  await project.add({ name: 'people', files: [fileOf(text)], key: ['id'] });
  await project.data.handlers.mark({ dataset: 'people', column: 'name', mark: 'personal' });
  await project.data.handlers.mark({ dataset: 'people', column: 'age', mark: 'sensitive' });
  return { ...project, handlers: project.data.handlers };
}

test('the preview of a file for a dataset shows dots in its marked columns, also in what it warns of', async () => {
  const { handlers } = await people();
  const text = `id,name,age\n${'4,Cleo,50\n'.repeat(50)}5,Dora,elderly\n`;
  const asked = { text, fileName: 'more.csv', dataset: 'people', masked: true };
  const preview = await handlers.preview(asked);
  expect(preview.rows[0]).toEqual([4, dots, dots]);
  expect(preview.warnings.map(({ code }) => code)).toContain('data.mixed_types');
  expect(JSON.stringify(preview)).not.toMatch(/Cleo|Dora|elderly/);
  const open = await handlers.preview({ ...asked, masked: false });
  expect(open.rows[0]).toEqual([4, 'Cleo', '50']);
  expect(JSON.stringify(open.warnings)).toMatch(/elderly/);
});

test('profiles tell how many values a marked column has, and none of them', async () => {
  const { handlers } = await people();
  const [id, name, age] = (await handlers.show({ reference: 'people', masked: true })).profile;
  expect(id).toMatchObject({ minimum: 1, maximum: 3, mean: 2 });
  expect(name).toMatchObject({ missing: 1, distinct: 2, top: [], lengths: null });
  const nothing = { mean: null, standardDeviation: null, quantiles: null, histogram: [], top: [] };
  expect(age).toMatchObject({ missing: 1, minimum: dots, maximum: dots, ...nothing });
  const [, , open] = (await handlers.show({ reference: 'people' })).profile;
  expect(open).toMatchObject({ minimum: 31, maximum: 42 });
});

test('rows that differ show dots, and their file is masked as an export is', async () => {
  const { handlers, add, result, context } = await people();
  await add({ name: 'people', files: [fileOf('id,name,age\n1,Anna,32\n2,Bert,42\n4,Cleo,9\n')] });
  const compared = { from: 'people@1', to: 'people@2' };
  await result<Difference>(handlers.diff(compared));
  const page = { ...compared, change: 'changed' as const, offset: 0, limit: 9, masked: true };
  expect((await handlers.diffRows(page)).rows).toMatchObject([
    { before: [1, dots, dots], after: [1, dots, dots], changed: [2] },
  ]);
  expect((await handlers.diffRows({ ...page, masked: false })).rows).toMatchObject([{ after: [1, 'Anna', 32] }]);
  const exported = async (mask: 'drop' | 'blank' | 'hash') => {
    const path = join(temporaryFolder(), 'changes.csv');
    await result(handlers.exportDiff({ ...compared, path, mask }));
    return readFileSync(path, 'utf8').trim().split('\n');
  };
  const head = 'change,before_row,after_row,changed_columns,id.before,id.after';
  expect((await exported('drop')).slice(0, 2)).toEqual([head, 'added,,3,,,4']);
  const cells = 'name.before,name.after,age.before,age.after';
  expect((await exported('blank')).slice(0, 2)).toEqual([`${head},${cells}`, 'added,,3,,,4,,,,']);
  const key = new DataStore(context.database).marks.key();
  expect((await exported('hash'))[1]).toBe(`added,,3,,,4,,${pseudonym(key, 'Cleo')},,${pseudonym(key, '9')}`);
});

test('a list of changed values is masked by column; texts of whole lines are left out', async () => {
  const { handlers, context } = await people('id,name,age\n1,Anna,NA\nNA,Bert,42\n3,Cleo\n');
  const exported = async (mask?: 'drop' | 'blank' | 'hash') => {
    const to = join(temporaryFolder(), 'changes.csv');
    const { changes } = await handlers.exportChanges({ reference: 'people', to, ...(mask && { mask }) });
    const lines = readFileSync(to, 'utf8').trim().split('\n').slice(1);
    expect(changes).toBe(lines.length);
    return lines;
  };
  const cell = 'people.csv,2,age,missing';
  const others = ['people.csv,3,id,missing,NA,', 'people.csv,4,,padded,,'];
  expect(await exported()).toEqual([`${cell},NA,`, others[0], 'people.csv,4,,padded,"3,Cleo","3,Cleo,"']);
  expect(await exported('drop')).toEqual(others);
  expect(await exported('blank')).toEqual([`${cell},,`, ...others]);
  const key = new DataStore(context.database).marks.key();
  expect(await exported('hash')).toEqual([`${cell},${pseudonym(key, 'NA')},`, ...others]);
});

test('previews of recipes show dots in marked columns, under their new names, and in what is made of them', async () => {
  const { handlers, add } = await people();
  await add({ name: 'rooms', files: [fileOf('id,room\n1,seven\n')] });
  await handlers.mark({ dataset: 'rooms', column: 'room', mark: 'personal' });
  const text = `format: 1
from: people
to: clean
steps:
  - { kind: rename, columns: { name: who } }
  - { kind: derive, column: twice, sql: age * 2 }
  - { kind: derive, column: other, sql: id * 2 }
  - { kind: combine, columns: [who, id], into: label }
  - { kind: join, with: rooms, keys: [id], prefix: their_ }
`;
  const { columns, rows, failure } = await handlers.previewRecipe({ text, masked: true });
  expect(failure).toBe(null);
  const first = Object.fromEntries(columns.map(({ name }, at) => [name, rows[0]?.[at]]));
  expect(first).toMatchObject({ id: 1, age: dots, twice: dots, other: 2, label: dots, their_room: dots });
  expect(JSON.stringify(rows)).not.toMatch(/Anna|31|62|seven/);
  expect(JSON.stringify((await handlers.previewRecipe({ text })).rows)).toMatch(/Anna.*seven/);

  const failing = `format: 1\nfrom: people\nto: clean\nsteps:\n  - { kind: retype, columns: { name: int64 } }\n`;
  const { failure: open } = await handlers.previewRecipe({ text: failing });
  expect(JSON.stringify(open)).toMatch(/Anna|Bert/);
  const { failure: masked } = await handlers.previewRecipe({ text: failing, masked: true });
  expect(masked?.step).toBe(0);
  expect(JSON.stringify(masked)).not.toMatch(/Anna|Bert/);
});

test('findings and leaks about marked columns have neither evidence nor filters with values', () => {
  const marks = { name: 'personal' as const };
  const finding = { severity: 'note' as const, advice: 'Look.', rows: 3 };
  const usual = {
    ...finding,
    code: 'almost_constant_column',
    columns: ['name'],
    message: 'Column "name" is almost always Anna.',
    evidence: '3 rows of 400 differ, not Anna.',
    filter: { match: 'all' as const, conditions: [{ column: 'name', operator: '!=' as const, values: ['Anna'] }] },
  };
  const missing = {
    ...usual,
    code: 'mostly_missing',
    message: 'Column "name" is missing.',
    filter: { match: 'all' as const, conditions: [{ column: 'name', operator: 'missing' as const }] },
  };
  const other = { ...usual, columns: ['id'] };
  const [first, second, third] = maskedFindings([usual, missing, other], marks);
  expect(JSON.stringify(first)).not.toContain('Anna');
  expect(first).toMatchObject({ filter: null, rows: 3, advice: 'Look.' });
  expect(second).toMatchObject({ message: missing.message, filter: missing.filter });
  expect(third).toEqual(other);
  const relations = { target: 'name', leaks: [{ ...other, code: 'known_only_afterwards' }] };
  expect(JSON.stringify(maskedRelations(relations as never, marks))).not.toContain('Anna');
});

test('a refused import names the place of a cell in a marked column, not what it holds', async () => {
  const { handlers, add } = await people();
  await handlers.mark({ dataset: 'people', column: 'age', mark: 'personal' });
  const file = fileOf('id,name,age\n1,Anna,secretly\n');
  const refused = async (work: Promise<unknown>, code: string) => {
    const error = (await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )) as Error | undefined;
    expect(error).toMatchObject({ code });
    expect(`${error?.message} ${JSON.stringify(error)}`).not.toContain('secretly');
    expect(error?.message).toContain('2');
  };
  await refused(add({ name: 'people', files: [file], append: true }), 'data.schema_changed');
  const options = { types: { age: 'int64' as const } };
  await refused(add({ name: 'people', files: [file], options }), 'data.type_misfit');
  await refused(handlers.preview({ path: file, options, dataset: 'people', masked: true }), 'data.type_misfit');
  const twice = fileOf('id,name,age\n2,Bert,77\n2,Bert,77\n');
  await handlers.mark({ dataset: 'people', column: 'id', mark: 'personal' });
  const merged = add({ name: 'people', files: [twice], upsert: true, key: ['id'] });
  await expect(merged).rejects.toMatchObject({
    code: 'data.key_not_unique',
    message: expect.stringContaining(`id ${dots}`),
  });
});
