import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary.ts';
import { hour, minute, watchedPipeline } from './watched-pipeline.ts';

const details = (begun: readonly { trigger: { kind: string; detail: string } }[]) =>
  begun.map(({ trigger }) => `${trigger.kind}: ${trigger.detail}`);

const daily =
  'triggers:\n  - { on: schedule, cron: "30 2 * * *", timezone: Europe/Berlin, parameters: { window: 7d } }';

test('a schedule runs at its times with its parameters, over a change of the clocks, and after nine hours of sleep', async () => {
  const { clock, watch, pass, begun } = await watchedPipeline(daily, '2026-03-28T20:00:00Z');
  clock.advance(9 * hour);
  await watch.look();
  await pass(24 * hour);
  expect(details(begun)).toEqual([
    'schedule: 30 2 * * * Europe/Berlin, due 2026-03-29T01:00:00.000Z, missed then',
    'schedule: 30 2 * * * Europe/Berlin, due 2026-03-30T00:30:00.000Z',
  ]);
  expect(begun[0]?.parameters).toEqual({ window: '7d' });
});

test('what is missed is skipped where the file says so', async () => {
  const { clock, watch, pass, begun } = await watchedPipeline(daily.replace('parameters', 'missed: skip, parameters'));
  clock.advance(3 * 24 * hour);
  await watch.look();
  expect(begun).toEqual([]);
  await pass(24 * hour);
  expect(begun).toHaveLength(1);
});

test('a thousand times come and go, each once and on time, whatever engine looks, and nothing is kept of them', async () => {
  const { pass, begun, engine, triggers } = await watchedPipeline(
    'triggers:\n  - { on: schedule, cron: "*/10 * * * *", timezone: UTC }',
  );
  await pass(500 * 10 * minute, 10 * minute);
  await pass(500 * 10 * minute, 10 * minute, engine().watch);
  const due = begun.map(({ trigger }) => Date.parse(trigger.detail.split('due ')[1] as string));
  expect(due).toHaveLength(1000);
  expect(due.every((time, index) => time - (due[0] as number) === index * 10 * minute)).toBe(true);
  expect(triggers.waiting()).toEqual([]);
});

test('a new version of a dataset starts a run once, also one that came while no engine ran; not one that a run took', async () => {
  const { world, watch, begun, engine, runs } = await watchedPipeline('triggers:\n  - { on: data, dataset: sales }');
  await watch.look();
  expect(begun).toEqual([]);
  world.version = { dataset: 'ds_1', number: 3 };
  await engine().watch.look();
  await watch.look();
  expect(details(begun)).toEqual(['data: sales@3']);
  const output = { type: 'dataset' as const, dataset: 'sales', version: 4, identity: 'sha256:1', rows: 1 };
  runs.writeStep('plr_1', 0, {
    ...{ name: 'data', kind: 'fetch', needs: [], status: 'succeeded', cached: false, because: '', attempts: 1 },
    ...{ startedAt: null, seconds: 0, summary: '', output, facts: {} },
  });
  world.version = { dataset: 'ds_1', number: 4 };
  await watch.look();
  world.version = { dataset: 'ds_1', number: 2 };
  await watch.look();
  expect(begun).toHaveLength(1);
  world.version = { dataset: 'ds_2', number: 5 };
  await watch.look();
  expect(details(begun).at(-1)).toBe('data: sales@5');
});

test('files start a run once they have been written to their end; a folder that is gone starts none', async () => {
  const { folder, watch, clock, begun, pipeline } = await watchedPipeline(
    'triggers:\n  - { on: files, path: incoming }',
  );
  const trigger = { on: 'files', path: 'incoming' } as const;
  expect(watch.problem(pipeline(), trigger)).toBe('incoming is not there.');
  mkdirSync(join(folder, 'incoming'));
  await watch.look();
  expect(watch.problem(pipeline(), trigger)).toBeUndefined();
  for (let part = 1; part <= 4; part++) {
    writeFileSync(join(folder, 'incoming', 'a.csv'), 'x'.repeat(part));
    clock.advance(1500);
    await watch.look();
  }
  expect(begun).toEqual([]);
  clock.advance(1500);
  await watch.look();
  clock.advance(1500);
  await watch.look();
  expect(details(begun)).toEqual(['files: incoming']);
  writeFileSync(join(folder, 'incoming', '.hidden'), 'x');
  await watch.look();
  rmSync(join(folder, 'incoming'), { recursive: true });
  for (let looks = 0; looks < 4; looks++) {
    clock.advance(1500);
    await watch.look();
  }
  expect(begun).toHaveLength(1);
});

