import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckReport } from '../../../engine/contract/data-expectations.ts';
import { Trust } from '../../../engine/store/trust.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function fileOf(text: string, name = 'rows.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

test('an expectation that blocks refuses a version and says where; it can be added all the same', async () => {
  const { add, data } = dataProject();
  await add({ name: 'log', files: [fileOf('n,note\n1,a\n2,b\n')] });
  await data.handlers.saveExpectations({
    dataset: 'log',
    expectations: [
      { kind: 'range', column: 'n', least: 0, severity: 'block' },
      { kind: 'length', column: 'note', most: 3 },
    ],
  });
  const bad = fileOf('n,note\n3,"two\nlines"\n-4,c\n5,d\n\n-6,"say ""hi"""\n', 'bad.csv');
  for (const append of [true, false]) {
    await expect(add({ name: 'log', files: [bad], append })).rejects.toMatchObject({
      code: 'data.expectation_failed',
      kind: 'precondition',
      message:
        'An expectation that blocks failed, so no version of log was made. “n is at least 0” fails in 2 rows (lines 4, 7).',
      details: {
        failures: [
          {
            key: 'range:n',
            rows: 2,
            sample: [
              { position: append ? 3 : 1, line: 4, values: [-4] },
              { position: append ? 5 : 3, line: 7, values: [-6] },
            ],
          },
        ],
      },
    });
  }
  expect((await data.handlers.show({ reference: 'log' })).versions).toHaveLength(1);
  const added = await add({ name: 'log', files: [bad], append: true, acceptFailures: true });
  expect(added).toMatchObject({
    version: 2,
    rows: 6,
    warnings: [
      { code: 'data.expectation_not_met', message: '“n is at least 0” fails in 2 rows (lines 4, 7).', column: 'n' },
      { code: 'data.expectation_not_met', column: 'note' },
    ],
  });
  const { history } = await data.handlers.expectations({ dataset: 'log' });
  expect(history).toMatchObject([
    {
      version: 2,
      passed: false,
      accepted: true,
      results: [
        { key: 'range:n', passed: false },
        { key: 'length:note', passed: false, rows: 2 },
      ],
    },
  ]);
  const page = await data.handlers.failingRows({ reference: 'log@2', key: 'range:n', offset: 1, limit: 5 });
  expect(page).toMatchObject({ rows: [[-6, 'say "hi"']], positions: [5], total: 2 });
  await expect(data.handlers.failingRows({ reference: 'log@2', key: 'range:m', offset: 0, limit: 5 })).rejects.toThrow(
    'Did you mean "range:n"?',
  );
});

test('a failed warning is kept with the version and refuses nothing', async () => {
  const { add, data } = dataProject();
  await add({ name: 'log', files: [fileOf('n\n1\n')] });
  await data.handlers.saveExpectations({ dataset: 'log', expectations: [{ kind: 'growth', most: 1 }] });
  await add({ name: 'log', files: [fileOf('n\n1\n2\n3\n')] });
  const { history } = await data.handlers.expectations({ dataset: 'log' });
  expect(history).toMatchObject([{ version: 2, passed: false, accepted: false, results: [{ observed: 2 }] }]);
  await add({ name: 'log', files: [fileOf('n\n1\n3\n2\n')] });
  expect((await data.handlers.expectations({ dataset: 'log' })).history).toMatchObject([
    { version: 2 },
    { passed: true },
  ]);
});

test('rows that refer to another dataset are looked up in its latest version', async () => {
  const { add, data, result } = dataProject();
  await add({ name: 'stations', files: [fileOf('id,line\n1,red\n2,blue\n')] });
  await add({ name: 'rides', files: [fileOf('station,n\n1,5\n3,6\n,7\n')] });
  await data.handlers.saveExpectations({
    dataset: 'rides',
    expectations: [
      { kind: 'refers', columns: ['station'], dataset: 'stations', to: ['id'] },
      { kind: 'refers', columns: ['station'], dataset: 'nowhere', to: ['id'] },
    ],
  });
  const report = await result<CheckReport>(data.handlers.check({ reference: 'rides' }));
  expect(report).toMatchObject({
    passed: false,
    results: [
      { passed: false, rows: 1, sample: [{ position: 1, values: [3] }] },
      { passed: null, found: 'There is no dataset "nowhere".' },
    ],
  });
});

test('a rule is SQL over one row; it is run in a trusted project only', async () => {
  const { add, data, result, context } = dataProject();
  await add({ name: 'log', files: [fileOf('low,high\n1,2\n5,3\n,1\n')] });
  const rules = ['low <= high', "read_csv('/etc/passwd') IS NULL", 'hihg > 0'];
  await data.handlers.saveExpectations({
    dataset: 'log',
    expectations: rules.map((sql) => ({ kind: 'rule' as const, sql })),
  });
  const check = () => result<CheckReport>(data.handlers.check({ reference: 'log' }));
  context.project.id = context.newId('prj');
  expect((await check()).results.map(({ passed }) => passed)).toEqual([null, null, null]);
  new Trust().grant(context.project);
  const { results, passed } = await check();
  expect(passed).toBe(false);
  expect(results).toMatchObject([
    { passed: false, rows: 1, sample: [{ position: 1, values: [5, 3] }] },
    { passed: false, rows: null },
    { passed: false, found: expect.stringContaining('Did you mean "high"?') },
  ]);
  const page = await data.handlers.failingRows({ reference: 'log', key: 'rule:low <= high', offset: 0, limit: 9 });
  expect(page.rows).toEqual([[5, 3]]);
});

test('the expectations of a renamed dataset go with it, comments and all', async () => {
  const { add, data, context } = dataProject();
  await add({ name: 'log', files: [fileOf('n\n1\n')] });
  const text = 'format: 1\ndataset: log # of the sensors\nexpectations:\n  - kind: rows # never empty\n    least: 1\n';
  await data.handlers.saveExpectations({ dataset: 'log', text });
  await data.handlers.rename({ name: 'log', to: 'sensors' });
  const { expectations, text: now } = await data.handlers.expectations({ dataset: 'sensors' });
  expect(expectations).toMatchObject([{ key: 'rows' }]);
  expect(now).toBe(text.replace('log', 'sensors'));
  expect(readdirSync(join(context.project.path, 'expectations'))).toEqual(['sensors.yaml']);
});
