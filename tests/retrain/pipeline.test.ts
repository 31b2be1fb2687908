import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../engine/base/clock.ts';
import { seededRandom } from '../../engine/base/random.ts';
import { dataCalls } from '../../engine/contract/data.ts';
import { deployCalls } from '../../engine/contract/deploy.ts';
import { packageCalls } from '../../engine/contract/package.ts';
import { retrainCalls } from '../../engine/contract/retrain.ts';
import { trainCalls } from '../../engine/contract/train.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type OpenApp, openApp } from './open-app.ts';

/** `count` days from day `from` on, on which y follows x with this slope. */
function csv(from: number, count: number, slope: number): string {
  const random = seededRandom(from + 1);
  const lines = Array.from({ length: count }, (_, index) => {
    const x = random() * 10;
    const date = new Date((from + index) * 86_400_000).toISOString().slice(0, 10);
    return `${date},${x},${slope * x + random()}`;
  });
  return `day,x,y\n${lines.join('\n')}\n`;
}

const add = ({ call }: OpenApp, text: string, options: { append?: boolean; time?: string } = {}) =>
  call(dataCalls.addText, { name: 'sales', text, fileName: 'sales.csv', ...options });

/** A project whose model `sales` was trained on 100 days with slope 2. */
async function withChampion(clock?: Clock, folder = temporaryFolder()): Promise<OpenApp> {
  const engine = await openApp(folder, clock);
  await add(engine, csv(0, 100, 2), { time: 'day' });
  const { best } = await engine.call(trainCalls.run, {
    reference: 'sales',
    target: 'y',
    learners: ['linear'],
    features: ['x'],
    split: { kind: 'every-nth', every: 4 },
  });
  await engine.call(packageCalls.add, { run: best.id, model: 'sales', alias: 'champion' });
  return engine;
}

const statuses = (run: { steps: { name: string; status: string; cached: boolean }[] }) =>
  Object.fromEntries(run.steps.map(({ name, status, cached }) => [name, cached ? `${status}, cached` : status]));

test('a pipeline promotes what is better, keeps what is not, and takes over what is the same', async () => {
  const engine = await withChampion();
  const { pipeline } = await engine.call(retrainCalls.add, { model: 'sales', windowDays: 100 });
  expect(pipeline).toMatchObject({
    name: 'sales',
    models: ['sales'],
    renewal: { dataset: 'sales', deployment: null, margin: 0, onAlert: false },
  });

  await add(engine, csv(100, 100, -1), { append: true });
  const { pipeline_run: better } = await engine.call(retrainCalls.run, { pipeline: 'sales', reason: 'new days' });
  expect(better).toMatchObject({ number: 1, status: 'succeeded', trigger: { kind: 'hand', detail: 'new days' } });
  expect(statuses(better)).toEqual({
    data: 'succeeded',
    train: 'succeeded',
    package: 'succeeded',
    compare: 'succeeded',
    gate: 'succeeded',
    deploy: 'succeeded',
  });
  expect(better.steps.map(({ summary }) => summary)).not.toContain('');
  expect(better.decision).toMatchObject({
    promoted: true,
    champion: { version: 1 },
    challenger: { version: 2 },
    rows: 25,
    metric: { name: 'r2', lowerIsBetter: false },
  });
  expect(better.decision?.challenger.value).toBeGreaterThan(0.95);
  expect(better.decision?.champion.value).toBeLessThan(0);

  const [model] = (await engine.call(packageCalls.list, {})).models;
  expect(model?.aliases.champion).toBe(2);
  expect(model?.history.find(({ to }) => to === 2)).toMatchObject({
    alias: 'champion',
    from: 1,
    by: 'pipeline sales',
    reason: better.decision?.reason,
  });
  const { run } = await engine.call(trainCalls.show, { run: model?.versions.at(-1)?.runId as string });
  expect(run.rows).toEqual({ training: 75, holdout: 25, dropped: 0 });

  const { pipeline_run: again } = await engine.call(retrainCalls.run, { pipeline: 'sales' });
  expect(statuses(again)).toMatchObject({
    train: 'succeeded, cached',
    package: 'succeeded, cached',
    compare: 'succeeded',
    gate: 'succeeded',
    deploy: 'skipped',
  });
  expect(again.decision).toMatchObject({ promoted: false, gain: null });

  await add(engine, csv(200, 20, -1), { append: true });
  const { pipeline_run: refused } = await engine.call(retrainCalls.run, { pipeline: 'sales' });
  expect(refused).toMatchObject({ status: 'succeeded', decision: { promoted: false, challenger: { version: 3 } } });
  expect(refused.decision?.reason).toContain('Version 3 is not promoted');
  const [kept] = (await engine.call(packageCalls.list, {})).models;
  expect(kept?.aliases).toEqual({ champion: 2 });
  expect(kept?.versions.map(({ version }) => version)).toEqual(expect.arrayContaining([1, 2, 3]));

  const { pipelines, runs } = await engine.call(retrainCalls.list, {});
  expect(runs.map(({ number }) => number)).toEqual([3, 2, 1]);
  expect(pipelines[0]?.lastRun?.id).toBe(refused.id);
  expect((await engine.call(retrainCalls.show, { run: better.id })).pipeline_run).toEqual(better);
}, 120_000);