test('a pattern takes in what it names only', async () => {
  const { folder, watch, clock, begun } = await watchedPipeline('triggers:\n  - { on: files, path: "in/**/*.csv" }');
  mkdirSync(join(folder, 'in', 'deep'), { recursive: true });
  const settle = async () => {
    for (let looks = 0; looks < 3; looks++) {
      await watch.look();
      clock.advance(2000);
    }
  };
  writeFileSync(join(folder, 'in', 'deep', 'a.txt'), '1');
  await settle();
  expect(begun).toEqual([]);
  writeFileSync(join(folder, 'in', 'deep', 'a.csv'), '1');
  await settle();
  expect(begun).toHaveLength(1);
});

test('a folder outside the project is looked into once it is allowed', async () => {
  const outside = temporaryFolder();
  const { watch, world, pipeline } = await watchedPipeline(
    `triggers:\n  - { on: files, path: ${JSON.stringify(outside)} }`,
  );
  const trigger = { on: 'files', path: outside } as const;
  expect(watch.problem(pipeline(), trigger)).toMatch(/^Nobody on this machine has added a file/);
  world.trustedFolders = [outside];
  await watch.look();
  expect(watch.problem(pipeline(), trigger)).toBeUndefined();
});

test('an alert starts a run where it is about what the trigger names, also when it becomes so later', async () => {
  const { world, watch, begun } = await watchedPipeline(
    'triggers:\n  - { on: alert, deployment: price, about: [performance, fairness] }',
  );
  world.alerts = [{ id: 'alert_1', title: 'Columns drifted', subjects: ['drift'] }];
  await watch.look();
  expect(begun).toEqual([]);
  world.alerts = [{ id: 'alert_1', title: 'R² fell', subjects: ['drift', 'performance'] }];
  await watch.look();
  await watch.look();
  expect(details(begun)).toEqual(['alert: R² fell']);
  world.alerts = [];
  await watch.look();
  world.alerts = [{ id: 'alert_2', title: 'Groups differ', subjects: ['fairness'] }];
  await watch.look();
  expect(details(begun).at(-1)).toBe('alert: Groups differ');
});

test('labels start a run when enough have come', async () => {
  const { world, watch, begun } = await watchedPipeline('triggers:\n  - { on: labels, deployment: price, count: 100 }');
  world.labels = { rows: 99, last: 120 };
  await watch.look();
  expect(begun).toEqual([]);
  world.labels = { rows: 100, last: 121 };
  await watch.look();
  expect(details(begun)).toEqual(['labels: 100 new labels of price']);
});

test('two triggers at once make one run; what comes while it runs waits for it, and says so', async () => {
  const { world, watch, waiting, begun, clock, pipeline, triggers } = await watchedPipeline(`triggers:
  - { on: data, dataset: sales, parameters: { rows: 20 } }
  - { on: alert, deployment: price, parameters: { window: 7d } }`);
  world.version = { dataset: 'ds_1', number: 2 };
  world.alerts = [{ id: 'alert_1', title: 'Columns drifted', subjects: ['drift'] }];
  await watch.look();
  expect(begun).toMatchObject([
    {
      trigger: { kind: 'alert', detail: 'Columns drifted, and 1 more before' },
      parameters: { rows: 20, window: '7d' },
    },
  ]);
  world.running = true;
  clock.advance(minute);
  for (const number of [3, 4]) {
    world.version = { dataset: 'ds_1', number };
    await watch.look();
  }
  expect(begun).toHaveLength(1);
  expect(waiting.of(pipeline())).toEqual({
    trigger: { kind: 'data', detail: 'sales@4, and 1 more before' },
    parameters: { rows: 20 },
    since: '2026-03-02T00:01:00.000Z',
    waitsFor: 'running',
    until: null,
    run: { id: 'plr_1', number: 1 },
    says: 'Begins when run 1 has ended, which began at 2026-03-02T00:00:00.000Z.',
  });
  world.running = false;
  await watch.look();
  expect(details(begun)).toHaveLength(2);
  expect(triggers.waiting()).toEqual([]);
});

