import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Run } from '../../engine/contract/train.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, dropBytes, dropFile, openWindow, picture, sampleFile, visit } from './window.ts';

test('a file that is dropped on the page of a model is scored, one that does not fit is refused', async (context) => {
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

  await visit(page, '/package/penguins/1');
  await button(page, 'Score a file').waitFor();
  await dropFile(page, penguins);
  const dialog = page.getByRole('dialog');
  const scored = join(folder, 'penguins.predictions.csv');
  await expect.poll(() => dialog.getByLabel('Answers go to').inputValue()).toBe(scored);
  await dialog.getByRole('button', { name: 'Score', exact: true }).click();
  await dialog.getByText(/344 rows in/).waitFor();
  await picture(page, 'score-file');
  const [head, ...rows] = readFileSync(scored, 'utf8').trimEnd().split('\n');
  expect(head).toMatch(/^species,island,.*,label,probability_Adelie,probability_Chinstrap,probability_Gentoo$/);
  expect(rows).toHaveLength(344);
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'score-file-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await dialog.getByLabel('Answers go to').fill(join(folder, 'others.csv'));
  expect(await dialog.getByText(/344 rows in/).count()).toBe(0);
  await dialog.getByRole('button', { name: 'Score', exact: true }).click();
  await dialog.getByText(/344 rows in/).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await button(page, 'Score a file').click();
  await dialog.waitFor();
  expect(await dialog.getByLabel('File').inputValue()).toBe('');
  expect(await dialog.getByText(/344 rows in/).count()).toBe(0);

  await page.keyboard.press('Escape');
  const held = Promise.withResolvers<void>();
  await page.route('**/api/upload', (route) => held.promise.then(() => route.continue()), { times: 1 });
  await dropFile(page, penguins);
  await dialog.getByRole('button', { name: 'Score', exact: true }).click();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });
  held.resolve();
  await page.getByText(/^Score penguins.csv with penguins@1/).waitFor();
  await page.getByText('finished', { exact: true }).waitFor();

  await dropBytes(page, 'whales.csv', Buffer.from('species,length\nblue,30\n'));
  await dialog.getByRole('button', { name: 'Score', exact: true }).click();
  await dialog.getByText('lacks what the model cannot do without').waitFor();
  await picture(page, 'score-file-refused');
  await page.keyboard.press('Escape');

  await visit(page, '/data');
  await dropFile(page, penguins);
  await dialog.getByText('344 rows').waitFor();
  expect(await dialog.getByText('Score a file').count()).toBe(0);
  expect(complaints).toEqual([]);
});
