import { chmodSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemClock } from '../../../engine/base/clock.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import { deployCalls } from '../../../engine/contract/deploy.ts';
import type { SequencedEvent } from '../../../engine/contract/events.ts';
import { monitorCalls } from '../../../engine/contract/monitor.ts';
import { packageCalls } from '../../../engine/contract/package.ts';
import { type PipelineRun, retrainCalls } from '../../../engine/contract/retrain.ts';
import type { Probation } from '../../../engine/contract/retrain-probation.ts';
import { ProbationStore } from '../../../engine/retrain/probation/probation-store.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { type OpenApp, openApp } from '../open-app.ts';
import { addSales, aliases, runPipeline, salesCsv, withChampion } from './open-project.ts';
import { answerAndLabel, deployed, deploymentOf } from './requests.ts';

const better = salesCsv(200, 200, { north: -1, south: -1 });
const steps = (release: string) => [
  '{name: gate, kind: gate, comparison: compare}',
  `{name: release, kind: deploy, decision: gate, probation: 20, ${release}}`,
];
const random = seededRandom(17);
const rows = (count: number) => Array.from({ length: count }, () => ({ x: random() * 10 }));
const asBefore = ({ x }: { x: number }) => 2 * x + 0.5;
const asNow = ({ x }: { x: number }) => -x + 0.5;

/** A project with a deployment whose champion 1 was followed by version 2, on probation. */
async function released(release = 'as: live', path = temporaryFolder()) {
  const engine = await withChampion(systemClock, path);
  const url = await deployed(engine);
  await addSales(engine, better, { append: true });
  const run = await runPipeline(engine, steps(release));
  expect(run).toMatchObject({ status: 'succeeded', decision: { promoted: true, challenger: { version: 2 } } });
  return { engine, url, run };
}

const probationOf = async ({ call }: OpenApp, { id }: PipelineRun) =>
  (await call(retrainCalls.show, { run: id })).probations[0];
const settled = (engine: OpenApp, run: PipelineRun) =>
  expect.poll(async () => (await probationOf(engine, run))?.state, { timeout: 30_000 });

test('a promoted version that does worse in its first labelled requests is taken back by itself', async () => {
  const { engine, url, run } = await released();
  const events: SequencedEvent[] = [];
  engine.app.context.events.listen((event) => events.push(event));
  expect(await aliases(engine)).toEqual({ champion: 2 });
  await answerAndLabel(engine, url, rows(19), asBefore);
  await expect.poll(async () => (await probationOf(engine, run))?.labelled, { timeout: 30_000 }).toBe(19);
  expect(await probationOf(engine, run)).toMatchObject({ state: 'running', wanted: 20, champion: 1, as: 'live' });
  await expect(engine.call(packageCalls.delete, { reference: 'sales@1' })).rejects.toMatchObject({
    code: 'package.in_use',
    message: expect.stringContaining('version 2 is on probation in sales'),
  });
  await answerAndLabel(engine, url, rows(5), asBefore);
  await settled(engine, run).toBe('undone');

  const probation = await probationOf(engine, run);
  expect(probation?.found).toMatchObject({ rows: 20, metric: { name: 'r2' } });
  expect(probation?.found?.champion).toBeGreaterThan(0.99);
  expect(probation?.found?.version).toBeLessThan(0);
  expect(probation?.reason).toMatch(
    /^Version 2 did worse in its first 20 labelled requests of sales: R² -[\d.]+ against (1|0\.99\d*) of version 1 on the same\. It was taken back\.$/,
  );
  expect(await aliases(engine)).toEqual({ champion: 1 });
  expect((await deploymentOf(engine)).version).toBe(1);
  const { pipeline_run: told } = await engine.call(retrainCalls.show, { run: run.id });
  expect(told.decision).toMatchObject({ promoted: true, undone: { reason: probation?.reason } });
  expect(events.filter(({ type }) => type === 'release.undone')).toMatchObject([
    { deployment: 'sales', title: 'sales: version 2 was taken back' },
  ]);
  const [model] = (await engine.call(packageCalls.list, {})).models;
  expect(model?.history.find(({ to, from }) => from === 2 && to === 1)).toMatchObject({ by: 'pipeline renewal' });
}, 240_000);

