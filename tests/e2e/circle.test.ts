import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Deployment } from '../../engine/contract/deploy.ts';
import { temporaryFolder } from '../support/temporary.ts';
import {
  button,
  choose,
  dropFile,
  openWindow,
  pasteText,
  patience,
  picture,
  sampleFile,
  type TestWindow,
  title,
  titleBecomes,
  visit,
} from './window.ts';

test('walks once around the circle on real data, in the window alone', async (context) => {
  const window = await openWindow(context);
  const { page } = window;
  await titleBecomes(page, 'Welcome to Galley');
  await picture(page, '01-home-empty');

  await addDroppedYears(page);
  await addPastedTable(page);
  await openSample(page);
  await trainRidership(page);
  await packageBestRun(page);
  await startDeployment(page);
  await askByForm(page);
  const labels = await askByHttp(window);
  await addLabels(page, labels);
  await retrain(page);
  await lookAround(page);

  expect(window.complaints).toEqual([]);
});

async function addDroppedYears(page: Page): Promise<void> {
  await dropFile(page, sampleFile('chicago_ridership', 'chicago-2001.csv'));
  const dialog = page.getByRole('dialog');
  await dialog.getByText('50 columns').waitFor();
  await dialog.getByLabel('Name').fill('ridership');
  await picture(page, '02-preview');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await titleBecomes(page, 'ridership');
  await page.getByText('344 rows', { exact: false }).first().waitFor();

  await dropFile(page, sampleFile('chicago_ridership', 'chicago-2002.csv'));
  await dialog.getByRole('radio', { name: 'Append rows' }).click();
  await choose(page, 'Dataset', 'ridership');
  await dialog.getByRole('button', { name: 'Append', exact: true }).click();
  await page.getByText('709 rows', { exact: false }).first().waitFor();
  await page.getByRole('gridcell', { name: '2001-01-22' }).waitFor();
  await picture(page, '03-dataset');
  for (const tab of ['Columns', 'Versions', 'Lineage']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tab', { name: tab, selected: true }).waitFor();
    await picture(page, `04-dataset-${tab.toLowerCase()}`);
  }
  await page.getByText('chicago-2002.csv').first().waitFor();
}

async function addPastedTable(page: Page): Promise<void> {
  await pasteText(page, 'stop\triders\nClark/Lake\t15.7\nAustin\t1.5\n');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 columns').waitFor();
  await dialog.getByLabel('Name').fill('stops');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await titleBecomes(page, 'stops');
  await page.getByRole('gridcell', { name: 'Clark/Lake' }).waitFor();
}

async function openSample(page: Page): Promise<void> {
  await visit(page, '/data');
  await page.getByRole('row', { name: /stops/ }).waitFor();
  await picture(page, '05-data');
}

async function trainRidership(page: Page): Promise<void> {
  await visit(page, '/train?data=ridership');
  await choose(page, 'What to predict', 'ridership');
  await page.getByRole('radio', { name: 'Once', exact: true }).click();
  await page.getByText('More', { exact: true }).click();
  await choose(page, 'Judged on which rows', 'Every nth');
  for (const learner of ['forest', 'trees', 'network']) await page.getByRole('checkbox', { name: learner }).uncheck();
  await button(page, 'Train').click();
  await page.getByRole('heading', { name: /linear cuts the error by/ }).waitFor({ timeout: 60_000 });
  await page
    .getByRole('row', { name: /baseline/ })
    .first()
    .waitFor();
  await picture(page, '06-train');
  await page
    .getByRole('table', { name: 'Learners, best first' })
    .getByRole('row', { name: /linear/ })
    .click();
  await page.getByText('Gain over baseline').waitFor();
  await page.getByText('Predicted and real').waitFor();
  await picture(page, '07-run');
  await page.getByRole('table', { name: 'Held-out rows with the largest errors' }).getByRole('row').nth(1).click();
  const row = page.getByRole('region', { name: /^Row \d/ });
  await row.getByRole('heading', { name: /^Why / }).waitFor({ timeout: 60_000 });
  await row.getByText('the largest error').waitFor();
  await picture(page, '07-row');
  await row.getByRole('button', { name: 'Close' }).click();
  await row.waitFor({ state: 'detached' });
  for (const tab of ['Explanation', 'Slices', 'Fairness', 'Log']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tab', { name: tab, selected: true }).waitFor();
    await picture(page, `07-run-${tab.toLowerCase()}`);
  }
  await page.getByRole('tab', { name: 'Recipe' }).click();
  await button(page, 'Reproduce').click();
  await page.getByText('trained again: identical').waitFor({ timeout: 60_000 });
  await picture(page, '08-recipe');
}

