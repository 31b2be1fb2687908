import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckReport, Expectation } from '../../../engine/contract/data-expectations.ts';
import { Trust } from '../../../engine/store/trust.ts';
import { dataProject } from '../../support/data-project.ts';
import { checkoutFolder } from '../../support/needs.ts';

const folder = join(checkoutFolder, 'tests', 'fixtures', 'expectations');

interface Verdicts {
  cases: { expectation: Expectation; by: string; rows: number[] }[];
  aggregates: Record<string, number>;
}

test('the same rows fail as by pandera and by the definitions of Great Expectations', async () => {
  const { cases, aggregates } = JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as Verdicts;
  const { add, data, result, context } = dataProject();
  new Trust().grant(context.project);
  await add({ name: 'table', files: [join(folder, 'table.csv')] });
  const measured: Expectation[] = [
    { kind: 'mean', column: 'price', least: 0 },
    { kind: 'mean', column: 'count', least: 0 },
    { kind: 'quantile', column: 'price', level: 0.9, least: 0 },
    { kind: 'missing', column: 'size', most: 1 },
  ];
  await data.handlers.saveExpectations({
    dataset: 'table',
    expectations: [...cases.map(({ expectation }) => expectation), ...measured],
  });
  const report = await result<CheckReport>(data.handlers.check({ reference: 'table' }));
  for (const [index, { expectation, by, rows }] of cases.entries()) {
    const { key, passed } = report.results[index] as CheckReport['results'][number];
    const page = await data.handlers.failingRows({ reference: 'table', key, offset: 0, limit: 1000 });
    expect(page.positions, `${JSON.stringify(expectation)} by ${by}`).toEqual(rows);
    expect(passed, JSON.stringify(expectation)).toBe(rows.length === 0);
  }
  const observed = Object.fromEntries(report.results.map((each) => [each.key, Number(each.observed)]));
  for (const [key, value] of Object.entries(aggregates)) expect(observed[key], key).toBeCloseTo(value, 9);
});
