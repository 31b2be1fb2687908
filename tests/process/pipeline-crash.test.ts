import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import type { PipelineRun, retrainCalls } from '../../engine/contract/retrain.ts';
import type { trainCalls } from '../../engine/contract/train.ts';
import { readProject } from '../../engine/store/project.ts';
import { Trust } from '../../engine/store/trust.ts';
import { type RunningEngine, startEngineOf, testEnvironment } from '../support/engine.ts';
import { checkoutFolder } from '../support/needs.ts';
import { salesProject } from '../support/sales-project.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** The project once more, of the user of a new folder who trusts it. */
function copyOf(prepared: string): { home: string; project: string } {
  const home = temporaryFolder();
  const project = join(home, 'project');
  cpSync(prepared, project, { recursive: true });
  new Trust(join(home, 'trusted')).grant(readProject(project));
  return { home, project };
}

async function crashAt(home: string, project: string, step: string, state: string): Promise<void> {
  const script = join(checkoutFolder, 'tests', 'process', 'crash-at-step.ts');
  const child = spawn(process.execPath, [script, project, step, state], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: testEnvironment(home),
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

async function endedRuns(engine: RunningEngine): Promise<PipelineRun[]> {
  for (;;) {
    const { runs } = await engine.call<OutputOf<typeof retrainCalls.list>>('retrain.list', {});
    if (runs.every(({ status }) => status !== 'running'))
      return Promise.all(runs.map(({ id }) => wholeRun(engine, id)));
    await sleep(50);
  }
}

async function wholeRun(engine: RunningEngine, run: string): Promise<PipelineRun> {
  return (await engine.call<OutputOf<typeof retrainCalls.show>>('retrain.show', { run })).pipeline_run;
}

const names = ['data', 'train', 'package', 'compare', 'gate', 'deploy'];
const moments = [
  ...names.map((name) => [name, 'running'] as const),
  ...['train', 'package', 'gate'].map((name) => [name, 'succeeded'] as const),
];

test('a run whose engine is killed at any step goes on from there, and does nothing twice', async () => {
  const prepared = await salesProject();
  for (const [step, state] of moments) {
    const moment = `${step} ${state}`;
    const { home, project } = copyOf(prepared);
    await crashAt(home, project, step, state);
    const engine = await startEngineOf(home, project);
    const runs = await endedRuns(engine);
    const decision = { promoted: true, champion: { version: 1 }, challenger: { version: 2 } };
    expect(runs, moment).toMatchObject([{ number: 1, status: 'succeeded', error: null, decision }]);
    const attempts = runs[0]?.steps.map((one) => [one.name, one.attempts]);
    const expected = names.map((name) => [name, name === step && state === 'running' ? 2 : 1]);
    expect(attempts, moment).toEqual(expected);

    const [model] = (await engine.call<OutputOf<typeof packageCalls.list>>('package.list', {})).models;
    expect(model?.aliases, moment).toEqual({ champion: 2 });
    expect(model?.versions.map(({ version }) => version).sort(), moment).toEqual([1, 2]);
    expect(
      model?.history.filter(({ alias }) => alias === 'champion'),
      moment,
    ).toHaveLength(2);
    const { runs: trained } = await engine.call<OutputOf<typeof trainCalls.list>>('train.list', {});
    expect(trained, moment).toHaveLength(2);
    expect(await engine.call('project.verify', {}), moment).toMatchObject({ ok: true, problems: [] });
    await engine.kill('SIGTERM');
  }
}, 240_000);

/** A pipeline of two commands, each of which adds its name to a file outside of its folder. */
function commandsText(said: string): string {
  const node = JSON.stringify(process.execPath);
  const step = (name: string, more = '') => {
    const code = `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(said)}, '${name} '); fs.writeFileSync('${name}', '');`;
    return `  - { name: ${name}, kind: run, command: [${node}, -e, ${JSON.stringify(code)}], writes: [${name}]${more} }`;
  };
  return ['format: 1', 'pipeline: sales', 'steps:', step('one'), step('two', ', files: one'), ''].join('\n');
}

test.each([
  ['one', 'succeeded'],
  ['two', 'running'],
  ['two', 'succeeded'],
])('a run of commands that is cut off with %s %s goes on behind what has ended', async (step, state) => {
  const home = temporaryFolder();
  const project = join(home, 'project');
  const said = join(home, 'said');
  mkdirSync(project);
  const first = await startEngineOf(home, project);
  await first.call('retrain.addFile', { text: commandsText(said) });
  await first.kill('SIGTERM');
  writeFileSync(said, '');
  await crashAt(home, project, step, state);
  const engine = await startEngineOf(home, project);
  const [run] = await endedRuns(engine);
  expect(run).toMatchObject({ status: 'succeeded', error: null });
  expect(readFileSync(said, 'utf8')).toBe('one two ');
});
