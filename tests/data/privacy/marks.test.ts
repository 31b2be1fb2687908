import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pseudonym } from '../../../engine/base/pseudonym.ts';
import type { CheckReport } from '../../../engine/contract/data-expectations.ts';
import { DataStore } from '../../../engine/data/store.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const people =
  'email,age,n\nanna@example.org,31,1\nbert@example.org,,2\nanna@example.org,40,3\n,22,4\nç@example.org,150,5\n';

async function marked() {
  const project = dataProject();
  const file = join(temporaryFolder(), 'people.csv');
  writeFileSync(file, people);
  await project.add({ name: 'people', files: [file] });
  await project.data.handlers.mark({ dataset: 'people', column: 'email', mark: 'personal' });
  await project.data.handlers.mark({ dataset: 'people', column: 'age', mark: 'sensitive' });
  return project;
}

test('marks belong to the dataset; suggestions go when they were taken or turned down', async () => {
  const { data, add } = dataProject();
  const file = join(temporaryFolder(), 'people.csv');
  writeFileSync(file, `email,phone\n${'a@example.org,+49 30 1234567\n'.repeat(10)}`);
  await add({ name: 'people', files: [file] });
  const suggested = async () => (await data.handlers.privacy({ reference: 'people' })).columns;
  expect(await suggested()).toMatchObject([
    { name: 'email', mark: null, suggestion: { mark: 'personal', why: 'All values are e-mail addresses.' } },
    { name: 'phone', mark: null, suggestion: { mark: 'personal' } },
  ]);
  await data.handlers.mark({ dataset: 'people', column: 'email', mark: 'personal' });
  await data.handlers.mark({ dataset: 'people', column: 'phone', mark: 'dismissed' });
  expect(await suggested()).toEqual([
    { name: 'email', mark: 'personal', suggestion: null },
    { name: 'phone', mark: null, suggestion: null },
  ]);
  expect(data.resolve('people').marks).toEqual({ email: 'personal' });
  await data.handlers.mark({ dataset: 'people', column: 'email', mark: 'none' });
  expect(await data.handlers.marks({ dataset: 'people' })).toEqual({ dataset: 'people', marks: {} });
  await expect(data.handlers.mark({ dataset: 'people', column: 'emial', mark: 'personal' })).rejects.toThrow(
    'Did you mean "email"?',
  );
});

test('the marks of a deleted dataset are known by its name until it is purged', async () => {
  const { data } = await marked();
  const marks = { email: 'personal', age: 'sensitive' };
  expect(data.marks.of('people')).toEqual(marks);
  await data.handlers.mark({ dataset: 'people', column: 'n', mark: 'dismissed' });
  await data.handlers.delete({ reference: 'people' });
  expect(data.marks.of('people')).toEqual(marks);
  data.purge({ dryRun: false });
  expect(data.marks.of('people')).toBeUndefined();
});

test('rows are masked on request, missing values stay missing', async () => {
  const { data } = await marked();
  const page = { reference: 'people', offset: 0, limit: 4 };
  expect((await data.handlers.rows({ ...page, masked: true })).rows).toEqual([
    ['•••', '•••', 1],
    ['•••', null, 2],
    ['•••', '•••', 3],
    [null, '•••', 4],
  ]);
  expect((await data.handlers.rows(page)).rows[0]).toEqual(['anna@example.org', 31, 1]);
});

test('an export leaves marked columns out, blank, or under pseudonyms that need the key of the project', async () => {
  const { data, context } = await marked();
  const folder = temporaryFolder();
  const exported = async (mask: 'drop' | 'hash' | 'blank') => {
    const to = join(folder, `${mask}.csv`);
    await data.handlers.export({ reference: 'people', to, mask });
    return readFileSync(to, 'utf8').trim().split('\n');
  };
  expect(await exported('drop')).toEqual(['n', '1', '2', '3', '4', '5']);
  expect(await exported('blank')).toEqual(['email,age,n', ',,1', ',,2', ',,3', ',,4', ',,5']);
  const key = new DataStore(context.database).marks.key();
  const hash = (value: string) => pseudonym(key, value);
  expect(await exported('hash')).toEqual([
    'email,age,n',
    `${hash('anna@example.org')},${hash('31')},1`,
    `${hash('bert@example.org')},,2`,
    `${hash('anna@example.org')},${hash('40')},3`,
    `,${hash('22')},4`,
    `${hash('ç@example.org')},${hash('150')},5`,
  ]);
  expect(key).toEqual(new DataStore(context.database).marks.key());
  expect(new DataStore(dataProject().context.database).marks.key()).not.toEqual(key);
});

test('results of checks show no value of a marked column', async () => {
  const { data, result } = await marked();
  await data.handlers.saveExpectations({
    dataset: 'people',
    expectations: [
      { kind: 'range', column: 'age', most: 120 },
      { kind: 'unique', columns: ['email'] },
    ],
  });
  const report = await result<CheckReport>(data.handlers.check({ reference: 'people' }));
  expect(report.results).toMatchObject([
    { passed: false, rows: 1, observed: 0.25, sample: [{ position: 4, values: ['•••'] }] },
    { passed: false, rows: 2 },
  ]);
  expect(JSON.stringify(report)).not.toMatch(/150|anna/);
});
