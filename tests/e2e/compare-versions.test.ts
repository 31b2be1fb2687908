import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, patience, picture, title, visit } from './window.ts';

test('two versions are compared: where they disagree, with charts, metrics, size, speed and recipes', async (context) => {
  const folder = temporaryFolder();
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), join(folder, 'kitchen'), {
    recursive: true,
  });
  const { page, engine, complaints } = await openWindow(context, folder);
  const { runs } = await engine.call<{ runs: { id: string }[] }>('train.list', {});
  for (const { id } of runs) await engine.result('package.add', { run: id, model: 'species' });
  await visit(page, '/package/species/3');
  await page.getByRole('link', { name: 'Compare' }).click();
  await expect.poll(() => page.evaluate(() => location.hash), patience).toContain('a=species%401&b=species%403');
  await page
    .getByRole('region', { name: 'The rows that differ most' })
    .or(page.getByText('No row got another answer'))
    .first()
    .waitFor();
  await visit(page, '/package?a=species%402&b=species%403');
  await expect
    .poll(() => title(page).textContent(), patience)
    .toMatch(/species@2 and species@3 give \d.*another label/);
  await page.getByRole('region', { name: 'Metrics, size and speed' }).getByText('One row').waitFor();
  await page.getByRole('table', { name: 'Where the recipes differ' }).getByText('learner').waitFor();
  await page.getByRole('region', { name: 'Where they disagree most' }).waitFor();
  await picture(page, '91-compare-versions');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, '91-compare-versions-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('region', { name: 'Metrics, size and speed' }).scrollIntoViewIfNeeded();
  await picture(page, '91-compare-versions-below');
  await visit(page, '/package?a=species%402&b=species%402');
  await page.getByText('Both are species@2.').waitFor();
  expect(await button(page, 'Compare').count()).toBe(0);
  expect(complaints).toEqual([]);
});
