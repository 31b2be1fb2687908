import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Run } from '../../engine/contract/train.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, picture, sampleFile, visit } from './window.ts';

test('a folder is watched from the page of a model, which says what became of its files', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  const penguins = sampleFile('penguins', 'penguins.csv');
  await engine.result('data.add', { name: 'penguins', files: [penguins] });
  const { best } = await engine.result<{ best: Run }>('train.run', {
    reference: 'penguins',
    target: 'species',
    learners: ['linear'],
  });
  await engine.result('package.add', { run: best.id, model: 'penguins', alias: 'champion' });
  const inbox = join(folder, `sales of all the ${'very '.repeat(20)}small shops`, 'inbox');
  mkdirSync(inbox, { recursive: true });
  copyFileSync(penguins, join(inbox, 'day.csv'));
  writeFileSync(join(inbox, 'whales.csv'), 'species,length\nblue,30\n');

  await visit(page, '/package/penguins/1');
  const card = page.getByRole('region', { name: 'Folders that are scored' });
  await card.getByText('No folder yet').waitFor();
  await card.scrollIntoViewIfNeeded();
  await picture(page, 'watched-folder-none');
  await card.getByLabel('Folder').fill(join(folder, 'gone'));
  await button(page, 'Score its files').click();
  await card.getByText('is not there').waitFor();
  await card.getByLabel('Folder').fill(inbox);
  await button(page, 'Score its files').click();
  await card.getByText('1 file scored, 1 failed').waitFor();
  await card.getByText('lacks what the model cannot do without').waitFor();
  expect(existsSync(join(inbox, 'day.predictions.csv'))).toBe(true);
  await card.getByText('the page of the model lists all its inputs').waitFor();
  const remove = button(page, 'Score inbox no more');
  const [whole, last] = await Promise.all([card, remove].map((one) => one.boundingBox()));
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual((whole?.x ?? 0) + (whole?.width ?? 0));
  await card.scrollIntoViewIfNeeded();
  await picture(page, 'watched-folder');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 1024, height: 768 });
  await remove.scrollIntoViewIfNeeded();
  await picture(page, 'watched-folder-dark');
  await remove.click();
  await card.getByText('1 file scored').waitFor({ state: 'detached' });
  expect(await engine.call('deploy.watches', {})).toEqual({ watches: [] });
  await card.getByText('No folder yet').waitFor();
  await page.route('**/api/deploy/watches', (route) => route.abort());
  await page.reload();
  await card.getByText('The engine does not answer.').waitFor();
  expect(await card.getByText('No folder yet').count()).toBe(0);
  expect(complaints).toEqual([]);
});
