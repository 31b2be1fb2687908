import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, choose, openWindow, patience, picture, visit } from './window.ts';

test('a dialog that was left begins afresh', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{}, { learner: 'trees' }]);
  await engine.call('retrain.add', { model: 'numbers', margin: 0.02 });
  const dialog = page.getByRole('dialog');
  const field = (name: string) => dialog.getByRole('combobox', { name, exact: true });

  await visit(page, '/package/numbers/2');
  await button(page, 'Move an alias').click();
  await choose(page, 'To', 'version 1');
  await button(page, 'Leave it').click();
  await button(page, 'Move an alias').click();
  await expect.poll(() => field('To').inputValue(), patience).toBe('version 2');
  await button(page, 'Leave it').click();

  await visit(page, '/deploy/numbers');
  const start = async () => {
    await button(page, 'More').click();
    await page.getByRole('menuitem', { name: 'New deployment' }).click();
  };
  await start();
  await choose(page, 'What answers', 'numbers@2');
  await dialog.getByLabel('Name').fill('another');
  await button(page, 'Close').last().click();
  await start();
  await expect.poll(() => dialog.getByLabel('Name').inputValue(), patience).toBe('');
  expect(await field('What answers').inputValue()).toBe('numbers@champion');
  await button(page, 'Close').last().click();

  await visit(page, '/retrain');
  await button(page, 'Settings').click();
  await dialog.getByLabel('Margin').fill('5');
  await page.keyboard.press('Escape');
  await button(page, 'Settings').click();
  await expect.poll(() => dialog.getByLabel('Margin').inputValue(), patience).toBe('0.02');

  await dialog.getByRole('textbox', { name: 'Times' }).fill('0 6 * *');
  await button(page, 'Keep').click();
  await dialog.getByText('has not the five fields of cron').waitFor();
  await dialog.getByRole('textbox', { name: 'Times' }).fill('0 6 2 1 *');
  await dialog.getByLabel('Time zone').fill('America/Chicago');
  await button(page, 'Keep').click();
  const schedule = page.getByTitle(/^0 6 2 1 \* in America\/Chicago; next 2 January/);
  await schedule.waitFor();
  await picture(page, 'schedule');
  const kept = { cron: '0 6 2 1 *', timezone: 'America/Chicago', missed: 'once' };
  expect(await engine.call('retrain.list', {})).toMatchObject({ pipelines: [{ schedule: kept }] });
  expect(complaints).toEqual([]);
});
