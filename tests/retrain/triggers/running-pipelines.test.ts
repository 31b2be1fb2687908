import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataCalls } from '../../../engine/contract/data.ts';
import { retrainCalls } from '../../../engine/contract/retrain.ts';
import { fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { type OpenApp, openApp } from '../open-app.ts';

const waits = "const fs=require('fs');setInterval(()=>fs.existsSync(process.argv[1])&&process.exit(),20)";

/** A pipeline whose one step runs until a file is there. */
const held = (file: string, head: string) => `format: 1
pipeline: held
${head}
steps:
  - name: wait
    kind: run
    command: ${JSON.stringify([process.execPath, '-e', waits, file])}
`;

async function running(head = '') {
  const folder = temporaryFolder();
  const file = join(folder, 'go');
  const engine = await openApp(folder);
  await engine.call(retrainCalls.addFile, { text: held(file, head) });
  const job = await engine.start(retrainCalls.run, { pipeline: 'held' });
  const go = () => writeFileSync(file, '');
  return { engine, job, go };
}

const result = ({ app }: OpenApp, id: string) => app.context.jobs.result<{ pipeline_run: { number: number } }>(id);

test('a run by hand is refused while one goes on and says which; with wait it begins when that has ended', async () => {
  const { engine, job, go } = await running();
  await expect(engine.call(retrainCalls.run, { pipeline: 'held' })).rejects.toMatchObject({
    code: 'retrain.already_running',
    message: expect.stringMatching(/^The pipeline held runs already: run 1, which began at /),
  });
  const waiting = await engine.start(retrainCalls.run, { pipeline: 'held', wait: true });
  expect(engine.app.context.jobs.get(waiting.id)).toMatchObject({
    state: 'running',
    progress: { phase: expect.stringMatching(/^waits for run 1 of held, which began at /) },
  });
  go();
  expect((await result(engine, job.id)).pipeline_run.number).toBe(1);
  expect((await result(engine, waiting.id)).pipeline_run.number).toBe(2);
});

test('one that waits can be stopped without stopping the run that it waits for', async () => {
  const { engine, job, go } = await running();
  const waiting = await engine.start(retrainCalls.run, { pipeline: 'held', wait: true });
  engine.app.context.jobs.cancel(waiting.id);
  expect((await engine.app.context.jobs.settled(waiting.id)).state).toBe('canceled');
  go();
  await result(engine, job.id);
  expect((await engine.call(retrainCalls.list, {})).runs).toHaveLength(1);
});

test('runs of a pipeline that says so go on beside one another', async () => {
  const { engine, job, go } = await running('concurrent: true');
  const second = await engine.start(retrainCalls.run, { pipeline: 'held' });
  expect([job, second].map(({ id }) => engine.app.context.jobs.get(id).state)).toEqual(['running', 'running']);
  go();
  await Promise.all([result(engine, job.id), result(engine, second.id)]);
});

test('the calendar has the times of all pipelines, what waits for the end of a quiet period, and no end of them', async () => {
  const engine = await openApp(temporaryFolder(), fixedClock(Date.UTC(2026, 2, 1)));
  await engine.call(dataCalls.addText, { name: 'sales', text: 'x\n1\n', fileName: 'sales.csv' });
  const steps = 'steps: [{ name: data, kind: fetch, dataset: sales }]';
  const text = `format: 1
pipeline: nightly
quiet: { from: "01:00", to: "03:30", timezone: UTC }
triggers: [{ on: schedule, cron: "0 2 * * *", timezone: UTC }, { on: schedule, cron: "0 12 1 * *", timezone: UTC }]
${steps}
`;
  const { pipeline } = await engine.call(retrainCalls.addFile, { text });
  expect(pipeline).toMatchObject({
    schedule: { cron: '0 2 * * *', missed: 'once' },
    nextRunAt: '2026-03-01T02:00:00.000Z',
    triggers: { list: [{ says: '0 2 * * * in UTC', problem: null }, {}] },
  });
  const range = { from: '2026-02-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
  const calendar = await engine.call(retrainCalls.calendar, range);
  expect(calendar.entries.map(({ time, waitsUntil }) => [time, waitsUntil])).toEqual([
    ['2026-03-01T02:00:00.000Z', '2026-03-01T03:30:00.000Z'],
    ['2026-03-01T12:00:00.000Z', null],
  ]);
  expect(calendar.quiet).toEqual([
    { pipeline: 'nightly', from: '2026-03-01T01:00:00.000Z', to: '2026-03-01T03:30:00.000Z' },
  ]);
  const often = text.replace('nightly', 'often').replace('0 2 * * *', '* * * * *');
  await engine.call(retrainCalls.addFile, { text: often });
  expect((await engine.call(retrainCalls.calendar, range)).truncated).toEqual(['often']);
});
