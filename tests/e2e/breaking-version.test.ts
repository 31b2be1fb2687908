import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Deployment } from '../../engine/contract/deploy.ts';
import type { Run } from '../../engine/contract/train.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, choose, openWindow, patience, picture, visit } from './window.ts';

test('a version that callers may break at is released in the window only after that was said', async (context) => {
  const folder = temporaryFolder();
  const file = join(folder, 'numbers.csv');
  const random = seededRandom(5);
  const lines = Array.from({ length: 300 }, () => [random(), random(), random()].join(','));
  writeFileSync(file, `a,b,y\n${lines.join('\n')}\n`);
  const { page, engine, complaints } = await openWindow(context, folder);
  await engine.result('data.add', { name: 'numbers', files: [file] });
  for (const [exclude, alias] of [
    [['b'], 'champion'],
    [[], undefined],
  ] as const) {
    const training = { reference: 'numbers', target: 'y', learners: ['linear'], exclude };
    const { best } = await engine.result<{ best: Run }>('train.run', training);
    await engine.result('package.add', { run: best.id, model: 'numbers', alias });
  }
  await engine.call('deploy.start', { reference: 'numbers' });
  const deployed = async () => (await engine.call<{ deployments: Deployment[] }>('deploy.list', {})).deployments[0];

  await visit(page, '/package/numbers/2');
  await button(page, 'Move an alias').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Move champion to version 2', exact: true }).click();
  await dialog.getByText('it needs the new column b').waitFor();
  await picture(page, 'breaking-alias');
  expect((await deployed())?.version).toBe(1);
  await dialog.getByRole('button', { name: 'Move champion to version 2 all the same' }).click();
  await expect.poll(async () => (await deployed())?.version, patience).toBe(2);

  await visit(page, '/deploy');
  await button(page, 'More').click();
  await page.getByRole('menuitem', { name: 'New deployment' }).click();
  await choose(page, 'What answers', 'numbers@1');
  await button(page, 'Start').click();
  await dialog.getByText('it takes no column b any more').waitFor();
  await picture(page, 'breaking-start');
  await button(page, 'Start it all the same').click();
  await expect.poll(async () => (await deployed())?.version, patience).toBe(1);
  expect(complaints).toEqual([]);
});
