import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, openWindow, picture, visit } from './window.ts';

test('versions of a model go to a remote, and come from there into another project', async (context) => {
  const shared = temporaryFolder();
  const folder = temporaryFolder();
  const first = await openWindow(context, folder);
  await serveNumbers(first.engine, folder, [{}]);
  await first.engine.call('data.addRemote', { name: 'team', address: shared });
  await visit(first.page, '/package');
  await button(first.page, 'Share').click();
  const dialog = first.page.getByRole('dialog', { name: 'Share models' });
  await dialog.getByRole('button', { name: 'Push' }).click();
  await dialog.getByText('Pushed 1 version: numbers@1').waitFor({ timeout: 60_000 });
  await picture(first.page, 'package-share');

  const second = await openWindow(context);
  await second.engine.call('data.addRemote', { name: 'team', address: shared });
  await visit(second.page, '/package');
  await button(second.page, 'Pull from a remote').click();
  const other = second.page.getByRole('dialog', { name: 'Share models' });
  await other.getByRole('button', { name: 'Pull' }).click();
  await other.getByText('Pulled 1 version: numbers@1').waitFor({ timeout: 60_000 });
  await second.page.keyboard.press('Escape');
  await second.page.getByRole('heading', { level: 1, name: 'numbers' }).waitFor();
  expect([...first.complaints, ...second.complaints]).toEqual([]);
}, 180_000);
