import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataCalls } from '../../../engine/contract/data.ts';
import { retrainCalls } from '../../../engine/contract/retrain.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { type OpenApp, openApp } from '../open-app.ts';

/** Ends well once there is the file of its version in the folder, and badly where that says so. */
const waits = `const fs = require('fs'), [folder, version] = process.argv.slice(1);
setInterval(() => { try { process.exit(Number(fs.readFileSync(folder + '/' + version, 'utf8'))); } catch {} }, 20)`;

const held = (folder: string) => `format: 1
pipeline: held
parameters: { version: 1 }
triggers: [{ on: data, dataset: sales }]
steps:
  - name: wait
    kind: run
    command: ${JSON.stringify([process.execPath, '-e', waits, folder, `\${version}`])}
`;

const range = { pipeline: 'held', over: { dataset: 'sales', from: 1, to: 3, parameter: 'version' } };

/** An engine over a dataset with three versions; a run of each waits until it is let go. */
async function withVersions() {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const engine = await openApp(project);
  for (const [index, text] of ['x\n1\n', '2\n', '3\n'].entries())
    await addRows(engine, index === 0 ? text : `x\n${text}`, index > 0);
  await engine.call(retrainCalls.addFile, { text: held(folder) });
  const letGo = (version: number, status = 0) => writeFileSync(join(folder, String(version)), String(status));
  return { engine, project, letGo };
}

async function addRows(engine: OpenApp, text: string, append: boolean): Promise<void> {
  await engine.call(dataCalls.addText, { name: 'sales', text, fileName: 'sales.csv', append });
}

async function newest(engine: OpenApp) {
  const { backfills } = await engine.call(retrainCalls.backfills, { pipeline: 'held', limit: 1 });
  return backfills[0];
}

const states = async (engine: OpenApp) => (await newest(engine))?.points.map(({ state }) => state);

test('a backfill stops at a run that fails, and goes on there', async () => {
  const { engine, letGo } = await withVersions();
  letGo(1);
  letGo(2, 3);
  await expect(engine.call(retrainCalls.backfill, range)).rejects.toMatchObject({ code: 'retrain.command_failed' });
  const stopped = await newest(engine);
  expect(stopped).toMatchObject({ state: 'stopped' });
  expect(await states(engine)).toEqual(['succeeded', 'failed', 'waiting']);
  letGo(2);
  const job = await engine.start(retrainCalls.resumeBackfill, { backfill: stopped?.id as string });
  await expect(engine.call(retrainCalls.resumeBackfill, { backfill: stopped?.id as string })).rejects.toMatchObject({
    code: 'retrain.backfill_running',
  });
  letGo(3);
  await engine.app.context.jobs.result(job.id);
  expect(await newest(engine)).toMatchObject({
    id: stopped?.id,
    state: 'done',
    points: [1, 3, 4].map((number) => ({ state: 'succeeded', run: { number } })),
  });
  await expect(engine.call(retrainCalls.resumeBackfill, { backfill: 'bf_9' })).rejects.toMatchObject({
    code: 'retrain.backfill_not_found',
  });
}, 60_000);

test('what the end of an engine cut off goes on with the next one, as it began', async () => {
  const { engine, project, letGo } = await withVersions();
  letGo(1, 3);
  await engine.start(retrainCalls.backfill, { ...range, keepGoing: true });
  await expect.poll(() => states(engine), { timeout: 20_000 }).toEqual(['failed', 'running', 'waiting']);
  await engine.app.close();

  // A command that finds no engine leaves it to one that stays.
  const command = await openApp(project);
  expect(await newest(command)).toMatchObject({ state: 'stopped' });
  await command.app.close();
  const next = await openApp(project);
  await next.app.start();
  letGo(2, 3);
  letGo(3);
  await next.app.idle();
  expect(await states(next)).toEqual(['failed', 'failed', 'succeeded']);
  expect(await newest(next)).toMatchObject({ state: 'stopped' });
}, 60_000);

test('what a trigger asked for does not wait for all that is past', async () => {
  const { engine, letGo } = await withVersions();
  await engine.app.start();
  const job = await engine.start(retrainCalls.backfill, { ...range, over: { ...range.over, from: 2 } });
  await addRows(engine, 'x\n4\n', true);
  const waiting = async () => (await engine.call(retrainCalls.list, {})).pipelines[0]?.waiting?.waitsFor;
  await expect.poll(waiting, { timeout: 20_000 }).toBe('running');
  for (const version of [1, 2, 3]) letGo(version);
  await engine.app.context.jobs.result(job.id);
  const { runs } = await engine.call(retrainCalls.list, {});
  expect(runs.map(({ trigger }) => trigger.detail)).toEqual(['sales@3', 'sales@4', 'sales@2']);
}, 60_000);
