import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ModelSummary } from '../../engine/contract/package.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, patience, picture, visit } from './window.ts';

test('registry: words, an archive, aliases that go and come back, and the bin', async (context) => {
  const folder = temporaryFolder();
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), join(folder, 'kitchen'), {
    recursive: true,
  });
  const { page, engine, complaints } = await openWindow(context, folder);
  const { runs } = await engine.call<{ runs: { id: string }[] }>('train.list', {});
  for (const { id } of runs) await engine.result('package.add', { run: id, model: 'species' });
  const model = async () =>
    (await engine.call<{ models: ModelSummary[] }>('package.list', { archived: 'with' })).models[0] as ModelSummary;
  await visit(page, '/settings');
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByLabel('Your name').blur();
  await expect.poll(async () => (await engine.call('project.user', {})).set, patience).toBe('Ada Lovelace');

  await visit(page, '/package/species/2');
  const about = page.getByRole('region', { name: 'About version 2' });
  await about.getByLabel('Description of version 2').fill('Without the strike.\nSecond line.');
  await about.getByLabel('Description of version 2').blur();
  await about.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByLabel('New tag of version 2').fill('stage=trial');
  await page.keyboard.press('Enter');
  await about.getByRole('button', { name: 'Take the tag stage away' }).waitFor();
  await page.getByLabel('Search models and versions').fill('strike stage=trial');
  await expect.poll(() => page.getByRole('row', { name: /^v\d/ }).count(), patience).toBe(1);
  await picture(page, '90-registry-search');
  await page.getByLabel('Search models and versions').fill('');

  await button(page, 'Move an alias').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Alias').fill('candidate');
  await dialog.getByRole('button', { name: 'Move candidate to version 2' }).click();
  await page.getByRole('button', { name: 'Remove the alias candidate' }).click();
  await dialog.getByLabel('Why').fill('the trial is over');
  await picture(page, '90-alias-removal');
  await dialog.getByRole('button', { name: 'Remove candidate' }).click();
  await expect.poll(async () => (await model()).aliases, patience).toEqual({ champion: 1 });
  expect((await model()).history[0]).toMatchObject({ by: 'Ada Lovelace', reason: 'the trial is over', to: null });
  await page.getByRole('button', { name: 'Bring back' }).click();
  await dialog.getByText('candidate points at version 2 again.').waitFor();
  await dialog.getByRole('button', { name: 'Back to version 2' }).click();
  await expect.poll(async () => (await model()).aliases, patience).toEqual({ candidate: 2, champion: 1 });
  await picture(page, '90-registry');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, '90-registry-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await visit(page, '/package/species/3');
  await page.getByRole('button', { name: 'Archive or delete version 3' }).click();
  await page.getByRole('menuitem', { name: 'Archive version 3' }).click();
  await page.getByText('species@3 is archived').waitFor();
  await page.getByRole('button', { name: 'Archive or delete version 3' }).click();
  await page.getByRole('menuitem', { name: 'Delete version 3' }).click();
  await page.getByText('species@3 is in the bin').waitFor();
  await page.getByRole('button', { name: '1 deleted item' }).click();
  await picture(page, '90-bin');
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await expect.poll(async () => (await model()).versions.length, patience).toBe(3);
  expect(complaints).toEqual([]);
});
