import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Run } from '../../engine/contract/train.ts';
import { predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, choose, openWindow, patience, picture, visit } from './window.ts';

test('requests are listed as they come, found again, and show their inputs; masked ones stay masked', async (context) => {
  const folder = temporaryFolder();
  const file = join(folder, 'rides.csv');
  const random = seededRandom(5);
  const lines = Array.from({ length: 300 }, (_, index) => {
    const rain = Math.round(random() * 20);
    return [['red', 'blue', 'green'][index % 3], rain, `rider ${index % 7}`, 100 - 3 * rain + 60 * random()].join(',');
  });
  writeFileSync(file, `line,rain,name,riders\n${lines.join('\n')}\n`);
  const { page, engine, complaints } = await openWindow(context, folder);
  await engine.result('data.add', { name: 'rides', files: [file] });
  await engine.call('data.mark', { dataset: 'rides', column: 'name', mark: 'personal' });
  const { best } = await engine.result<{ best: Run }>('train.run', {
    reference: 'rides',
    target: 'riders',
    learners: ['linear'],
    allowPersonal: ['name'],
  });
  await engine.result('package.add', { run: best.id, model: 'rides', alias: 'champion' });
  const { url } = await engine.call<{ url: string }>('deploy.start', { reference: 'rides', maskLog: 'drop' });

  await visit(page, '/deploy/rides/requests');
  const card = page.getByRole('region', { name: 'Requests', exact: true });
  await card.getByText('No request yet').waitFor();
  const row = { line: 'red', rain: 2, name: 'rider 3' };
  for (let trip = 0; trip < 6; trip++) {
    const { status } = await predict(url, { row: { ...row, rain: trip }, id: `trip-${trip}` });
    expect(status).toBe(200);
  }
  await predict(url, { row: { ...row, line: 'violet', rain: 900 }, id: 'odd' });
  const table = card.getByRole('table', { name: 'Requests' });
  const ids = () => table.locator('tbody tr td:nth-child(2)').allTextContents();
  await expect.poll(ids, patience).toEqual(['odd', 'trip-5', 'trip-4', 'trip-3', 'trip-2', 'trip-1', 'trip-0']);

  await table.getByText('odd', { exact: true }).click();
  const details = card.getByRole('region', { name: 'Row odd' });
  await details.getByText('out of range').waitFor();
  expect(await details.getByText('masked', { exact: true }).count()).toBe(1);
  expect(await details.getByText('rider 3').count()).toBe(0);
  await card.scrollIntoViewIfNeeded();
  await picture(page, 'requests-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'requests-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await card.getByLabel('Row id or text').fill('TRIP-3');
  await expect.poll(ids, patience).toEqual(['trip-3']);
  await card.getByLabel('Row id or text').fill('nobody');
  await card.getByText('No such row').waitFor();
  await picture(page, 'requests-none');
  await button(page, 'Show all rows').click();
  await expect.poll(ids, patience).toHaveLength(7);
  await choose(page, 'Remark', 'With a remark');
  await expect.poll(ids, patience).toEqual(['odd']);
  await choose(page, 'Remark', 'All rows');
  await expect.poll(ids, patience).toHaveLength(7);

  const searched: unknown[] = [];
  page.on('request', (request) => {
    const sent = request.url().endsWith('/api/deploy/log') && request.postDataJSON()?.text;
    if (sent) searched.push(sent);
  });
  await card.getByLabel('Row id or text').evaluate(async (field: HTMLInputElement) => {
    for (const text of ['t', 'tr', 'tri', 'trip', 'trip-', 'trip-4']) {
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await Promise.resolve();
    }
  });
  await expect.poll(ids, patience).toEqual(['trip-4']);
  expect([...new Set(searched)]).toEqual(['trip-4']);
  await card.getByLabel('Row id or text').fill('');
  await expect.poll(ids, patience).toHaveLength(7);

  await card.getByLabel('Before').fill('12026-01-01T00:00');
  await card.getByText('a year of four digits').waitFor();
  expect(await table.count()).toBe(0);
  await picture(page, 'requests-no-time');
  await button(page, 'Show all rows').click();
  await expect.poll(ids, patience).toHaveLength(7);
  await card.getByLabel('From').pressSequentially('05');
  await card.getByLabel('Before').focus();
  await card.getByText('a year of four digits').waitFor();
  await button(page, 'Show all rows').click();
  await expect.poll(ids, patience).toHaveLength(7);

  await page.route('**/api/deploy/log', async (route) => {
    if (!route.request().postDataJSON().text) return route.continue();
    const error = {
      code: 'deploy.unavailable',
      kind: 'unavailable',
      message: 'The log cannot be searched.',
      details: {},
    };
    await route.fulfill({ status: 503, json: { error } });
  });
  await card.getByLabel('Row id or text').fill('trip-2');
  await card.getByText('The log cannot be searched.').waitFor();
  expect(await table.count()).toBe(0);
  await picture(page, 'requests-refused');
  await card.getByLabel('Row id or text').fill('');
  await expect.poll(ids, patience).toHaveLength(7);

  const follows = card.getByRole('switch', { name: 'Follow new rows' });
  for (let trip = 6; trip < 60; trip++) await predict(url, { row, id: `trip-${trip}` });
  await expect.poll(ids, patience).toHaveLength(25);
  await expect.poll(async () => (await ids())[0], patience).toBe('trip-59');
  await button(page, 'Show older rows').click();
  await expect.poll(ids, patience).toHaveLength(61);
  expect((await ids()).slice(23, 27)).toEqual(['trip-36', 'trip-35', 'trip-34', 'trip-33']);
  expect(await follows.getAttribute('aria-checked')).toBe('false');
  await predict(url, { row, id: 'later' });
  await follows.click();
  await expect.poll(async () => (await ids())[0], patience).toBe('later');
  expect(await ids()).toHaveLength(25);

  await card.getByLabel('Before').fill('2020-01-01T00:00');
  await card.getByText('No such row').waitFor();
  expect(complaints).toEqual([]);
});
