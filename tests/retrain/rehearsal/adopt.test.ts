import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isoTime } from '../../../engine/base/clock.ts';
import { dataCalls } from '../../../engine/contract/data.ts';
import { deployCalls } from '../../../engine/contract/deploy.ts';
import { monitorCalls } from '../../../engine/contract/monitor.ts';
import { packageCalls } from '../../../engine/contract/package.ts';
import { retrainCalls } from '../../../engine/contract/retrain.ts';
import { rehearsalCalls } from '../../../engine/contract/retrain-rehearsal.ts';
import { trainCalls } from '../../../engine/contract/train.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openApp } from '../open-app.ts';
import { calm, stream } from './stream.ts';

/** A project with a model of all rows of two years, of which the second half of the second one is another world. */
async function openPrice() {
  const opened = await openApp();
  const { columns, rows } = stream((day) => (day < 500 ? calm : { ...calm, slope: -3 }));
  const [day, x, y] = columns.map(({ values }) => values as Float64Array) as [Float64Array, Float64Array, Float64Array];
  const lines = Array.from({ length: rows }, (_, row) => [isoTime(day[row] as number).slice(0, 10), x[row], y[row]]);
  const file = join(temporaryFolder(), 'price.csv');
  writeFileSync(file, ['day,x,y', ...lines.map((line) => line.join(','))].join('\n'));
  await opened.call(dataCalls.add, { name: 'price', files: [file], time: 'day' });
  const split = { kind: 'every-nth', every: 5 } as const;
  const request = { reference: 'price', target: 'y', features: ['x'], learners: ['linear'], split };
  const { best } = await opened.call(trainCalls.run, request);
  await opened.call(packageCalls.add, { run: best.id, model: 'price', alias: 'champion' });
  return opened;
}

const wish = { model: 'price', policies: ['never', 'every-quarter', 'on-performance'] } as const;

test('a policy is taken over as the trigger of the pipeline and the limits of the monitor', async () => {
  const { call, app } = await openPrice();
  await call(deployCalls.start, { reference: 'price@champion', name: 'price' });
  await call(monitorCalls.limits, { deployment: 'price', driftShare: 0.8, minimumRows: 25 });
  const { rehearsal } = await call(rehearsalCalls.rehearse, {
    ...wish,
    policies: [...wish.policies],
    windowDays: 60,
    limits: { bound: 0.7 },
  });
  // The model has seen all rows: the recipe is trained again on the first third of them, and the rest is replayed.
  expect(rehearsal).toMatchObject({
    model: 'price',
    dataset: 'price@1',
    first: { kind: 'trained' },
    limits: { bound: 0.7, driftShare: 0.8, minimumRows: 25 },
    best: 'on-performance',
    adopted: null,
  });
  // Of 60 days with four rows each, every fifth row is held out.
  expect(rehearsal.first.description).toMatch(/^the recipe of price@1, trained on 192 rows before /);

  const adopted = await call(rehearsalCalls.adopt, { rehearsal: rehearsal.id });
  expect(adopted).toMatchObject({ policy: 'on-performance', pipeline: 'price', deployment: 'price' });
  const rules = async () => {
    const { rules: all } = await call(monitorCalls.rules, { deployment: 'price' });
    return all.filter(({ isBuiltIn }) => isBuiltIn).map(({ name, bound, retrain }) => [name, bound, retrain]);
  };
  expect(await rules()).toEqual([
    ['performance', 0.7, true],
    ['drift', 0.8, false],
  ]);
  const { pipelines } = await call(retrainCalls.list, {});
  expect(pipelines).toMatchObject([{ renewal: { dataset: 'price', windowDays: 60, onAlert: true }, schedule: null }]);

  await call(rehearsalCalls.adopt, { rehearsal: rehearsal.id, policy: 'every-quarter' });
  expect(await rules()).toEqual([
    ['performance', 0.7, false],
    ['drift', 0.8, false],
  ]);
  const after = (await call(retrainCalls.list, {})).pipelines;
  expect(after).toMatchObject([
    { renewal: { onAlert: false }, schedule: { cron: '0 3 1 1,4,7,10 *', missed: 'once' } },
  ]);
  const found = await call(rehearsalCalls.rehearsal, { rehearsal: rehearsal.id });
  expect(found.rehearsal).toEqual({ ...rehearsal, adopted: { policy: 'every-quarter', at: expect.any(String) } });
  const { rehearsals } = await call(rehearsalCalls.rehearsals, { model: 'price' });
  expect(rehearsals).toMatchObject([{ id: rehearsal.id, says: rehearsal.says, adopted: { policy: 'every-quarter' } }]);
  expect((await call(rehearsalCalls.rehearsals, { model: 'other' })).rehearsals).toEqual([]);

  await expect(call(rehearsalCalls.adopt, { rehearsal: rehearsal.id, policy: 'on-drift' })).rejects.toMatchObject({
    code: 'retrain.policy_not_rehearsed',
  });
  await expect(call(rehearsalCalls.adopt, { rehearsal: 'reh_0' })).rejects.toMatchObject({
    code: 'retrain.rehearsal_not_found',
  });
  const { jobs } = app.context;
  expect(jobs.list().filter(({ state }) => state !== 'succeeded')).toEqual([]);
}, 60_000);

test('a policy is taken over after its dataset was given another name', async () => {
  const { call } = await openPrice();
  const { rehearsal } = await call(rehearsalCalls.rehearse, { ...wish, policies: ['never', 'every-year'] });
  await call(dataCalls.rename, { name: 'price', to: 'prices' });
  await call(rehearsalCalls.adopt, { rehearsal: rehearsal.id, policy: 'every-year' });
  const { pipelines } = await call(retrainCalls.list, {});
  expect(pipelines).toMatchObject([{ renewal: { dataset: 'prices' } }]);
  expect((await call(rehearsalCalls.rehearsals, {})).rehearsals).toMatchObject([{ dataset: 'prices@1' }]);
}, 60_000);

test('a rehearsal that is stopped leaves nothing behind', async () => {
  const { app, start, call } = await openPrice();
  const { events, jobs } = app.context;
  const begun = new Promise<void>((resolve) =>
    events.listen((event) => {
      if (event.type === 'job.changed' && event.job.progress?.phase.startsWith('rehearsing')) resolve();
    }),
  );
  const daily = { policies: ['every-day' as const], period: 'day' as const, from: '2021-06-01T00:00:00Z' };
  const job = await start(rehearsalCalls.rehearse, { ...wish, ...daily });
  await begun;
  jobs.cancel(job.id);
  expect(await jobs.settled(job.id)).toMatchObject({ state: 'canceled' });
  expect((await call(rehearsalCalls.rehearsals, {})).rehearsals).toEqual([]);
}, 60_000);

test('what cannot be rehearsed is refused before a job is made', async () => {
  const { call, app } = await openPrice();
  const file = join(temporaryFolder(), 'plain.csv');
  writeFileSync(file, `x,y\n${Array.from({ length: 50 }, (_, row) => `${row},${2 * row}`).join('\n')}`);
  await call(dataCalls.add, { name: 'plain', files: [file] });
  const before = app.context.jobs.list().length;
  await expect(call(rehearsalCalls.rehearse, { model: 'price', dataset: 'plain' })).rejects.toMatchObject({
    code: 'retrain.no_time_column',
  });
  expect(app.context.jobs.list()).toHaveLength(before);
}, 60_000);
