import { expect, test } from 'vitest';
import { dataCalls } from '../../../engine/contract/data.ts';
import { openApp } from '../open-app.ts';
import { addRows, logOf, runSteps } from './run-steps.ts';

const rides = 'station,riders\n Clark ,10\nLake,20\nLake,20\n';
const recipe = 'format: 1\nfrom: rides\nto: rides_clean\nsteps:\n  - kind: deduplicate\n';
const fetchAndClean = `
  - { name: rows, kind: fetch, dataset: rides@1 }
  - { name: tidy, kind: clean, data: rows, recipe: rides }
`;

test('clean runs a recipe over the version that it is given, and again only where something changed', async () => {
  const engine = await openApp();
  await addRows(engine, 'rides', rides);
  await addRows(engine, 'rides', `${rides}Ashland,30\n`);
  await engine.call(dataCalls.saveRecipe, { name: 'rides', text: recipe });

  const first = await runSteps(engine, fetchAndClean);
  expect(first.step('tidy')).toMatchObject({
    status: 'succeeded',
    cached: false,
    summary: 'rides: rides_clean@1, 2 rows',
    output: { type: 'dataset', dataset: 'rides_clean', version: 1, rows: 2 },
    facts: { rows: 2, version: 1, unchanged: false },
  });
  expect(await logOf(engine, first, 'tidy')).toEqual(['step 1: 3 rows in, 2 out, 0 cells changed']);
  expect((await runSteps(engine, fetchAndClean)).step('tidy')).toMatchObject({ cached: true });

  await engine.call(dataCalls.saveRecipe, { name: 'rides', text: `${recipe}  - {kind: trim, columns: [station]}\n` });
  expect((await runSteps(engine, fetchAndClean)).step('tidy')).toMatchObject({
    cached: false,
    because: 'what it looks at changed since run 2',
    output: { version: 2 },
  });
  await addRows(engine, 'other', rides);
  const wrong = await runSteps(engine, fetchAndClean.replace('rides@1', 'other'));
  expect(wrong.run.error).toBe('recipes/rides.yaml cleans rides, and was given other@1.');
}, 60_000);

const fetchAndCheck = `
  - { name: rows, kind: fetch, dataset: rides }
  - { name: expected, kind: check, data: rows }
  - { name: after, kind: split, data: expected, split: { kind: every-nth, every: 5 } }
`;

test('check fails with the expectations that rows do not meet, and says where there are none', async () => {
  const engine = await openApp();
  await addRows(engine, 'rides', rides);
  expect((await runSteps(engine, fetchAndCheck)).step('expected')).toMatchObject({
    status: 'succeeded',
    summary: 'Nothing is expected of rides yet, so nothing was checked: write expectations/rides.yaml.',
    facts: { passed: 0, failed: 0, unknown: 0 },
  });
  const expectations = [
    { kind: 'range', column: 'riders', most: 15 },
    { kind: 'rows', most: 100 },
  ] as const;
  await engine.call(dataCalls.saveExpectations, { dataset: 'rides', expectations: [...expectations] });
  const failed = await runSteps(engine, fetchAndCheck);
  expect(failed.step('expected').status).toBe('failed');
  expect(failed.run.error).toMatch(/^rides@1 does not meet 1 expectation: .*riders.*15/);
  expect(failed.step('after')).toMatchObject({ status: 'skipped', because: 'expected failed' });
  expect(await logOf(engine, failed, 'expected')).toEqual([
    expect.stringMatching(/^not met: .*riders/),
    expect.stringMatching(/^met: /),
    failed.run.error,
  ]);
  await engine.call(dataCalls.saveExpectations, { dataset: 'rides', expectations: expectations.slice(1) });
  expect((await runSteps(engine, fetchAndCheck)).step('expected')).toMatchObject({
    summary: 'rides@1 meets 1 expectation',
    facts: { passed: 1, failed: 0, unknown: 0 },
    output: { type: 'dataset', version: 1 },
  });
}, 60_000);

test('split refuses a column that the rows do not have', async () => {
  const engine = await openApp();
  await addRows(engine, 'rides', rides);
  const steps = (by: string) => `
  - { name: rows, kind: fetch, dataset: rides }
  - { name: held, kind: split, data: rows, split: { kind: group, by: ${by}, holdout: 0.2, seed: 1 } }
`;
  expect((await runSteps(engine, steps('station'))).step('held')).toMatchObject({
    summary: 'held out: 20 % of the groups of station',
    output: { type: 'split', split: { kind: 'group', by: 'station' } },
  });
  expect((await runSteps(engine, steps('staton'))).run.error).toMatch(/There is no column "staton"\. .*station/);
}, 60_000);

test('split by another dataset is of its version now, and of its next one where that has come', async () => {
  const engine = await openApp();
  await addRows(engine, 'rides', rides);
  await addRows(engine, 'later', rides);
  const steps = `
  - { name: rows, kind: fetch, dataset: rides }
  - { name: held, kind: split, data: rows, split: { kind: dataset, reference: later } }
`;
  const first = (await runSteps(engine, steps)).step('held');
  expect(first.output).toMatchObject({ split: { reference: expect.stringMatching(/^later@sha256:/) } });
  expect((await runSteps(engine, steps)).step('held')).toMatchObject({ cached: true, output: first.output });
  await addRows(engine, 'later', `${rides}z,99\n`);
  const next = (await runSteps(engine, steps)).step('held');
  expect(next.cached).toBe(false);
  expect(next.output).not.toEqual(first.output);
}, 60_000);
