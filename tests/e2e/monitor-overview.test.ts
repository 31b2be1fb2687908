import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, dropBytes, openWindow, patience, picture, titleBecomes, visit } from './window.ts';

const longName = 'prices-of-used-cars-in-the-northern-regions-by-the-day';

test('all deployments, the quality of rows and the golden signals are seen in the window', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  const { url } = await serveNumbers(engine, folder, [{ learner: 'linear' }]);
  const call = engine.call.bind(engine);
  const { url: other } = await call<{ url: string }>('deploy.start', { reference: 'numbers', name: longName });
  await call('deploy.start', { reference: 'numbers', name: 'ended' });
  await call('deploy.stop', { deployment: 'ended' });
  const ask = (to: string, body: unknown) =>
    fetch(`${to}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const rows = (shift: number) =>
    Array.from({ length: 60 }, (_, index) => ({ a: index / 60 + shift, b: 1 - index / 60 }));
  for (let day = 1; day <= 8; day++) {
    const event_times = rows(0).map(() => `2026-03-0${day}T12:00:00Z`);
    await ask(url, { rows: rows(0), event_times });
    await ask(other, { rows: rows(day > 5 ? 40 : 0), event_times });
  }
  for (let index = 0; index < 5; index++) await ask(other, { row: { a: 1, b: 2, colour: 'red' } });
  await call('monitor.overview', { fresh: true });

  await visit(page, '/monitor');
  await titleBecomes(page, `${longName} needs you`);
  const list = page
    .getByRole('grid', { name: 'Deployments, the worst first' })
    .or(page.getByRole('table', { name: 'Deployments, the worst first' }));
  await list.getByText('outside of').waitFor();
  expect(await list.getByText('Unknown').count()).toBe(1);
  await picture(page, 'overview-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'overview-dark');

  await list.getByText(longName).click();
  await page.getByText('What was checked').waitFor();
  await page.getByText('which the model does not know').first().waitFor();
  await expect.poll(() => page.getByText('Remarks by time').count(), patience).toBe(1);
  await picture(page, 'quality-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await picture(page, 'quality-light');

  await page.getByRole('tab', { name: 'System' }).click();
  for (const signal of ['Traffic', 'Errors', 'Latency', 'Saturation']) {
    await page.getByRole('region', { name: signal, exact: true }).waitFor();
  }
  await page.getByText('Rows with the fault "unknown field" in colour.').waitFor();
  await picture(page, 'system-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'system-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('button', { name: 'Objective' }).click();
  await page.getByLabel('Availability, %').fill('99.9');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByText('of 99.9 % promised').waitFor();

  // A profile that is dropped on the page puts its server beside the deployment.
  const { profile } = await call<{ profile: unknown }>('monitor.profile', { deployment: longName });
  await visit(page, '/monitor/numbers');
  await page.getByRole('group', { name: /over time/ }).waitFor();
  await dropBytes(page, 'berlin.json', Buffer.from(JSON.stringify(profile)));
  await page.getByText('stands beside numbers').waitFor();
  await page.locator('tspan').getByText('elsewhere').waitFor();
  await picture(page, 'elsewhere-light');

  const report = join(folder, 'report.json');
  await button(page, 'More').first().click();
  await page.getByRole('menuitem', { name: 'Write a report' }).click();
  await page.getByRole('radio', { name: 'JSON' }).click();
  await page.getByRole('dialog').getByLabel('File').fill(report);
  await button(page, 'Write the report').click();
  await page.getByText(/B written/).waitFor();
  expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
    deployment: 'numbers',
    elsewhere: [{ name: longName }],
  });
  await button(page, 'Done').click();

  await visit(page, '/monitor');
  await list.getByText('elsewhere, beside numbers').waitFor();
  await page.setViewportSize({ width: 820, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  await picture(page, 'overview-narrow');
  await page.setViewportSize({ width: 1440, height: 900 });

  await visit(page, '/monitor/none');
  await page.getByText('There is no deployment none').waitFor();
  await visit(page, '/monitor/ended');
  await page.getByText('There are no answered rows yet').waitFor();
  await picture(page, 'overview-nothing-asked');
  await visit(page, '/monitor/ended/system');
  await page
    .getByText('Nothing is known of this time')
    .or(page.getByText('stopped', { exact: true }))
    .first()
    .waitFor();
  await picture(page, 'system-empty');
  await visit(page, '/monitor/ended/quality');
  await page.getByText('No rows in this range').waitFor();
  await picture(page, 'quality-empty');
  expect(complaints).toEqual([]);
});
