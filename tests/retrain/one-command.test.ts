import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { App } from '../../engine/app.ts';
import { openAccess } from '../../engine/command-line/access.ts';
import { calls } from '../../engine/contract/index.ts';
import type { PipelineRun } from '../../engine/contract/retrain.ts';
import { predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openApp } from './open-app.ts';

const day = (index: number) => new Date(index * 86_400_000).toISOString().slice(0, 10);
const inputOf = (index: number) => ((index * 37) % 101) / 10;

/** `count` days from day `from` on, on which y follows x with this slope. */
function csv(from: number, count: number, slope: number): string {
  const lines = Array.from({ length: count }, (_, index) => {
    const x = inputOf(from + index);
    return `${day(from + index)},${x},${slope * x + 1 + (index % 3) / 10}`;
  });
  return `day,x,y\n${lines.join('\n')}\n`;
}

/** A project whose model decays while its pipeline waits for an alert; no engine runs. */
async function decayingProject(): Promise<string> {
  const projectPath = join(temporaryFolder(), 'project');
  const { app, call } = await openApp(projectPath);
  await call(calls.data.addText, { name: 'sales', text: csv(0, 100, 2), fileName: 'sales.csv', time: 'day' });
  const split = { kind: 'every-nth', every: 4 } as const;
  const training = { reference: 'sales', target: 'y', learners: ['linear' as const], features: ['x'], split };
  const { best } = await call(calls.train.run, training);
  await call(calls.package.add, { run: best.id, model: 'sales', alias: 'champion' });
  const { url } = await call(calls.deploy.start, { reference: 'sales' });
  const ids = Array.from({ length: 60 }, (_, index) => day(100 + index));
  await predict(url, { rows: ids.map((_, index) => ({ x: inputOf(100 + index) })), ids, event_times: ids });
  const labels = ids.map((id, index) => ({ id, label: -inputOf(100 + index) }));
  await call(calls.monitor.addLabels, { deployment: 'sales', labels });
  await call(calls.retrain.add, { model: 'sales', deployment: 'sales', windowDays: 60, onAlert: true });
  await app.close();
  return projectPath;
}

/** What a command line does that finds no engine. */
async function command(projectPath: string, name: string, input: unknown): Promise<unknown> {
  const access = await openAccess({
    projectPath,
    needsRunningEngine: false,
    onMessage: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  try {
    return await access.call(name, input);
  } finally {
    await access.close();
  }
}

test('a folder of a call is a whole path, since an engine is at home nowhere', async () => {
  const projectPath = await decayingProject();
  const step = { text: '', task: 'train', inFolder: projectPath, outFolder: projectPath };
  for (const [name, input] of [
    ['retrain.writeExport', { pipeline: 'sales', format: 'github', to: 'there' }],
    ['retrain.isolate', { pipeline: 'sales', folder: 'there' }],
    ['retrain.step', { ...step, inFolder: 'there' }],
    ['retrain.step', { ...step, outFolder: './there' }],
    ['retrain.step', { ...step, filesFolder: '../there' }],
  ] as const)
    await expect(command(projectPath, name, input)).rejects.toMatchObject({
      code: 'call.invalid_input',
      message: expect.stringMatching(/there" is no whole path of a folder/),
    });
}, 60_000);

async function runsOf(projectPath: string): Promise<PipelineRun[]> {
  const { runs } = (await command(projectPath, 'retrain.list', {})) as { runs: PipelineRun[] };
  return runs;
}

test('a check of its own ends once the run that its alert started has ended; adding rows starts none', async () => {
  const projectPath = await decayingProject();
  await command(projectPath, 'monitor.check', { deployment: 'sales' });
  const afterCheck = await runsOf(projectPath);
  expect(afterCheck).toMatchObject([{ status: 'succeeded', trigger: { kind: 'alert' } }]);

  await command(projectPath, 'data.addText', {
    name: 'sales',
    text: csv(100, 60, -1),
    fileName: 'more.csv',
    append: true,
  });
  expect(await runsOf(projectPath)).toEqual(afterCheck);

  const staying = await App.open({ projectPath });
  onTestFinished(() => staying.close());
  await staying.start();
  await staying.call('data.addText', { name: 'sales', text: csv(160, 10, -1), fileName: 'x.csv', append: true });
  await staying.idle();
  const { runs } = (await staying.call('retrain.list', {})) as { runs: PipelineRun[] };
  expect(runs).toHaveLength(2);
}, 60_000);
