import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { deployed, serveNumbers } from './served-numbers.ts';
import { button, choose, openWindow, patience, picture, visit } from './window.ts';

test('a version that callers may break at is released in the window only after that was said', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{ exclude: ['b'] }, {}]);

  await visit(page, '/package/numbers/2');
  await button(page, 'Move an alias').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Move champion to version 2', exact: true }).click();
  await dialog.getByText('it needs the new column b').waitFor();
  await picture(page, 'breaking-alias');
  expect((await deployed(engine)).version).toBe(1);
  await dialog.getByRole('button', { name: 'Move champion to version 2 all the same' }).click();
  await expect.poll(async () => (await deployed(engine)).version, patience).toBe(2);

  await visit(page, '/deploy');
  await button(page, 'More').click();
  await page.getByRole('menuitem', { name: 'New deployment' }).click();
  await choose(page, 'What answers', 'numbers@1');
  await button(page, 'Start').click();
  await dialog.getByText('it takes no column b any more').waitFor();
  await picture(page, 'breaking-start');
  await button(page, 'Start it all the same').click();
  await expect.poll(async () => (await deployed(engine)).version, patience).toBe(1);
  expect(complaints).toEqual([]);
});