test('a better challenger that does not pass the tests of its target is not promoted, and the decision says which', async () => {
  const engine = await withChampion();
  await engine.call(retrainCalls.add, { model: 'sales', windowDays: 100 });
  await add(engine, csv(100, 100, -1), { append: true });
  const tests = [
    '  - {name: x never lowers y, kind: direction, column: x, raise: 1, never: lower}',
    '  - {name: good everywhere, kind: metric, metric: r2, minimum: 0.9}',
  ];
  await engine.call(trainCalls.saveTests, {
    target: 'y',
    text: ['format: 1', 'target: y', 'tests:', ...tests].join('\n'),
  });
  const { pipeline_run: refused } = await engine.call(retrainCalls.run, { pipeline: 'sales' });
  expect(refused).toMatchObject({ status: 'succeeded', decision: { promoted: false, challenger: { version: 2 } } });
  expect(refused.decision?.gain).toBeGreaterThan(0);
  expect(refused.decision?.reason).toMatch(/1 test in tests\/y\.yaml did not pass: x never lowers y \(/);
  expect(statuses(refused)).toMatchObject({ gate: 'succeeded', deploy: 'skipped' });
  const [kept] = (await engine.call(packageCalls.list, {})).models;
  expect(kept?.aliases).toEqual({ champion: 1 });

  await engine.call(trainCalls.saveTests, {
    target: 'y',
    text: ['format: 1', 'target: y', 'tests:', tests[1]].join('\n'),
  });
  const { pipeline_run: promoted } = await engine.call(retrainCalls.run, { pipeline: 'sales' });
  expect(promoted.decision).toMatchObject({ promoted: true, challenger: { version: 2 } });
}, 120_000);

test('a better challenger that breaks something for callers is not promoted, and the decision says what', async () => {
  const engine = await withChampion();
  await engine.call(deployCalls.start, { reference: 'sales' });
  await engine.call(retrainCalls.add, { model: 'sales' });
  const whole = csv(100, 100, -1).replace(/,(\d)\.\d+,/g, ',$1,');
  await add(engine, whole, { time: 'day' });
  await expect(engine.call(retrainCalls.run, { pipeline: 'sales' })).rejects.toMatchObject({
    code: 'deploy.breaking_version',
  });
  const [refused] = (await engine.call(retrainCalls.list, {})).runs;
  expect(refused).toMatchObject({ status: 'failed', decision: { promoted: false, challenger: { version: 2 } } });
  expect(refused?.decision?.gain).toBeGreaterThan(0);
  expect(refused?.decision?.reason).toMatch(/^Version 2 is not promoted: it is better, but .*x must be int64/);
  expect((await engine.call(packageCalls.list, {})).models[0]?.aliases).toEqual({ champion: 1 });
}, 120_000);

test('a split by another dataset is repeated: both models are judged by all of its rows', async () => {
  const engine = await openApp();
  await add(engine, csv(0, 100, 2), { time: 'day' });
  await engine.call(dataCalls.addText, { name: 'later', text: csv(500, 40, -1), fileName: 'later.csv' });
  const split = { kind: 'dataset', reference: 'later' } as const;
  const training = { target: 'y', learners: ['linear'], features: ['x'], split };
  const { best } = await engine.call(trainCalls.run, { reference: 'sales', ...training });
  await engine.call(packageCalls.add, { run: best.id, model: 'sales', alias: 'champion' });
  await engine.call(retrainCalls.add, { model: 'sales', windowDays: 100 });
  await add(engine, csv(100, 100, -1), { append: true });
  const { pipeline_run: better } = await engine.call(retrainCalls.run, { pipeline: 'sales' });
  expect(better.decision).toMatchObject({ promoted: true, rows: 40, holdout: 'all of later' });
  const { pipeline_run: again } = await engine.call(retrainCalls.run, { pipeline: 'sales' });
  expect(statuses(again)).toMatchObject({ train: 'succeeded, cached', package: 'succeeded, cached' });
}, 120_000);

test('a step that fails ends the run with its error and leaves the rest as it was', async () => {
  const engine = await withChampion();
  await engine.call(retrainCalls.add, { model: 'sales', windowDays: 30 });
  await add(engine, 'x,y\n1,2\n2,4\n');
  await expect(engine.call(retrainCalls.run, { pipeline: 'sales' })).rejects.toMatchObject({
    code: 'retrain.no_time_column',
  });
  const { runs } = await engine.call(retrainCalls.list, {});
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ status: 'failed', error: expect.stringContaining('no time column'), decision: null });
  expect(statuses(runs[0] as (typeof runs)[number])).toEqual({
    data: 'succeeded',
    train: 'failed',
    package: 'skipped',
    compare: 'skipped',
    gate: 'skipped',
    deploy: 'skipped',
  });
  const [model] = (await engine.call(packageCalls.list, {})).models;
  expect(model?.versions).toHaveLength(1);
  expect(model?.aliases).toEqual({ champion: 1 });

  await expect(engine.call(retrainCalls.add, { model: 'sales', windowDays: 7 })).rejects.toMatchObject({
    code: 'retrain.no_time_column',
  });
  const { pipeline } = await engine.call(retrainCalls.add, { model: 'sales', windowDays: null, margin: 0.1 });
  expect(pipeline).toMatchObject({ renewal: { windowDays: null, margin: 0.1 }, lastRun: { status: 'failed' } });
}, 60_000);

