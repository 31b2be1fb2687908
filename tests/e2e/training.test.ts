import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Sweep } from '../../engine/contract/train-sweeps.ts';
import { accountsTable } from '../support/accounts-table.ts';
import {
  button,
  choose,
  dropBytes,
  openWindow,
  patience,
  picture,
  type TestWindow,
  title,
  titleBecomes,
  visit,
} from './window.ts';

const slow = { timeout: 120_000 };

test('a search is paused, gone on with and told to choose; a training is stopped', async (context) => {
  const window = await openWindow(context);
  const { page, engine, complaints } = window;
  await addAccounts(page);
  await visit(page, '/train?data=accounts&target=churned');
  await page.getByRole('radio', { name: '5 min', exact: true }).click();
  await leaveOut(page, ['forest', 'network']);
  await button(page, 'Train').click();
  await leaveLeakOut(page);

  await button(page, 'Pause').waitFor(slow);
  await page.getByRole('table', { name: 'Learners, best first' }).waitFor(slow);
  await button(page, 'Pause').click();
  await page.getByText('paused', { exact: true }).waitFor(slow);
  const { sweeps } = await engine.call<{ sweeps: Sweep[] }>('train.sweeps', {});
  const paused = sweeps[0] as Sweep;
  expect(paused.state).toBe('paused');
  await visit(page, `/train/sweeps/${paused.id}`);
  await titleBecomes(page, 'Search 2');
  const here = page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current=page]');
  expect(await here.textContent()).toContain('Train');
  await button(page, 'Go on').click();
  await page.getByText('searching', { exact: true }).waitFor(slow);
  await picture(page, '91-search');
  await button(page, 'Choose now').click(slow);
  await page.getByText('finished', { exact: true }).first().waitFor(slow);
  await page.getByText('Simplest within one standard error', { exact: false }).first().waitFor(slow);
  await picture(page, '92-search-offers');

  await visit(page, '/train?data=accounts&target=churned');
  await page.getByRole('radio', { name: '1 h', exact: true }).click();
  await button(page, 'Train').click();
  await button(page, 'Stop').click(slow);
  await page.getByText('stopped', { exact: true }).waitFor(slow);
  await expect.poll(() => newestJob(window).then(({ state }) => state), patience).toBe('canceled');
  expect(complaints).toEqual([]);
});

test('a run of two classes: threshold into the package, fairness, tests, a row, a second run beside it', async (context) => {
  const { page, complaints } = await openWindow(context);
  await addAccounts(page);
  await visit(page, '/train?data=accounts&target=churned');
  await page.getByRole('radio', { name: 'Once', exact: true }).click();
  await leaveOut(page, ['forest', 'network']);
  await button(page, 'Train').click();
  await leaveLeakOut(page);
  const board = page.getByRole('table', { name: 'Learners, best first' });
  await board.getByRole('row', { name: /baseline/ }).waitFor(slow);
  expect(await board.getByRole('row').count()).toBe(4);
  await board.getByRole('row', { name: /linear/ }).click();
  await titleBecomes(page, /^linear, run/);

  await chooseThreshold(page);
  await judgeFairness(page);
  await writeTests(page);
  await openWorstRow(page);
  await packageIt(page);
  await compareAll(page);
  expect(complaints).toEqual([]);
});

async function addAccounts(page: Page): Promise<void> {
  await dropBytes(page, 'accounts.csv', Buffer.from(accountsTable(900)));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await titleBecomes(page, 'accounts');
}

async function leaveOut(page: Page, learners: readonly string[]): Promise<void> {
  await page.getByText('More', { exact: true }).click();
  for (const learner of learners) await page.getByRole('checkbox', { name: learner }).uncheck();
}