test('a version that does not do worse stays, and a probation goes on in the next engine', async () => {
  const path = temporaryFolder();
  const { engine: first, url, run } = await released('as: live', path);
  await answerAndLabel(first, url, rows(12), asNow);
  await first.app.close();
  const second = await openApp(path);
  await second.app.start();
  await expect.poll(async () => (await deploymentOf(second)).status, { timeout: 30_000 }).toBe('running');
  const address = (await deploymentOf(second)).url as string;
  await answerAndLabel(second, address, rows(8), asNow);
  await settled(second, run).toBe('passed');
  expect((await probationOf(second, run))?.reason).toMatch(/^Version 2 did not do worse in its first 20 /);
  expect(await aliases(second)).toEqual({ champion: 2 });
}, 240_000);

test('a canary that does not do worse goes live', async () => {
  const { engine, url, run } = await released('as: canary, percent: 99');
  expect(await aliases(engine)).toEqual({ champion: 1 });
  expect((await deploymentOf(engine)).traffic.canary).toEqual({ version: 2, percent: 99 });
  for (const row of rows(40)) await answerAndLabel(engine, url, [row], asNow);
  await settled(engine, run).toBe('passed');
  expect(await aliases(engine)).toEqual({ champion: 2 });
  expect(await deploymentOf(engine)).toMatchObject({ version: 2, traffic: { canary: null } });
}, 240_000);

test('a shadow that does worse is no shadow any more, and no caller saw it', async () => {
  const { engine, url, run } = await released('as: shadow');
  expect((await deploymentOf(engine)).traffic.shadow).toBe(2);
  await answerAndLabel(engine, url, rows(20), asBefore);
  await settled(engine, run).toBe('undone');
  expect(await deploymentOf(engine)).toMatchObject({ version: 1, traffic: { shadow: null } });
  expect(await aliases(engine)).toEqual({ champion: 1 });
}, 240_000);

test('a probation ends where another version answers by now', async () => {
  const { engine, url, run } = await released();
  await engine.call(packageCalls.rollback, { model: 'sales', alias: 'champion' });
  await answerAndLabel(engine, url, rows(20), asNow);
  await settled(engine, run).toBe('ended');
  expect((await probationOf(engine, run))?.reason).toBe('Version 1 answers sales by now.');
}, 240_000);

/** The verdict on a version as an engine keeps it that ends before anything came of it. */
function judged({ app }: OpenApp, gain: number | null) {
  const store = new ProbationStore(app.context.database);
  const [probation] = store.running();
  const found = { metric: { name: 'r2', lowerIsBetter: false }, rows: 20, champion: 0.5, gain };
  store.judged(probation as Probation, {
    found: {
      ...found,
      version: gain === null ? null : 0.5 + gain,
      interval: gain === null ? null : [gain - 0.1, gain + 0.1],
    },
    reason: 'So it was.',
  });
}