test('a run is stopped with what it started, and a pipeline runs once at a time', async () => {
  const engine = await withChampion();
  await engine.call(retrainCalls.add, { model: 'sales' });
  await add(engine, csv(100, 100, -1), { append: true });
  const { events, jobs } = engine.app.context;
  const training = new Promise<void>((resolve) =>
    events.listen((event) => {
      if (event.type === 'job.changed' && event.job.kind === 'train.run' && event.job.state === 'running') resolve();
    }),
  );
  const job = await engine.start(retrainCalls.run, { pipeline: 'sales' });
  await expect(engine.start(retrainCalls.run, { pipeline: 'sales' })).rejects.toMatchObject({
    code: 'retrain.already_running',
  });
  await training;
  jobs.cancel(job.id);
  expect(await jobs.settled(job.id)).toMatchObject({ state: 'canceled' });
  const [run] = (await engine.call(retrainCalls.list, {})).runs;
  expect(run).toMatchObject({ status: 'canceled', decision: null });
  expect(run?.steps.find(({ name }) => name === 'train')).toMatchObject({ status: 'failed' });
  expect(jobs.list().filter(({ kind, state }) => kind === 'train.run' && state === 'canceled')).toHaveLength(1);
  expect((await engine.call(packageCalls.list, {})).models[0]?.aliases).toEqual({ champion: 1 });
}, 60_000);

