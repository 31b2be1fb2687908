import { expect, test } from 'vitest';
import type { SequencedEvent } from '../../../engine/contract/events.ts';
import { packageCalls } from '../../../engine/contract/package.ts';
import { retrainCalls } from '../../../engine/contract/retrain.ts';
import { trainCalls } from '../../../engine/contract/train.ts';
import { Trust } from '../../../engine/store/trust.ts';
import { currentUser } from '../../../engine/store/user-name.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openApp } from '../open-app.ts';
import { addSales, aliases, movableClock, runPipeline, salesCsv, statuses, withChampion } from './open-project.ts';

const steps = [
  '{name: gate, kind: gate, comparison: compare}',
  '{name: people, kind: approve, decision: gate, within: 3d}',
  '{name: release, kind: deploy, decision: people}',
];
const days = 86_400_000;
const better = salesCsv(200, 200, { north: -1, south: -1 });

test('a run waits for a person with the evidence, and goes on to promote once it is approved', async () => {
  const engine = await withChampion();
  await addSales(engine, better, { append: true });
  const events: SequencedEvent[] = [];
  engine.app.context.events.listen((event) => events.push(event));
  const asked = await runPipeline(engine, steps);
  expect(asked).toMatchObject({ status: 'paused', finishedAt: null, decision: null });
  expect(statuses(asked)).toMatchObject({ gate: 'succeeded', people: 'paused', release: 'waiting' });
  expect(asked.steps.find(({ name }) => name === 'people')?.output).toMatchObject({
    type: 'decision',
    passed: true,
    comparison: { challenger: { version: 2 }, rows: 50 },
  });
  expect(await aliases(engine)).toEqual({ champion: 1 });
  expect(events.filter(({ type }) => type === 'approval.asked')).toMatchObject([
    { run: asked.id, pipeline: 'renewal', step: 'people', title: 'sales: version 2 waits for your approval' },
  ]);
  const { waiting } = await engine.call(retrainCalls.list, {});
  expect(waiting).toMatchObject([{ run: asked.id, step: 'people', state: 'waiting', by: null }]);

  const reason = 'reads well';
  const { pipeline_run: run } = await engine.call(retrainCalls.approve, { run: asked.id, approve: true, reason });
  expect(run).toMatchObject({
    id: asked.id,
    status: 'succeeded',
    decision: { promoted: true, by: currentUser(), note: reason, challenger: { version: 2 } },
  });
  expect(events.filter(({ type }) => type === 'approval.answered')).toMatchObject([{ run: asked.id, step: 'people' }]);
  expect(await aliases(engine)).toEqual({ champion: 2 });
  const { approvals } = await engine.call(retrainCalls.show, { run: run.id });
  expect(approvals).toMatchObject([{ state: 'approved', by: currentUser(), reason }]);
  await expect(engine.call(retrainCalls.approve, { run: run.id, approve: false })).rejects.toMatchObject({
    code: 'retrain.nothing_to_approve',
    message: expect.stringContaining(`approved by ${currentUser()}: reads well`),
  });
}, 240_000);

test('what a person refuses is kept with the reason, and the champion stays', async () => {
  const engine = await withChampion();
  await addSales(engine, better, { append: true });
  const asked = await runPipeline(engine, steps);
  const wish = { run: asked.id, step: 'people', approve: false, reason: 'not before the audit' };
  const { pipeline_run: run } = await engine.call(retrainCalls.approve, wish);
  expect(run).toMatchObject({ status: 'succeeded', decision: { promoted: false, by: currentUser() } });
  expect(run.decision?.reason).toBe(`Version 2 is not promoted: refused by ${currentUser()}: not before the audit.`);
  expect(statuses(run)).toMatchObject({ people: 'succeeded', release: 'skipped' });
  expect(await aliases(engine)).toEqual({ champion: 1 });
}, 240_000);

test('an answer to a run that cannot go on counts for nothing', async () => {
  const engine = await withChampion();
  await addSales(engine, better, { append: true });
  const asked = await runPipeline(engine, steps);
  new Trust().revoke(engine.app.context.project);
  await expect(engine.call(retrainCalls.approve, { run: asked.id, approve: true })).rejects.toMatchObject({
    code: 'retrain.untrusted_pipeline',
  });
  expect((await engine.call(retrainCalls.show, { run: asked.id })).approvals).toMatchObject([{ state: 'waiting' }]);
}, 240_000);

