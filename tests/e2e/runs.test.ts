import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Database } from '../../engine/store/database.ts';
import { createProject } from '../../engine/store/project.ts';
import { countedIds } from '../support/fixed.ts';
import { writeManyRuns } from '../support/many-runs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, patience, picture, title, visit } from './window.ts';

const count = 1500;

test('the table of runs: filtered, sorted, scrolled, tagged, archived, kept as a view, compared', async (context) => {
  const folder = temporaryFolder();
  const project = join(folder, 'kitchen');
  createProject(project, countedIds(), 'kitchen');
  const database = new Database(join(project, 'galley.db'));
  database.migrate();
  database.close();
  writeManyRuns(join(project, 'galley.db'), count);
  const { page, complaints } = await openWindow(context, folder);
  await visit(page, '/train/runs');
  await title(page).waitFor();
  await expect.poll(() => firstRow(page), patience).toMatch(/^#1,500/);
  await page.getByText('1,500 runs', { exact: true }).waitFor();

  const grid = page.getByRole('grid', { name: 'Runs' });
  const filter = page.getByRole('combobox', { name: 'Filter of runs' });
  await filter.click();
  await page.keyboard.type('attributes.lear');
  await page.getByRole('option', { name: 'attributes.learner' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type("= 'trees' AND params.max_leaves > many");
  await page.keyboard.press('Enter');
  await page.getByText('expected a number to compare params.max_leaves with, found "many"').waitFor();
  await filter.fill("attributes.learner = 'trees' AND params.max_leaves > 40");
  const found = page.getByText(/^\d+ of 1,500 runs$/);
  await found.waitFor();
  await expect.poll(() => grid.getByRole('row').nth(1).textContent(), patience).toContain('trees');

  await grid.getByRole('button', { name: 'Score', exact: true }).click();
  await expect
    .poll(() => grid.getByRole('columnheader', { name: 'Score' }).getAttribute('aria-sort'), patience)
    .toBe('descending');
  const best = Number(await scoreOf(page, 1));
  expect(best).toBeGreaterThanOrEqual(Number(await scoreOf(page, 2)));

  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('textbox', { name: 'Name for this view' }).fill('large trees');
  await page.keyboard.press('Enter');
  await page.getByText('View large trees saved').waitFor();
  await page.keyboard.press('Escape');

  await grid
    .getByRole('checkbox', { name: /^Choose run/ })
    .nth(0)
    .check();
  await grid
    .getByRole('checkbox', { name: /^Choose run/ })
    .nth(1)
    .check();
  await button(page, 'Tag').click();
  await page.getByRole('textbox', { name: 'Tag' }).fill('stage=candidate');
  await page.getByRole('dialog').getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByText('Tag stage: candidate on 2 runs').waitFor();
  await button(page, 'Archive').click();
  await page.getByText('2 runs archived').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByText('2 runs back in the list').waitFor();
  await filter.fill("tags.stage = 'candidate'");
  await page.getByText('2 of 1,500 runs', { exact: true }).waitFor();

  await grid
    .getByRole('checkbox', { name: /^Choose run/ })
    .nth(0)
    .check();
  await grid
    .getByRole('checkbox', { name: /^Choose run/ })
    .nth(1)
    .check();
  await button(page, 'Compare').click();
  await page.getByRole('heading', { name: 'What differs' }).waitFor();

  await visit(page, '/train/runs?view=large%20trees');
  await expect
    .poll(() => filter.inputValue(), patience)
    .toBe("attributes.learner = 'trees' AND params.max_leaves > 40");
  await button(page, 'Clear the filter').click();
  await grid.getByRole('row').nth(1).waitFor();
  await grid.locator('[data-place]').first().focus();
  await page.keyboard.press('End');
  await expect.poll(() => grid.locator(`[data-place="${count - 1}"]`).textContent(), patience).toMatch(/#\d/);
  await page.getByText('Scatter', { exact: true }).click();
  await page.getByRole('img', { name: /runs? by/ }).waitFor();
  await picture(page, '83-runs-scatter');
  expect(complaints).toEqual([]);
});

async function firstRow(page: Page): Promise<string> {
  return (
    (await page
      .locator('[data-place="0"]')
      .textContent({ timeout: 1000 })
      .catch(() => '')) ?? ''
  ).trim();
}

/** What stands under Score in a row of the table. */
async function scoreOf(page: Page, row: number): Promise<string> {
  const heads = await page.getByRole('grid', { name: 'Runs' }).getByRole('columnheader').allTextContents();
  const place = heads.findIndex((head) => head.trim().startsWith('Score'));
  const cells = page
    .getByRole('grid', { name: 'Runs' })
    .getByRole('row')
    .nth(row)
    .locator('[role=gridcell], [role=rowheader]');
  return ((await cells.nth(place).textContent()) ?? '').trim();
}
