import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, openWindow, patience, visit } from './window.ts';

test('the page of a deployment lists what changed in one moment, and keeps what is typed while it is renewed', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{ learner: 'linear' }, { learner: 'trees' }]);
  await engine.call('deploy.traffic', { deployment: 'numbers', canary: { version: 2, percent: 5 }, shadow: 2 });

  await visit(page, '/deploy');
  const releases = page.getByRole('table', { name: 'Releases' }).locator('tbody tr');
  await expect
    .poll(() => releases.locator('td:nth-child(2)').allTextContents(), patience)
    .toEqual(['shadow of version 1', 'canary at 5 %', 'started, follows champion']);
  expect(complaints).toEqual([]);

  const renewed = async () => {
    await page.waitForResponse((response) => response.url().endsWith('/deploy/status'));
    await page.waitForResponse((response) => response.url().endsWith('/deploy/status'));
  };
  await button(page, 'Set bounds').click();
  await page.getByLabel('Failed requests, %').fill('2.5');
  await renewed();
  expect(await page.getByLabel('Failed requests, %').inputValue()).toBe('2.5');
  await button(page, 'Close').last().click();

  await button(page, 'Settings of numbers').click();
  await page.getByLabel('Rows a request').fill('77');
  const reread = page.waitForResponse((response) => response.url().endsWith('/deploy/settings'));
  await engine.call('deploy.configure', { deployment: 'numbers', settings: { batch: { rows: 64 } } });
  await reread;
  await expect.poll(() => page.getByLabel('Rows a request').inputValue(), patience).toBe('77');
  await button(page, 'Save').click();
  await expect
    .poll(async () => (await engine.call('deploy.settings', { deployment: 'numbers' })).settings, patience)
    .toEqual({ batch: { rows: 64 }, limits: { rows: 77 } });
});
