import { expect, test } from 'vitest';
import { seededRandom } from '../../../engine/base/random.ts';
import { addSales, aliases, runPipeline, salesCsv, withChampion } from './open-project.ts';
import { answerAndLabel, deployed } from './requests.ts';

const steps = ['{name: gate, kind: gate, comparison: compare}', '{name: release, kind: deploy, decision: gate}'];
const compare = ', labelled: sales, recent: 30d';
const better = salesCsv(200, 200, { north: -1, south: -1 });
const newRows = (count: number) => {
  const random = seededRandom(99);
  return Array.from({ length: count }, () => ({ x: random() * 10 }));
};

test('a challenger that is better on the holdout and worse on what came true of requests is refused', async () => {
  const engine = await withChampion();
  const url = await deployed(engine);
  await answerAndLabel(engine, url, newRows(60), ({ x }) => 2 * x + 0.5);
  await addSales(engine, better, { append: true });
  const run = await runPipeline(engine, steps, { compare });
  expect(run).toMatchObject({
    status: 'succeeded',
    decision: { promoted: false, labelled: { deployment: 'sales', rows: 60, known: 0 } },
  });
  expect(run.decision?.gain).toBeGreaterThan(0);
  expect(run.decision?.labelled?.champion).toBeGreaterThan(0.99);
  expect(run.decision?.labelled?.challenger).toBeLessThan(0);
  expect(run.decision?.reason).toMatch(
    /but it is worse on 60 labelled requests of sales: R² -[\d.]+ against (1|0\.99\d*)\.$/,
  );
  expect(run.steps.find(({ name }) => name === 'compare')?.facts).toMatchObject({ labelled_rows: 60 });
  expect(await aliases(engine)).toEqual({ champion: 1 });
}, 240_000);

test('requests that look like rows of a training are not counted, unless they came after all of them', async () => {
  const engine = await withChampion();
  const url = await deployed(engine);
  const trained = salesCsv(0, 200, { north: 2, south: 2 }).trim().split('\n').slice(1);
  const rows = trained.map((line) => ({ x: Number(line.split(',')[2]) }));
  const early = () => '1970-03-01T00:00:00Z';
  await answerAndLabel(engine, url, rows.slice(0, 100), ({ x }) => -x, early);
  await answerAndLabel(engine, url, rows.slice(0, 50), ({ x }) => -x);
  await addSales(engine, better, { append: true });
  const run = await runPipeline(engine, steps, { compare });
  // Each fourth of the 100 early rows was in the champion's holdout; the 50 later ones are of now, all training is of 1970.
  expect(run.decision?.labelled).toMatchObject({ known: 75, rows: 75, since: '1970-03-01T00:00:00.000Z' });
  expect(run.decision).toMatchObject({ promoted: true });
}, 240_000);

test('of too few labelled requests nothing is concluded, and the check says so', async () => {
  const engine = await withChampion();
  const url = await deployed(engine);
  await answerAndLabel(engine, url, newRows(19), ({ x }) => 2 * x);
  await addSales(engine, better, { append: true });
  const run = await runPipeline(engine, steps, { compare });
  expect(run.decision).toMatchObject({ promoted: true, labelled: { rows: 19 } });
  expect(run.decision?.checks).toMatchObject([{ name: 'labelled requests', passed: true }]);
}, 240_000);

test('a challenger that takes an input otherwise than requests have it is not judged on them, and the check says so', async () => {
  const engine = await withChampion();
  const url = await deployed(engine);
  await answerAndLabel(engine, url, newRows(30), ({ x }) => 2 * x);
  const named = salesCsv(0, 400, { north: -1, south: 2 }).replaceAll(/(north|south),([\d.e-]+)/g, '$2,$1');
  await addSales(engine, named.replace('region,x', 'z,x'));
  const run = await runPipeline(engine, steps.slice(0, 1), { compare, window: '400d' });
  const unanswered = 'version 2 takes x as a text, and the requests have it as a number';
  const output = run.steps.find(({ name }) => name === 'gate')?.output;
  const checks = [{ passed: true, detail: `requests of sales say nothing: ${unanswered}` }];
  expect(output).toMatchObject({ comparison: { labelled: { rows: 0, gain: null, unanswered } }, checks });
}, 240_000);