test('what the gate refused is not brought before a person', async () => {
  const engine = await withChampion();
  await addSales(engine, salesCsv(200, 200, { north: 2, south: 2 }), { append: true });
  const run = await runPipeline(engine, steps);
  expect(run).toMatchObject({ status: 'succeeded', decision: { promoted: false } });
  expect(statuses(run)).toMatchObject({ people: 'succeeded', release: 'skipped' });
  expect((await engine.call(retrainCalls.show, { run: run.id })).approvals).toEqual([]);
}, 240_000);

test('an answer that never comes is a refusal, also where its time passes while no engine runs', async () => {
  const clock = movableClock();
  const path = temporaryFolder();
  const first = await withChampion(clock, path);
  await addSales(first, better, { append: true });
  const asked = await runPipeline(first, steps);
  await first.app.close();
  clock.ahead(2 * days);
  const second = await openApp(path, clock);
  const show = async (engine: typeof second) =>
    (await engine.call(retrainCalls.show, { run: asked.id })).pipeline_run.status;
  expect(await show(second)).toBe('paused');
  await second.app.close();
  clock.ahead(2 * days);
  const third = await openApp(path, clock);
  await expect(third.call(retrainCalls.approve, { run: asked.id, approve: true })).rejects.toMatchObject({
    code: 'retrain.nothing_to_approve',
    message: expect.stringContaining('expired'),
  });
  await third.app.start();
  await expect.poll(() => show(third), { timeout: 20_000 }).toBe('succeeded');
  const { pipeline_run: run } = await third.call(retrainCalls.show, { run: asked.id });
  expect(run.decision?.reason).toMatch(/^Version 2 is not promoted: expired: nobody answered until /);
  expect(await aliases(third)).toEqual({ champion: 1 });
}, 240_000);

test('a newer run takes the place of the one that waits, which goes on with a refusal that says so', async () => {
  const engine = await withChampion();
  await addSales(engine, better, { append: true });
  const older = await runPipeline(engine, steps);
  await addSales(engine, salesCsv(400, 200, { north: -1, south: -1 }), { append: true });
  const newer = await runPipeline(engine, steps);
  expect(newer).toMatchObject({ number: 2, status: 'paused' });
  const { waiting } = await engine.call(retrainCalls.list, {});
  expect(waiting.map(({ run }) => run)).toEqual([newer.id]);
  await engine.app.start();
  const show = async () => (await engine.call(retrainCalls.show, { run: older.id })).pipeline_run;
  await expect.poll(async () => (await show()).status, { timeout: 20_000 }).toBe('succeeded');
  expect((await show()).decision?.reason).toBe(
    'Version 2 is not promoted: superseded: run 2 asks with a newer challenger.',
  );
  const { pipeline_run: run } = await engine.call(retrainCalls.approve, { run: newer.id, approve: true });
  expect(run.decision).toMatchObject({ promoted: true, challenger: { version: 3 } });
  expect(await aliases(engine)).toEqual({ champion: 3 });
}, 240_000);

test('what was found against another champion than that of now is not approved; from the comparison on it is asked anew', async () => {
  const engine = await withChampion();
  await addSales(engine, better, { append: true });
  const asked = await runPipeline(engine, steps);
  const wish = { reference: 'sales@1', target: 'y', learners: ['linear' as const], features: ['x'] };
  const { best } = await engine.call(trainCalls.run, { ...wish, split: { kind: 'every-nth', every: 5 } });
  await engine.call(packageCalls.add, { run: best.id, model: 'sales', alias: 'champion' });
  await expect(engine.call(retrainCalls.approve, { run: asked.id, approve: true })).rejects.toMatchObject({
    code: 'retrain.champion_moved',
    message: 'Version 2 of sales was compared with version 1, but sales@champion is version 3 by now.',
  });
  const { pipeline_run: newer } = await engine.call(retrainCalls.rerun, { run: asked.id, from: 'compare' });
  expect(newer.status).toBe('paused');
  const { pipeline_run: run } = await engine.call(retrainCalls.approve, { run: newer.id, approve: true });
  expect(run.decision).toMatchObject({ promoted: true, champion: { version: 3 }, challenger: { version: 2 } });

  await engine.call(packageCalls.alias, { reference: 'sales@1', alias: 'champion' });
  await expect(engine.call(retrainCalls.rerun, { run: newer.id, from: 'release' })).rejects.toMatchObject({
    code: 'retrain.champion_moved',
  });
  const [last] = (await engine.call(retrainCalls.list, {})).runs;
  expect(last?.decision).toMatchObject({
    promoted: false,
    reason: expect.stringMatching(/champion is version 1 by now\.$/),
  });
  expect(await aliases(engine)).toEqual({ champion: 1 });
}, 240_000);
