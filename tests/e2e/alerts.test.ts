import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Alert, Rule } from '../../engine/contract/monitor-alerts.ts';
import { predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, choose, openWindow, patience, picture, visit } from './window.ts';

const day = 86_400_000;
const start = Date.UTC(2025, 0, 6);

/** Eight weeks of fifty rows each; in the second half all numbers are twice as large. */
async function sendDays(url: string): Promise<{ id: string; label: number }[]> {
  const random = seededRandom(9);
  const labels: { id: string; label: number }[] = [];
  for (let week = 0; week < 8; week++) {
    const rows = Array.from({ length: 50 }, () => ({
      a: random() * (week < 4 ? 1 : 2),
      b: random() * (week < 4 ? 1 : 2),
    }));
    const ids = rows.map((_, index) => `${week}-${index}`);
    const times = rows.map((_, index) => new Date(start + week * 7 * day + (index % 7) * day).toISOString());
    await predict(url, { rows, ids, event_times: times });
    labels.push(...rows.map(({ a, b }, index) => ({ id: `${week}-${index}`, label: (week < 4 ? 3 : 2) * a - b })));
  }
  return labels;
}

/** As somebody does who has what came true as a dataset. */
async function addLabelsOfDataset(page: Page, dataset: string): Promise<void> {
  await visit(page, '/monitor/numbers');
  await button(page, 'Add labels').click();
  const dialog = page.getByRole('dialog', { name: 'Add labels' });
  await dialog.getByRole('radio', { name: 'A dataset' }).click();
  await choose(page, 'Dataset', dataset);
  await choose(page, 'Version', 'version 1');
  await expect.poll(() => dialog.getByRole('combobox', { name: 'Label' }).inputValue(), patience).toBe('label');
  await dialog.getByRole('button', { name: 'Add labels' }).click();
  await dialog.getByText('400 matched').waitFor();
  await picture(page, 'labels-of-dataset');
  await button(page, 'Done').click();
}

/** As in a window that nobody looks at, whose user lets it notify: what is told is kept, to be clicked on. */
async function leaveAlone(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.hasFocus = () => false;
    class Kept {
      static permission = 'granted';
      title: string;
      onclick?: () => void;
      constructor(title: string) {
        this.title = title;
        told.push(this);
      }
    }
    const told: Kept[] = [];
    Object.assign(window, { Notification: Kept, told });
  });
}

/** Clicks on the newest notification; its title, empty where there is none. */
function clickNotification(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { told } = window as unknown as { told: { title: string; onclick?: () => void }[] };
    const newest = told.at(-1);
    newest?.onclick?.();
    return newest?.title ?? '';
  });
}

async function receiver(): Promise<{ url: string; events: string[] }> {
  const events: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      events.push(JSON.parse(body).event);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, events };
}

test('an alert says what contributes, can be seen and silenced; a rule is tried on the past and told on a channel', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  const { url } = await serveNumbers(engine, folder, [{}]);
  const labels = await sendDays(url);
  const truth = join(folder, 'truth.csv');
  writeFileSync(truth, `row_id,label\n${labels.map(({ id, label }) => `${id},${label}`).join('\n')}\n`);
  await engine.result('data.add', { name: 'truth', files: [truth] });
  await addLabelsOfDataset(page, 'truth');
  await leaveAlone(page);
  await engine.call('monitor.check', { deployment: 'numbers' });
  const alerts = async () => (await engine.call<{ alerts: Alert[] }>('monitor.alerts', {})).alerts;
  expect(await alerts()).toMatchObject([{ rule: 'performance', state: 'open', alsoBroken: ['drift'] }]);

  await expect.poll(() => clickNotification(page), patience).toMatch(/^numbers: R² fell to/);
  await expect.poll(() => page.url(), patience).toContain(`/monitor/numbers/alerts?alert=${(await alerts())[0]?.id}`);
  const detail = page.getByRole('region', { name: /R² fell to/ });
  await detail.getByText('What contributes most').waitFor();
  await detail.getByText('What to look at').waitFor();
  await picture(page, 'alerts-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'alerts-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await detail.getByRole('button', { name: 'Seen', exact: true }).click();
  await expect.poll(async () => (await alerts())[0]?.state, patience).toBe('acknowledged');
  await detail.getByRole('button', { name: 'Say nothing of it' }).click();
  await page.getByRole('menuitem', { name: /For a day/ }).click();
  await expect.poll(async () => (await alerts())[0]?.state, patience).toBe('snoozed');
  await detail.getByText(/silent until/).waitFor();

  const { url: hook, events } = await receiver();
  await button(page, 'Channels').click();
  await button(page, 'Add channel').click();
  await page.getByLabel('Name of the channel').fill('on-call');
  await page.getByLabel('Address').fill('http://example.org/hook');
  await button(page, 'Keep the channel').click();
  await page
    .getByRole('dialog')
    .getByText(/needs https/)
    .first()
    .waitFor();
  await page.getByLabel('Address').fill(hook);
  await page.getByLabel('Secret').fill('whisper');
  await button(page, 'Keep the channel').click();
  await button(page, 'Test on-call').click();
  await page.getByText('on-call took a test alert (webhook).').waitFor();
  expect(events).toEqual(['alert.test']);
  await picture(page, 'alert-channels');
  await button(page, 'Done').click();

  await button(page, 'Add rule').click();
  await page.getByLabel('Name', { exact: true }).fill('much-drift');
  await choose(page, 'Watches', 'drift_share');
  await choose(page, 'Broken where it is', 'above');
  await choose(page, 'Measured over each', 'Week');
  await page.getByLabel('Bound').fill('0.4');
  await page.getByText(/It would have fired once in 7 windows/).waitFor();
  await page.getByLabel('on-call webhook').check();
  await page.getByRole('switch', { name: 'Quiet hours' }).click();
  await picture(page, 'alert-rule-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'alert-rule-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await button(page, 'Keep the rule').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const rules = async () => (await engine.call<{ rules: Rule[] }>('monitor.rules', { deployment: 'numbers' })).rules;
  expect((await rules()).find(({ name }) => name === 'much-drift')).toMatchObject({
    metric: 'drift_share',
    comparison: 'above',
    bound: 0.4,
    window: 'week',
    channels: ['on-call'],
    quietHours: { from: '22:00', to: '06:00', timeZone: 'UTC' },
  });

  // By keyboard: a row of the rules opens its dialog, Escape leaves it as it was.
  const row = page.getByRole('table', { name: 'Rules' }).getByRole('row').filter({ hasText: 'much-drift' });
  await row.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Rule much-drift' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('switch', { name: 'Rule much-drift' }).click();
  await expect.poll(async () => (await rules()).find(({ name }) => name === 'much-drift')?.isOn, patience).toBe(false);
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(complaints).toEqual([]);
});
