import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { trainCalls } from '../../engine/contract/train.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Shown = OutputOf<typeof trainCalls.showSweep>;

function writeNumbers(folder: string): string {
  const random = seededRandom(3);
  const lines = Array.from({ length: 2000 }, () => {
    const [a, b] = [random(), random()];
    return `${a},${b},${Math.sin(6 * a) * b + random() / 5}`;
  });
  const file = join(folder, 'numbers.csv');
  writeFileSync(file, `a,b,y\n${lines.join('\n')}\n`);
  return file;
}

async function shownWhere(engine: RunningEngine, condition: (shown: Shown) => boolean): Promise<Shown> {
  for (;;) {
    const shown = await engine.call<Shown>('train.showSweep', { sweep: '1' });
    if (condition(shown)) return shown;
    await sleep(50);
  }
}

test('a search whose engine is killed keeps its finished trials, and goes on when its user says so', async () => {
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const first = await startEngine(project);
  await first.result('data.add', { name: 'numbers', files: [writeNumbers(folder)] });
  await first.call('train.sweep', {
    reference: 'numbers',
    target: 'y',
    learners: ['trees'],
    method: 'tpe',
    params: { rounds: 60 },
    folds: 3,
    halving: false,
    budget: { trials: 400 },
  });
  const before = await shownWhere(first, ({ sweep }) => sweep.trials.complete >= 2);
  await first.kill('SIGKILL');

  const second = await startEngine(project);
  const after = await second.call<Shown>('train.showSweep', { sweep: '1' });
  expect(after.sweep).toMatchObject({ state: 'interrupted', trials: { running: 0 } });
  const finished = before.trials.filter(({ state }) => state === 'complete');
  for (const trial of finished) expect(after.trials).toContainEqual(trial);
  expect((await second.call<{ runs: unknown[] }>('train.list', {})).runs).toEqual([]);

  const { job } = await second.call<{ job: Job }>('train.resumeSweep', { sweep: '1' });
  await shownWhere(second, ({ sweep }) => sweep.trials.complete > after.sweep.trials.complete + 1);
  await second.call('train.stopSweep', { sweep: '1' });
  await second.jobWhere(job.id, ({ state }) => state === 'succeeded');
  const ended = await second.call<Shown>('train.showSweep', { sweep: '1' });
  expect(ended.sweep.state).toBe('succeeded');
  expect(ended.trials.map(({ number }) => number)).toEqual(ended.trials.map((_, index) => index + 1));
  for (const trial of finished) expect(ended.trials).toContainEqual(trial);
  expect(await second.call('project.verify', {})).toMatchObject({ ok: true, problems: [] });
});
