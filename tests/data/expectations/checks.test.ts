import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckReport, Expectation } from '../../../engine/contract/data-expectations.ts';
import { type DataProject, dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

function fileOf(text: string, name = 'rows.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** Adds a text as `table` and answers how it meets each expectation. */
async function checked(text: string, expectations: Expectation[], project: DataProject = dataProject()) {
  await project.add({ name: 'table', files: [fileOf(text)] });
  await project.data.handlers.saveExpectations({ dataset: 'table', expectations });
  const report = await project.result<CheckReport>(project.data.handlers.check({ reference: 'table' }));
  return report;
}

const rows =
  'id,price,size,day,code\n1,10.5,S,2024-12-01,AB-1\n2,,M,2024-12-02,AB-22\n2,-3,XL,2024-12-05,ab\n4,20,S,2024-12-04,AB-7\n';

test('each kind judges rows, says what it found and names the failing rows', async () => {
  const report = await checked(rows, [
    { kind: 'present', column: 'price' },
    { kind: 'columns', columns: ['id', 'price', 'size'], ordered: true, only: true },
    { kind: 'type', column: 'id', type: 'number' },
    { kind: 'type', column: 'size', type: 'int64' },
    { kind: 'missing', column: 'price', most: 0.2 },
    { kind: 'unique', columns: ['id'] },
    { kind: 'unique', columns: ['id', 'size'] },
    { kind: 'range', column: 'price', least: 0, most: 20 },
    { kind: 'range', column: 'price', most: 20, exclusive: true, tolerance: 0.5 },
    { kind: 'range', column: 'day', least: '2024-12-02', most: '2024-12-31' },
    { kind: 'one-of', column: 'size', values: ['S', 'M', 'L'] },
    { kind: 'pattern', column: 'code', pattern: '^[A-Z]{2}-[0-9]+$' },
    { kind: 'length', column: 'code', least: 3 },
    { kind: 'rows', least: 4, most: 4 },
    { kind: 'growth', least: 0 },
    { kind: 'fresh', column: 'day', days: 20 },
    { kind: 'monotonic', column: 'day' },
    { kind: 'mean', column: 'price', least: 9, most: 9.2 },
    { kind: 'quantile', column: 'price', level: 0.5, most: 10 },
    { kind: 'distribution', column: 'price', version: 1 },
  ]);
  const brief = report.results.map(({ key, passed, rows: failed, sample }) => [
    key,
    passed,
    failed,
    sample.map(({ position, values }) => [position, ...values]),
  ]);
  expect(brief).toEqual([
    ['present:price', true, null, []],
    ['columns', false, null, []],
    ['type:id', true, null, []],
    ['type:size', false, null, []],
    ['missing:price', false, 1, [[1, null]]],
    [
      'unique:id',
      false,
      2,
      [
        [1, 2],
        [2, 2],
      ],
    ],
    ['unique:id,size', true, 0, []],
    ['range:price', false, 1, [[2, -3]]],
    ['range:price#2', true, 1, [[3, 20]]],
    ['range:day', false, 1, [[0, '2024-12-01']]],
    ['one-of:size', false, 1, [[2, 'XL']]],
    ['pattern:code', false, 1, [[2, 'ab']]],
    ['length:code', false, 1, [[2, 'ab']]],
    ['rows', true, null, []],
    ['growth', null, null, []],
    ['fresh:day', false, null, []],
    ['monotonic:day', false, 1, [[3, '2024-12-04']]],
    ['mean:price', true, null, []],
    ['quantile:price:0.5', false, null, []],
    ['distribution:price', null, null, []],
  ]);
  expect(report.passed).toBe(false);
  const found = Object.fromEntries(report.results.map((result) => [result.key, result.found]));
  expect(found).toMatchObject({
    columns: 'There besides: day, code.',
    'type:size': 'It is text.',
    'missing:price': 'It is missing in 1 of 4 rows (25 %).',
    'range:price': '1 of 3 rows fails. The values go from -3 to 20.',
    'fresh:day': 'The newest is of 2024-12-05, 27 days ago.',
  });
});

test('a version whose file lacks a column fails what is said of that column, and names it', async () => {
  const project = dataProject();
  const expectations: Expectation[] = [
    { kind: 'type', column: 'size', type: 'text' },
    { kind: 'missing', column: 'size', most: 0 },
    { kind: 'unique', columns: ['id', 'size'] },
    { kind: 'type', column: 'id', type: 'int64' },
  ];
  await project.add({ name: 'table', files: [fileOf(rows)] });
  await project.data.handlers.saveExpectations({ dataset: 'table', expectations });
  const report = await checked('id,price\n1,2\n2,3\n', expectations, project);
  expect(report.results.map(({ key, passed, found }) => [key, passed, found])).toEqual([
    ['type:size', false, 'There is no column "size".'],
    ['missing:size', false, 'There is no column "size".'],
    ['unique:id,size', false, 'There is no column "size".'],
    ['type:id', true, 'It is a whole number.'],
  ]);
});