async function packageBestRun(page: Page): Promise<void> {
  await button(page, 'Package').click();
  const dialog = page.getByRole('dialog');
  await expect.poll(() => dialog.getByLabel('Model').inputValue(), patience).toBe('ridership');
  await dialog.getByRole('button', { name: 'Package' }).click();
  await page.getByRole('main').getByText('parity holds').waitFor({ timeout: 60_000 });
  await page.getByRole('main').getByText('champion', { exact: true }).first().waitFor();
  await page.getByText('What it takes').waitFor();
  await picture(page, '09-package');
}

async function startDeployment(page: Page): Promise<void> {
  await visit(page, '/deploy');
  await button(page, 'Start a deployment').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
  await page
    .getByText(/http:\/\/127\.0\.0\.1:\d+\/predict/)
    .first()
    .waitFor({ timeout: 60_000 });
}

async function askByForm(page: Page): Promise<void> {
  await button(page, 'Ask with these').click();
  await page.getByText('answered by version 1').waitFor();
  await page.getByText('Predicted ridership').waitFor();
  await picture(page, '10-deploy');
}

/** Sends the year 2002 as other programs would, and writes what came true into a file of labels. */
async function askByHttp({ engine }: TestWindow): Promise<string> {
  const { deployments } = await engine.call<{ deployments: Deployment[] }>('deploy.list', {});
  const [header = '', ...lines] = readFileSync(sampleFile('chicago_ridership', 'chicago-2002.csv'), 'utf8')
    .trim()
    .split('\n');
  const names = header.split(',');
  const rows = lines.map((line) =>
    Object.fromEntries(line.split(',').map((text, index) => [names[index] ?? '', readValue(text)])),
  );
  const days = rows.map((row) => String(row.date));
  const inputs = rows.map(({ ridership: _, ...input }) => input);
  const response = await fetch(`${deployments[0]?.url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rows: inputs, ids: days, event_times: days.map((day) => `${day}T12:00:00Z`) }),
  });
  expect(response.status).toBe(200);
  const file = join(temporaryFolder(), 'labels.csv');
  writeFileSync(file, ['row_id,label', ...rows.map((row) => `${row.date},${row.ridership}`)].join('\n'));
  return file;
}

function readValue(text: string): string | number | null {
  if (text === '') return null;
  const value = Number(text);
  return Number.isNaN(value) ? text : value;
}

async function addLabels(page: Page, file: string): Promise<void> {
  await visit(page, '/monitor');
  await button(page, 'Add labels').click();
  const dialog = page.getByRole('dialog');
  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles(file);
  await dialog.getByRole('button', { name: 'Add labels' }).click();
  await dialog.getByText(/365 matched, 0 belong to no answered row/).waitFor({ timeout: 60_000 });
  await picture(page, '11-labels');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await titleBecomes(page, /^R² is 0\.\d\d in /);
  await page.getByText('What moved, and matters').waitFor();
  await picture(page, '12-monitor');
}

async function retrain(page: Page): Promise<void> {
  await visit(page, '/retrain');
  await button(page, 'Make a pipeline').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click();
  await button(page, 'Run now').click();
  await page
    .getByText(/No decision yet|Run 1|stays|took the place/)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: /Run 1, compare: (done|not needed)/ }).waitFor({ timeout: 90_000 });
  await picture(page, '13-retrain');
}

async function lookAround(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('A dataset, run, model or command').fill('dark');
  await picture(page, '14-palette');
  await page.getByRole('option', { name: 'Dark theme' }).click();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme), patience).toBe('dark');
  for (const address of [
    'circle',
    'data/ridership',
    'train',
    'package',
    'deploy',
    'monitor',
    'retrain',
    'settings',
    'help',
  ]) {
    await visit(page, `/${address}`);
    await title(page).waitFor();
    await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
    await picture(page, `20-dark-${address.replace('/', '-')}`);
  }
  await page.reload();
  await title(page).waitFor();
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
}