/** The column that is the target in other words is asked about before anything is trained. */
async function leaveLeakOut(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Does last_invoice give the answer away?' });
  await dialog.waitFor(slow);
  await picture(page, '90-leak');
  const elsewhere = page.locator('[role=alert], .stack > *').filter({ hasText: 'last_invoice' });
  expect(await elsewhere.count()).toBe(0);
  await dialog.getByRole('button', { name: 'Train', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

async function newestJob({ engine }: TestWindow): Promise<Job> {
  const { jobs } = await engine.call<{ jobs: Job[] }>('jobs.list', { limit: 1 });
  return jobs[0] as Job;
}

async function chooseThreshold(page: Page): Promise<void> {
  const card = page.getByRole('region', { name: 'Where to draw the line' });
  for (const [rule, words] of [
    ['Cost', 'least cost'],
    ['Precision', 'of the alarms right'],
    ['Recall', 'best precision that finds at least 80 %'],
  ] as const) {
    await card.getByRole('radio', { name: rule, exact: true }).click();
    await card.getByText(words, { exact: false }).first().waitFor(slow);
  }
  await card.getByRole('spinbutton', { name: 'At least, %' }).fill('95');
  await card.getByRole('spinbutton', { name: 'At least, %' }).press('Tab');
  await card.getByText('finds at least 95 %', { exact: false }).waitFor(slow);
  await card.getByText(/^Packaging takes 0\.\d\d/).waitFor();
  await card.scrollIntoViewIfNeeded();
  await picture(page, '93-threshold');
}

async function judgeFairness(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Fairness' }).click();
  await choose(page, 'Column', 'sex');
  await button(page, 'Judge').click();
  await page.getByRole('region', { name: 'sex' }).getByText('Equalized odds difference').waitFor(slow);
  await picture(page, '94-fairness');
}

async function writeTests(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Evaluation' }).click();
  await button(page, 'Write tests').click();
  const dialog = page.getByRole('dialog');
  const text = dialog.getByRole('textbox', { name: 'Tests (YAML)' });
  await expect.poll(() => text.inputValue(), patience).toContain('name: better than the baseline');
  const begun = await text.inputValue();
  await text.fill(begun.replace('kind: metric', 'kind: measure'));
  await button(page, 'Save and run').click();
  await dialog.getByText('train.invalid_tests').waitFor(slow);
  await text.fill(begun);
  await button(page, 'Save and run').click();
  await page.getByText('it holds', { exact: true }).waitFor(slow);
}

async function openWorstRow(page: Page): Promise<void> {
  await page.getByRole('table', { name: 'Held-out rows with the largest errors' }).getByRole('row').nth(1).click();
  const row = page.getByRole('region', { name: /^Row \d/ });
  await row.getByRole('heading', { name: /^Why / }).waitFor(slow);
  await picture(page, '95-row');
  await row.getByRole('button', { name: 'Close' }).click();
}

async function packageIt(page: Page): Promise<void> {
  await button(page, 'Package').click();
  const dialog = page.getByRole('dialog');
  const told = Number(/0\.\d\d/.exec((await dialog.getByText(/^Its threshold is/).textContent()) ?? '')?.[0]);
  await dialog.getByRole('button', { name: 'Package' }).click();
  await page.getByRole('main').getByText('parity holds').waitFor(slow);
  const shown = await page.locator('dt:text-is("Threshold") + dd').textContent();
  expect(Math.abs(Number(shown) - told)).toBeLessThan(0.006);
}

async function compareAll(page: Page): Promise<void> {
  await visit(page, '/train/runs');
  const all = page.getByRole('checkbox', { name: 'Choose all runs, or none' });
  await all.click();
  await page.getByText('3 runs chosen').waitFor();
  expect(await all.isChecked()).toBe(true);
  await all.click();
  await page.getByText('runs chosen').waitFor({ state: 'detached' });
  expect(await all.isChecked()).toBe(false);
  await all.click();
  await button(page, 'Compare').click();
  await title(page).waitFor();
  const card = page.getByRole('region', { name: 'Which is better' });
  await card
    .getByText(/95 % interval .* on \d+ rows/)
    .first()
    .waitFor(slow);
  expect(await card.getByRole('img').count()).toBe(2);
  await picture(page, '96-compare');
}
