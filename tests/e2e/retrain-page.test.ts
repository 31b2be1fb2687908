import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, openWindow, patience, picture, title, visit } from './window.ts';

/** Searches for as long as it is let, and reads many times. */
const long = `format: 1
pipeline: long
triggers:
  - { on: schedule, cron: '30 7 15 * *', timezone: UTC }
steps:
  - { name: rows, kind: fetch, dataset: numbers }
  - { name: again, kind: fetch, dataset: numbers, after: rows, matrix: { part: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] } }
  - { name: fit, kind: sweep, data: rows, target: y, budget: 30m }
`;

test('one of several pipelines is chosen, watched and stopped, seen in the calendar and removed', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{}]);
  await engine.call('retrain.add', { model: 'numbers' });
  const schedule = { cron: '0 6 15 * *', timezone: 'UTC', missed: 'once' };
  await engine.call('retrain.schedule', { pipeline: 'numbers', schedule });
  await engine.call('retrain.addFile', { text: long });

  await visit(page, '/retrain');
  const tabs = page.getByRole('navigation', { name: 'Pipelines' });
  await tabs.getByRole('link', { name: /numbers/, exact: false }).waitFor();
  await tabs.getByRole('link', { name: /long/ }).click();
  const graph = page.getByRole('region', { name: /^The pipeline/ });
  await button(page, 'Run now').click();
  await graph.getByRole('button', { name: /^fit: runs now/ }).waitFor({ timeout: 60_000 });
  await graph.getByRole('button', { name: 'again × 10: 10 done' }).waitFor({ timeout: 60_000 });
  await graph.getByRole('button', { name: /^again × 10/ }).click();
  await graph.getByRole('button', { name: /^again \(7\): done/ }).focus();
  await page.keyboard.press('ArrowDown');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
  expect(await focused()).toMatch(/^again \(\d+\): done/);
  expect(await focused()).not.toMatch(/^again \(7\)/);
  await picture(page, 'retrain-running');
  await button(page, 'Stop').click();
  await expect.poll(() => graph.getByRole('button', { name: /^fit: failed/ }).count(), patience).toBe(1);
  await page.getByRole('link', { name: /^Run 1, fit: failed/ }).click();
  await page.getByRole('complementary').getByRole('heading', { name: 'fit' }).waitFor();

  await page.getByRole('link', { name: 'Calendar' }).click();
  await expect.poll(() => title(page).textContent(), patience).toBe('Calendar');
  await page.getByText('Times are of UTC.').waitFor();
  const grid = page.getByRole('grid');
  await button(page, 'The next month').click();
  await grid.getByRole('button', { name: / 15 .*: .*long 07:30/ }).click();
  const link = page.getByRole('link', { name: 'numbers', exact: true });
  await link.waitFor();
  await picture(page, 'retrain-calendar');
  await page.keyboard.press('ArrowRight');
  await expect.poll(focused, patience).toMatch(/ 16 .*: nothing/);
  await expect.poll(() => link.count(), patience).toBe(0);

  await visit(page, '/retrain?pipeline=long');
  await button(page, 'More of pipeline long').click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await button(page, 'Remove it').click();
  await expect.poll(() => tabs.count(), patience).toBe(0);
  await graph.getByRole('button', { name: /^Train: / }).waitFor();
  expect(complaints).toEqual([]);
}, 240_000);