test('runs of a pipeline that allows it begin beside one another', async () => {
  const { world, watch, begun } = await watchedPipeline(
    'concurrent: true\ntriggers:\n  - { on: data, dataset: sales }',
  );
  world.running = true;
  for (const number of [2, 3]) {
    world.version = { dataset: 'ds_1', number };
    await watch.look();
  }
  expect(details(begun)).toEqual(['data: sales@2', 'data: sales@3']);
});

test('a run waits until nothing has come for the debounce', async () => {
  const { world, watch, pass, begun, waiting, pipeline } = await watchedPipeline(
    'debounce: 5m\ntriggers:\n  - { on: data, dataset: sales }',
  );
  for (const number of [2, 3, 4]) {
    world.version = { dataset: 'ds_1', number };
    await watch.look();
    await pass(4 * minute);
  }
  expect(begun).toEqual([]);
  expect(waiting.of(pipeline())).toMatchObject({ waitsFor: 'settling', until: '2026-03-02T00:13:00.000Z' });
  await pass(minute);
  expect(begun).toMatchObject([{ trigger: { detail: 'sales@4, and 2 more before' }, at: '2026-03-02T00:13:00.000Z' }]);
});

test('what comes again and again holds a run up for ten times the debounce, not forever', async () => {
  const { world, watch, pass, begun } = await watchedPipeline(
    'debounce: 5m\ntriggers:\n  - { on: data, dataset: sales }',
  );
  for (let number = 2; number <= 70; number++) {
    world.version = { dataset: 'ds_1', number };
    await watch.look();
    await pass(minute, minute);
  }
  expect(begun).toMatchObject([
    { trigger: { detail: 'sales@51, and 49 more before' }, at: '2026-03-02T00:50:00.000Z' },
  ]);
});

test('a run that would begin in the quiet period waits for its end, also over a change of the clocks', async () => {
  const { world, watch, pass, begun, waiting, pipeline } = await watchedPipeline(
    'quiet: { from: "22:00", to: "06:00", timezone: Europe/Berlin }\ntriggers:\n  - { on: data, dataset: sales }',
    '2026-03-28T21:30:00Z',
  );
  world.version = { dataset: 'ds_1', number: 2 };
  await watch.look();
  expect(waiting.of(pipeline())).toMatchObject({ waitsFor: 'quiet', until: '2026-03-29T04:00:00.000Z' });
  await pass(8 * hour);
  expect(begun).toMatchObject([{ at: '2026-03-29T04:00:00.000Z' }]);
});

test('what waits is begun by the next engine, once', async () => {
  const { world, watch, begun, engine, clock } = await watchedPipeline(
    'debounce: 1m\ntriggers:\n  - { on: data, dataset: sales }',
  );
  world.version = { dataset: 'ds_1', number: 2 };
  await watch.look();
  clock.advance(hour);
  const next = engine();
  expect(next.watch.isNeeded).toBe(true);
  await next.watch.look();
  await next.watch.look();
  await watch.look();
  expect(details(begun)).toEqual(['data: sales@2']);
});

test('a file with faults starts nothing and loses nothing', async () => {
  const { world, watch, begun, write } = await watchedPipeline('triggers:\n  - { on: data, dataset: sales }');
  write('triggers: [{ on: dta }]');
  world.version = { dataset: 'ds_1', number: 2 };
  await watch.look();
  expect([begun, watch.isNeeded]).toEqual([[], false]);
  write('triggers: [{ on: data, dataset: sales }]');
  await watch.look();
  expect(begun).toHaveLength(1);
});

test('in a project that nobody has trusted triggers rest and say so', async () => {
  const { world, watch, begun, pipeline } = await watchedPipeline('triggers:\n  - { on: data, dataset: sales }');
  world.trusted = false;
  world.version = { dataset: 'ds_1', number: 2 };
  await watch.look();
  expect([begun, watch.isNeeded]).toEqual([[], false]);
  expect(watch.problem(pipeline(), { on: 'data', dataset: 'sales' })).toMatch(/nobody on this machine has trusted it/);
  world.trusted = true;
  await watch.look();
  expect(begun).toHaveLength(1);
});
