import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PipelineRun } from '../../engine/contract/retrain.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, choose, openWindow, patience, picture, title, visit } from './window.ts';

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
  await page.getByRole('link', { name: /^Run 1, fit: failed/ }).focus();
  await page.keyboard.press('ArrowUp');
  expect(await focused()).toBe('Run 1, again × 10: 10 done');
  await button(page, 'Close the step').focus();
  await page.keyboard.press('Enter');
  await expect.poll(focused, patience).toMatch(/^fit: failed/);

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
  await graph.getByRole('button', { name: /^train: / }).waitFor();
  expect(complaints).toEqual([]);
}, 240_000);

const past = `format: 1
pipeline: past
triggers:
  - { on: webhook }
parameters: { version: 1 }
steps:
  - { name: rows, kind: fetch, dataset: 'numbers@\${version}' }
`;

/** Fails until a file is there. */
const halting = (go: string) => `format: 1
pipeline: halting
parameters: { version: 1 }
steps:
  - name: wait
    kind: run
    command: ${JSON.stringify([process.execPath, '-e', "process.exit(require('fs').existsSync(process.argv[1]) ? 0 : 3)", go])}
`;

test('a pipeline is written for another system, called by another program and run over what is past', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{}]);
  const second = join(folder, 'second.csv');
  writeFileSync(second, 'a,b,y\n1,2,3\n4,5,6\n');
  await engine.result('data.add', { name: 'numbers', files: [second] });
  await engine.call('retrain.addFile', { text: past });
  await visit(page, '/retrain?pipeline=past');
  const pick = async (item: string) => {
    await button(page, 'More of pipeline past').click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const runs = async () => (await engine.call<{ runs: PipelineRun[] }>('retrain.list', { pipeline: 'past' })).runs;

  await pick('Export…');
  const exporting = page.getByRole('dialog', { name: 'Export past' });
  await exporting.getByRole('region', { name: '.github/workflows/galley-past.yml' }).waitFor();
  await choose(page, 'For', 'Argo Workflows');
  await exporting.getByRole('button', { name: 'workflow.yaml' }).click();
  await exporting.getByText('kind: WorkflowTemplate').waitFor();
  await picture(page, 'retrain-export');
  const target = join(folder, 'repository');
  await exporting.getByRole('textbox', { name: 'Folder' }).fill(target);
  await exporting.getByRole('button', { name: 'Write' }).click();
  await exporting.getByText(/^\d+ files$/).waitFor();
  expect(readFileSync(join(target, 'galley', 'past', 'workflow.yaml'), 'utf8')).toContain('WorkflowTemplate');
  expect(existsSync(join(target, 'galley', 'past', 'galley.tgz'))).toBe(true);
  await exporting.getByRole('button', { name: 'Close' }).last().click();

  await pick('Webhook…');
  const hook = page.getByRole('dialog', { name: 'Webhook of past' });
  await hook.getByText('It has no secret, so nobody is let in.').waitFor();
  await hook.getByRole('button', { name: 'Make a secret' }).click();
  const secret = (await hook.getByText(/^whsec_/).textContent()) ?? '';
  expect(await hook.getByText(/^curl /).textContent()).toContain('Bearer $GALLEY_WEBHOOK_SECRET_PAST"');
  await picture(page, 'retrain-webhook');
  const address = (await hook.getByText(/\/hooks\/retrain\/past$/).textContent()) ?? '';
  const called = await fetch(address, { method: 'POST', headers: { authorization: `Bearer ${secret}` } });
  expect(called.status).toBe(202);
  await expect
    .poll(async () => (await runs()).map(({ trigger, status }) => [trigger.kind, status]), patience)
    .toEqual([['webhook', 'succeeded']]);
  await hook.getByRole('button', { name: 'Close' }).last().click();
  await pick('Webhook…');
  await hook.getByRole('button', { name: 'Make another secret' }).waitFor();
  expect(await hook.getByText(/^whsec_/).count()).toBe(0);
  await hook.getByRole('button', { name: 'Forget the secret' }).click();
  await hook.getByText('It has no secret, so nobody is let in.').waitFor();
  await hook.getByRole('button', { name: 'Close' }).last().click();

  await pick('Run over what is past…');
  const backfill = page.getByRole('dialog', { name: 'Run past over what is past' });
  const last = backfill.getByRole('textbox', { name: 'To version' });
  await expect.poll(() => last.inputValue(), patience).toBe('2');
  await last.fill('two');
  await backfill.getByText('The number of a version.').waitFor();
  expect(await backfill.getByRole('button', { name: 'Run it' }).isDisabled()).toBe(true);
  await last.fill('2');
  await picture(page, 'retrain-backfill');
  await backfill.getByRole('button', { name: 'Run it' }).click();
  const card = page.getByRole('region', { name: 'Over what is past' });
  await card.getByText('2 of 2 done').waitFor();
  await card.getByRole('listitem').filter({ hasText: 'numbers@2' }).getByRole('link', { name: 'run 3' }).waitFor();

  const go = join(folder, 'go');
  await engine.call('retrain.addFile', { text: halting(go) });
  const over = { dataset: 'numbers', from: 1, to: 1, parameter: 'version' };
  await expect(engine.result('retrain.backfill', { pipeline: 'halting', over })).rejects.toThrow();
  await visit(page, '/retrain?pipeline=halting');
  await card.getByText('0 of 1 done, 1 failed; it stopped').waitFor();
  writeFileSync(go, '');
  await card.getByRole('button', { name: 'Go on' }).click();
  await card.getByText('1 of 1 done').waitFor();
  expect(await card.getByRole('button', { name: 'Go on' }).count()).toBe(0);

  await button(page, 'Rehearse…').click();
  const rehearsal = page.getByRole('dialog', { name: 'Rehearse numbers' });
  await rehearsal.getByRole('checkbox', { name: 'On drift' }).check();
  await rehearsal.getByText('Only these are compared.').waitFor();
  await rehearsal.getByRole('textbox', { name: /^Days of the newest rows/ }).fill('some');
  await rehearsal.getByText('A whole number of days, or all.').waitFor();
  expect(await rehearsal.getByRole('button', { name: 'Rehearse', exact: true }).isDisabled()).toBe(true);
  await picture(page, 'retrain-rehearse');
  expect(complaints).toEqual([]);
}, 180_000);
