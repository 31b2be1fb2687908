import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeByte } from '../support/change-byte.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openWindow, picture, visit } from './window.ts';

test('the page of a version says whether its files are whole, and signs them', async (context) => {
  const folder = temporaryFolder();
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), join(folder, 'kitchen'), {
    recursive: true,
  });
  const { page, engine, complaints } = await openWindow(context, folder);
  await visit(page, '/package/species/1');
  await page.getByText('8 files, all as packaged. Not signed.').waitFor();
  await page.getByRole('button', { name: 'Sign with your key' }).click();
  await page.getByText(/8 files, all as packaged\. Signed by .* with the key [0-9a-f]{12}\./).waitFor();
  await picture(page, '91-verification');

  const { files } = await engine.call<{ files: { name: string; path: string }[] }>('deploy.modelFiles', {
    reference: 'species@1',
  });
  changeByte(files.find(({ name }) => name === 'model.onnx')?.path ?? '');
  await page.getByRole('button', { name: 'Verify again' }).click();
  await page.getByText('model.onnx was changed.').waitFor();
  await picture(page, '91-verification-changed');
  expect(complaints).toEqual([]);
});
