import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { button, choose, openWindow, patience, picture, title, visit } from './window.ts';

/** So many that the bar of the grid moves in proportion to the rows, no longer pixel by pixel. */
const rowCount = 300_000;
const kinds = ['north', 'east', 'south'];

test('a table of 300,000 rows: to its end, to a row, sorted, filtered and copied', async (context) => {
  const folder = temporaryFolder();
  const file = join(folder, 'meters.csv');
  const lines = Array.from(
    { length: rowCount },
    (_, index) => `${index + 1},${kinds[index % 3]},${(index * 7919) % 1000}`,
  );
  writeFileSync(file, ['meter,side,level', ...lines, ''].join('\n'));
  const { page, engine, complaints } = await openWindow(context, folder);
  await title(page).waitFor();
  await engine.result('data.add', { name: 'meters', files: [file] });
  await visit(page, '/data/meters/1/rows');

  const grid = page.getByRole('grid', { name: 'Rows' });
  await grid.getByRole('gridcell', { name: 'north', exact: true }).first().click();
  await page.keyboard.press('Control+End');
  await expect.poll(() => rowAt(page, rowCount), patience).toEqual(['300,000', '300000', 'south', line(rowCount)]);
  await page.keyboard.press('Control+Home');
  await expect.poll(() => rowAt(page, 1), patience).toEqual(['1', '1', 'north', '0']);
  await page.getByRole('textbox', { name: 'Go to row' }).fill('150,000');
  await page.keyboard.press('Enter');
  await expect.poll(() => rowAt(page, 150_000), patience).toEqual(['150,000', '150000', 'south', line(150_000)]);

  const head = grid.getByRole('columnheader', { name: 'meter' });
  await head.getByRole('button', { name: 'meter', exact: true }).click();
  await head.getByRole('button', { name: 'meter', exact: true }).click();
  await expect.poll(() => head.getAttribute('aria-sort'), patience).toBe('descending');
  await expect.poll(() => rowAt(page, 1), patience).toEqual(['300,000', '300000', 'south', line(rowCount)]);

  await button(page, 'Filter').click();
  await choose(page, 'Column', 'side');
  await choose(page, 'Condition', 'is');
  await page.getByLabel('Value').fill('east');
  await button(page, 'Apply').first().click();
  await page.getByText('100,000 of 300,000 rows, by meter (largest first)').waitFor();
  await expect.poll(() => rowAt(page, 1), patience).toEqual(['299,999', '299999', 'east', line(299_999)]);
  await picture(page, '70-rows-filtered');

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await grid.getByRole('gridcell', { name: '299999' }).click();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+c');
  await page.getByText('Copied 2 rows of 2 columns.').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('299999\teast\n299996\teast');
  expect(complaints).toEqual([]);
});

/** The level of a meter, as the file has it. */
function line(meter: number): string {
  return String(((meter - 1) * 7919) % 1000);
}

/** The number and the cells of a row of the grid, by its place in the order shown; nothing while it is not in view. */
async function rowAt(page: Page, place: number): Promise<string[]> {
  const cells = page.locator(`[role=grid] [role=row][aria-rowindex="${place + 1}"] [data-cell]`);
  return (await cells.allTextContents()).map((text) => text.trim());
}