test('a run that goes on when the engine is ended is taken up by the next one that stays, also behind a command', async () => {
  const folder = temporaryFolder();
  const engine = await withChampion(systemClock, folder);
  await engine.call(retrainCalls.add, { model: 'sales' });
  await add(engine, csv(100, 100, -1), { append: true });
  const training = new Promise<void>((resolve) =>
    engine.app.context.events.listen((event) => {
      if (event.type === 'job.changed' && event.job.kind === 'train.run' && event.job.state === 'running') resolve();
    }),
  );
  await engine.start(retrainCalls.run, { pipeline: 'sales', fresh: true });
  await training;
  await engine.app.close();

  const command = await openApp(folder);
  expect((await command.call(retrainCalls.list, {})).runs).toMatchObject([{ status: 'interrupted' }]);
  await command.app.close();
  const next = await openApp(folder);
  await next.app.start();
  await next.app.idle();
  const [listed] = (await next.call(retrainCalls.list, {})).runs;
  const { pipeline_run: run } = await next.call(retrainCalls.show, { run: listed?.id as string });
  expect(run).toMatchObject({ number: 1, status: 'succeeded', error: null });
  expect(run.steps.slice(0, 2).map(({ name, attempts }) => [name, attempts])).toEqual([
    ['data', 1],
    ['train', 2],
  ]);
  expect(run.steps[1]?.because).toBe('no earlier result was to be taken');
}, 120_000);

test('a pipeline runs by itself at the times of its schedule, and changing its settings leaves them', async () => {
  let ahead = 0;
  const engine = await withChampion({ ...systemClock, now: () => Date.now() + ahead });
  await engine.call(retrainCalls.add, { model: 'sales' });
  const schedule = { cron: '0 6 2 1 *', timezone: 'America/Chicago', missed: 'once' } as const;
  const { pipeline, next } = await engine.call(retrainCalls.schedule, { pipeline: 'sales', schedule });
  expect(pipeline).toMatchObject({ schedule, nextRunAt: next[0] });
  expect(next.map((time) => time.slice(4))).toEqual(Array(5).fill('-01-02T12:00:00.000Z'));
  const { pipeline: changed } = await engine.call(retrainCalls.add, { model: 'sales', margin: 0.1 });
  expect(changed).toMatchObject({ renewal: { margin: 0.1 }, schedule });
  await expect(
    engine.call(retrainCalls.schedule, { pipeline: 'sales', schedule: { ...schedule, cron: '0 6 30 2 *' } }),
  ).rejects.toMatchObject({ code: 'retrain.invalid_schedule' });

  await engine.app.start();
  expect(engine.app.busy).toBe(true);
  ahead = Date.parse(next[0] as string) - Date.now() + 500;
  const runs = async () => (await engine.call(retrainCalls.list, {})).runs;
  await expect.poll(runs).toMatchObject([{ status: 'succeeded', trigger: { kind: 'schedule' } }]);
  expect((await runs())[0]?.trigger.detail).toBe(`0 6 2 1 * America/Chicago, due ${next[0]}`);
  const { pipeline: without } = await engine.call(retrainCalls.schedule, { pipeline: 'sales', schedule: null });
  expect(without).toMatchObject({ schedule: null, nextRunAt: null });
  await expect.poll(() => engine.app.busy).toBe(false);
}, 60_000);

test('what does not exist is said by name', async () => {
  const engine = await openApp();
  await expect(engine.call(retrainCalls.run, { pipeline: 'prices' })).rejects.toMatchObject({
    code: 'retrain.pipeline_not_found',
  });
  await expect(engine.call(retrainCalls.show, { run: 'plr_9' })).rejects.toMatchObject({
    code: 'retrain.run_not_found',
  });
  await expect(engine.call(retrainCalls.add, { model: 'prices' })).rejects.toMatchObject({
    code: 'package.model_not_found',
  });
});
