import { expect, test } from 'vitest';
import { dataCalls } from '../../../engine/contract/data.ts';
import { expectationCalls } from '../../../engine/contract/data-expectations.ts';
import { type PipelineRun, retrainCalls } from '../../../engine/contract/retrain.ts';
import { addSales, aliases, pipelineText, runPipeline, salesCsv, withChampion } from './open-project.ts';

const checksOf = ({ decision }: PipelineRun) =>
  Object.fromEntries((decision?.checks ?? []).map(({ name, passed, detail }) => [name, [passed, detail]]));
const gate = (members: string) => [
  `{name: gate, kind: gate, comparison: compare, ${members}}`,
  '{name: release, kind: deploy, decision: gate}',
];

test('a gate holds the challenger to all that it names, looks at everything, and says what was found', async () => {
  const engine = await withChampion();
  // Better as a whole: the north turned round, the south is as before.
  await addSales(engine, salesCsv(200, 400, { north: -2, south: 2 }), { append: true });
  await engine.call(dataCalls.addText, {
    name: 'golden',
    text: 'region,x,y\nnorth,0,0.5\nsouth,100,200\nsouth,5,\n',
    fileName: 'golden.csv',
  });
  await engine.call(expectationCalls.saveExpectations, {
    dataset: 'sales',
    expectations: [
      { kind: 'range', column: 'x', least: 0, most: 10 },
      { kind: 'rows', most: 100 },
    ],
  });
  const members =
    'slices: [region, x], signature: true, bytes: 100, latency: 1h, expectations: true, golden: {dataset: golden, tolerance: 3}, fairness: {column: region, difference: 0.1}';
  const refused = await runPipeline(engine, gate(members), { window: '400d' });
  expect(refused).toMatchObject({ status: 'succeeded', decision: { promoted: false, challenger: { version: 2 } } });
  const checks = checksOf(refused);
  expect(checks.slices).toEqual([
    false,
    expect.stringMatching(/^it is worse on \d of \d+ slices of region and x: region south \(R²/),
  ]);
  expect(checks.signature).toEqual([true, 'it takes all that the champion takes']);
  expect(checks.bytes).toEqual([false, expect.stringMatching(/^its file has [\d,]+ bytes; at most 100 are taken$/)]);
  expect(checks.latency).toEqual([true, expect.stringMatching(/ ms; at most 1 h is taken$/)]);
  expect(checks['data expectations']).toEqual([
    false,
    expect.stringMatching(/^sales@2 does not meet 1 expectation: .*\(.*600.*\)$/),
  ]);
  expect(checks['golden set']).toEqual([
    false,
    expect.stringMatching(/^it answers 1 of 2 rows of golden@1 otherwise: row 2 [\d.]+ instead of 200$/),
  ]);
  expect(checks.fairness).toEqual([
    false,
    'fairness by region cannot be judged, as it answers numbers and gives no class',
  ]);
  const reason = String(refused.decision?.reason);
  for (const [passed, detail] of Object.values(checks)) expect(reason.includes(String(detail))).toBe(!passed);
  const slices = refused.decision?.checks?.find(({ name }) => name === 'slices')?.slices;
  expect(slices?.filter(({ column }) => column === 'region')).toMatchObject([{ rows: expect.any(Number) }, {}]);
  expect(await aliases(engine)).toEqual({ champion: 1 });

  const promoted = await runPipeline(engine, gate('signature: true, latency: 1h, bytes: 10000000'), { window: '400d' });
  expect(promoted.decision).toMatchObject({ promoted: true });
  expect(Object.values(checksOf(promoted)).map(([passed]) => passed)).toEqual([true, true, true]);
  expect(await aliases(engine)).toEqual({ champion: 2 });
}, 240_000);

test('a gate that cannot look at what it names ends the run with the name that was meant', async () => {
  const engine = await withChampion();
  await addSales(engine, salesCsv(200, 200, { north: -1, south: -1 }), { append: true });
  await expect(runPipeline(engine, gate('slices: [regoin]'))).rejects.toMatchObject({ code: 'train.unknown_column' });
  expect(await aliases(engine)).toEqual({ champion: 1 });
}, 240_000);

test('a champion that needs a column which newer rows lack cannot be compared, and the run says so', async () => {
  const engine = await withChampion();
  await addSales(engine, salesCsv(0, 400, { north: -1, south: -1 }).replace('region,x', 'region,z'));
  const text = pipelineText(gate('bytes: 10000000')).replace(
    'like: sales@champion',
    'target: y, learner: linear, features: [z]',
  );
  await engine.call(retrainCalls.addFile, { text });
  await expect(engine.call(retrainCalls.run, { pipeline: 'renewal' })).rejects.toMatchObject({
    code: 'retrain.not_comparable',
    message: 'Version 1 of sales needs x, which the rows that version 2 was trained on do not have.',
  });
  expect(await aliases(engine)).toEqual({ champion: 1 });
}, 240_000);
