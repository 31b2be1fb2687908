import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { checkpointed } from '../support/checkpointed.ts';
import type { RunningEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openWindow, patience, picture, visit } from './window.ts';

test('a training that was stopped is gone on with from its page, another one is given up', async (context) => {
  const folder = temporaryFolder();
  const file = join(folder, 'numbers.csv');
  const random = seededRandom(5);
  const lines = Array.from({ length: 3000 }, () => [random(), random(), random()].join(','));
  writeFileSync(file, `a,b,y\n${lines.join('\n')}\n`);
  const { page, engine, complaints } = await openWindow(context, folder);
  await engine.result('data.add', { name: 'numbers', files: [file] });
  const training = { reference: 'numbers', target: 'y', learners: ['network'], params: { epochs: 400, patience: 400 } };
  const job = await brokenOff(engine, folder, training);

  await visit(page, `/train?job=${job.id}`);
  await page.getByText('Its last checkpoint is kept.').waitFor();
  await picture(page, 'going-on');
  await page.getByRole('button', { name: /^Jobs/ }).click();
  const listed = page.locator('.jobs-list').getByRole('button', { name: 'Go on' });
  await listed.waitFor();
  await picture(page, 'going-on-jobs');
  await listed.click();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.url(), patience).not.toContain(job.id);
  const { jobs } = await engine.call<{ jobs: Job[] }>('jobs.list', {});
  const resumed = jobs.find(({ id, kind }) => kind === 'train.run' && id !== job.id) as Job;
  expect((await engine.jobWhere(resumed.id, ({ state }) => state === 'succeeded')).result).toMatchObject({
    runs: [{ learner: 'network' }],
  });
  await page
    .getByText('How it is judged')
    .or(page.getByText(/^How run 1 is judged/))
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: 'Go on' }).count()).toBe(0);

  await visit(page, `/train?job=${(await brokenOff(engine, folder, training)).id}`);
  await page.getByRole('main').getByRole('button', { name: 'Discard', exact: true }).click();
  await page.getByRole('button', { name: 'Discard for good' }).click();
  await page.getByText('Nothing of it is kept.').waitFor();
  expect(await engine.call('train.resumable', {})).toEqual({ trainings: [] });
  expect(complaints).toEqual([]);
});

/** A training that was canceled after its first checkpoint. */
async function brokenOff(engine: RunningEngine, folder: string, training: object): Promise<Job> {
  const { job } = await engine.call<{ job: Job }>('train.run', training);
  await checkpointed(engine, join(folder, 'kitchen'), job);
  await engine.call('jobs.cancel', { id: job.id });
  return engine.jobWhere(job.id, ({ state }) => state === 'canceled');
}
