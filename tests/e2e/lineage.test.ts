import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, patience, picture, visit } from './window.ts';

test('the lineage is drawn both ways, leads to every page, and folds what is many', async (context) => {
  const folder = temporaryFolder();
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), join(folder, 'kitchen'), {
    recursive: true,
  });
  const { page, engine, complaints } = await openWindow(context, folder);
  const { runs } = await engine.call<{ runs: { id: string }[] }>('train.list', {});
  const [first, second] = runs.map(({ id }) => id);
  for (let version = 2; version <= 9; version += 1)
    await engine.result('package.add', { run: second, model: 'species' });
  await engine.result('package.add', {
    run: first,
    model: 'a-model-with-a-long-name-that-no-box-can-hold-in-one-line',
  });
  await engine.call('deploy.start', { reference: 'species@champion', name: 'front-desk' });

  await visit(page, '/package/species/1');
  const drawing = page.getByRole('group', { name: 'Lineage of species@1' });
  await drawing.getByRole('link', { name: /^front-desk, on, .*from species@1 \(serves it\)/ }).waitFor();
  await drawing.getByText('species@1', { exact: true }).first().scrollIntoViewIfNeeded();
  await picture(page, '92-lineage-version');
  await drawing.getByRole('link', { name: /^penguins@2/ }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => location.hash), patience).toBe('#/data/penguins/2/lineage');

  const forward = page.getByRole('group', { name: 'Lineage of penguins@2' });
  await forward.getByRole('button', { name: 'and 4 more' }).waitFor();
  await picture(page, '92-lineage-dataset');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, '92-lineage-dataset-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await forward.getByRole('button', { name: 'and 4 more' }).click();
  await forward.getByRole('link', { name: /^species@9/ }).click();
  await expect.poll(() => page.evaluate(() => location.hash), patience).toBe('#/package/species/9');

  await page.getByRole('button', { name: 'Remove the alias champion' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove champion' }).click();
  await page.getByText('the deployment front-desk follows it').waitFor();
  await button(page, 'Leave it').click();
  await engine.call('deploy.stop', { deployment: 'front-desk' });
  expect(complaints).toEqual([]);
});
