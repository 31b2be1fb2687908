import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { deployed, serveNumbers } from './served-numbers.ts';
import { button, choose, openWindow, patience, picture, titleBecomes, visit } from './window.ts';

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
  await page.getByLabel('Days that rows are kept').fill('90');
  await page.getByLabel('Rows that are logged, %').fill('101');
  await page.getByText('A number from 0 to 100.').waitFor();
  await page.getByLabel('Rows that are logged, %').fill('2.5');
  await choose(page, 'Requests with a line', 'all');
  await button(page, 'Save').click();
  await expect
    .poll(async () => (await engine.call('deploy.settings', { deployment: 'numbers' })).settings, patience)
    .toEqual({
      batch: { rows: 64 },
      limits: { rows: 77 },
      log: { retentionDays: 90, sampling: 0.025 },
      serverLog: { requests: 'all' },
    });
});

test('the card of the versions asks before callers may break, and forgets what is no longer so', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{ exclude: ['b'] }, {}, { learner: 'trees', exclude: ['b'] }]);
  const canary = async () => (await deployed(engine)).traffic.canary;

  await visit(page, '/deploy');
  const card = page.getByRole('region', { name: 'Versions' });
  await choose(page, 'Try another version', 'version 2');
  await card.getByRole('button', { name: 'As canary, 5 %' }).click();
  await card.getByRole('alert').getByText('it needs the new column b').waitFor();
  expect(await canary()).toBe(null);
  await card.getByRole('button', { name: 'As canary all the same' }).click();
  await expect.poll(canary, patience).toEqual({ version: 2, percent: 5 });

  await card.getByRole('slider').focus();
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight');
  await card.getByRole('button', { name: 'Set 10 %' }).waitFor();
  await engine.call('deploy.traffic', { deployment: 'numbers', canary: { version: 2, percent: 0 } });
  await expect.poll(() => card.getByRole('slider').getAttribute('aria-valuenow'), patience).toBe('0');
  expect(await card.getByRole('button', { name: /^Set \d/ }).count()).toBe(0);

  const dialog = page.getByRole('dialog');
  await card.getByRole('button', { name: 'Promote' }).click();
  await dialog.getByRole('button', { name: 'Promote version 2', exact: true }).click();
  await dialog.getByText('it needs the new column b').waitFor();
  await picture(page, 'breaking-promotion');
  expect((await deployed(engine)).version).toBe(1);
  await dialog.getByRole('button', { name: 'Promote version 2 all the same' }).click();
  await expect.poll(async () => (await deployed(engine)).version, patience).toBe(2);

  const tried = page.getByRole('combobox', { name: 'Try another version' });
  await expect.poll(() => tried.inputValue(), patience).toBe('version 3');
  await card.getByRole('button', { name: 'As canary, 5 %' }).click();
  await card.getByRole('alert').waitFor();
  await engine.call('deploy.start', { reference: 'numbers@1', name: 'another' });
  await visit(page, '/deploy/another');
  await titleBecomes(page, 'another');
  await expect.poll(() => card.getByRole('alert').count(), patience).toBe(0);
  expect(complaints).toEqual([]);
});

test('figures that the tab of the streams does not show are not asked for there', async (context) => {
  const folder = temporaryFolder();
  const { page, engine } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{}]);
  await visit(page, '/deploy/numbers');
  await page.getByRole('region', { name: 'Versions' }).waitFor();
  const asked: string[] = [];
  await page.getByRole('tab', { name: 'Streams' }).click();
  const streams = () => page.waitForRequest((request) => request.url().endsWith('/deploy/streams'));
  await streams();
  page.on('request', (request) => {
    const [, call] = request.url().split('/api/');
    if (call !== undefined) asked.push(call);
  });
  for (let time = 0; time < 3; time++) await streams();
  expect([...new Set(asked)]).toEqual(['deploy/streams']);
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('region', { name: 'Versions' }).waitFor();
});