test.each([
  ['shadow', -0.5, null, 'undone', 'So it was. It was taken back.', 1],
  ['canary', -0.5, { canary: null }, 'undone', 'So it was. It was taken back.', 1],
  ['canary', 0.5, null, 'passed', 'So it was. It answers all requests now.', 2],
  ['canary', 0.5, 'promote', 'passed', 'So it was. It answers all requests now.', 2],
] as const)(
  'a verdict on a %s (%s) that an engine did not come to carry out, or to write down (%j), is carried out by the next',
  async (as, gain, done, state, reason, version) => {
    const path = temporaryFolder();
    const { engine: first, run } = await released(`as: ${as}`, path);
    judged(first, gain);
    if (done === 'promote') await first.call(deployCalls.promote, { deployment: 'sales' });
    else if (done) await first.call(deployCalls.traffic, { deployment: 'sales', ...done });
    await first.app.close();
    const second = await openApp(path);
    await second.app.start();
    await settled(second, run).toBe(state);
    expect(await probationOf(second, run)).toMatchObject({ reason, found: { gain } });
    expect(await deploymentOf(second)).toMatchObject({ version, traffic: { canary: null, shadow: null } });
    const { pipeline_run: told } = await second.call(retrainCalls.show, { run: run.id });
    expect(told.decision?.undone?.reason).toBe(state === 'undone' ? reason : undefined);
  },
  240_000,
);

test('a canary that could not be judged has proven nothing, and stays one', async () => {
  const path = temporaryFolder();
  const { engine: first, run } = await released('as: canary', path);
  judged(first, null);
  await first.app.close();
  const second = await openApp(path);
  await second.app.start();
  await settled(second, run).toBe('ended');
  expect((await probationOf(second, run))?.reason).toBe('So it was.');
  expect(await deploymentOf(second)).toMatchObject({ version: 1, traffic: { canary: { version: 2 } } });
}, 240_000);

test('a canary that was set back to no requests proves nothing any more', async () => {
  const { engine, run } = await released('as: canary');
  await engine.call(deployCalls.traffic, { deployment: 'sales', canary: { version: 2, percent: 0 } });
  await engine.call(monitorCalls.addLabels, { deployment: 'sales', labels: [{ id: 'nobody', label: 1 }] });
  await settled(engine, run).toBe('ended');
  expect((await probationOf(engine, run))?.reason).toBe('Version 2 is the canary of sales no more.');
}, 240_000);

test('a promotion that its deployment cannot follow is taken back in one go', async () => {
  const engine = await withChampion();
  await deployed(engine);
  await addSales(engine, better, { append: true });
  const waiting = await runPipeline(engine, [
    '{name: gate, kind: gate, comparison: compare}',
    '{name: people, kind: approve, decision: gate}',
    '{name: release, kind: deploy, decision: people}',
  ]);
  const { version } = await engine.call(packageCalls.show, { reference: 'sales@2' });
  chmodSync(version.onnx.path, 0o644);
  writeFileSync(version.onnx.path, 'no model any more');
  await expect(engine.call(retrainCalls.approve, { run: waiting.id, approve: true })).rejects.toMatchObject({
    code: 'retrain.not_redeployed',
    message: expect.stringMatching(
      /^sales answers with version 1 instead of version 2.*champion is version 1 again\.$/,
    ),
  });
  const { pipeline_run: run } = await engine.call(retrainCalls.show, { run: waiting.id });
  expect(run).toMatchObject({ status: 'failed', decision: { promoted: false } });
  expect(run.decision?.reason).toMatch(/^Version 2 is not promoted: .* champion is version 1 again\.$/);
  expect(await aliases(engine)).toEqual({ champion: 1 });
  expect(await deploymentOf(engine)).toMatchObject({ version: 1, status: 'running' });
  expect((await engine.call(retrainCalls.show, { run: waiting.id })).probations).toEqual([]);
}, 240_000);

test('a canary needs a deployment; without one a version is promoted and not on probation, and the step says so', async () => {
  const engine = await withChampion();
  await addSales(engine, better, { append: true });
  await expect(runPipeline(engine, steps('as: canary'))).rejects.toMatchObject({
    code: 'retrain.nothing_serves',
    message: expect.stringContaining('no deployment follows champion of sales'),
  });
  const run = await runPipeline(engine, steps('as: live'));
  expect(run.steps.find(({ name }) => name === 'release')?.summary).toBe(
    'champion is version 2; no deployment follows champion; it is not on probation, as nothing answers with it',
  );
  expect(await probationOf(engine, run)).toBeUndefined();
}, 240_000);
