import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { RunningEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { deployed, serveNumbers } from './served-numbers.ts';
import { button, dropBytes, openWindow, patience, picture, visit } from './window.ts';

const renewal = `format: 1
pipeline: weekly
summary: Renews numbers, and asks before it does.
parameters: { margin: 0 }
steps:
  - { name: rows, kind: fetch, dataset: numbers }
  - { name: fit, kind: train, data: rows, target: y, learner: '\${learner}', matrix: { learner: [linear, trees] } }
  - { name: versions, kind: register, run: fit, model: numbers }
  - { name: contest, kind: compare, challengers: versions, margin: '\${margin}' }
  - { name: gate, kind: gate, comparison: contest }
  - { name: ask, kind: approve, decision: gate, when: gate.passed }
  - { name: release, kind: deploy, decision: ask, when: ask.passed, probation: 20 }
`;

/** The champion always says the mean, so that whatever learns is better. */
async function withWorseChampion(page: Page, engine: RunningEngine, folder: string): Promise<{ url: string }> {
  const served = await serveNumbers(engine, folder, [{ learner: 'baseline' }]);
  await visit(page, '/retrain');
  return served;
}

/** Has `count` requests answered, and says what came true of each. */
async function answerAndLabel(engine: RunningEngine, url: string, first: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    a: ((first + index) % 10) / 10,
    b: ((first + index) % 7) / 7,
  }));
  const ids = rows.map((_, index) => `request-${first + index}`);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/predict`, { method: 'POST', headers, body: JSON.stringify({ rows, ids }) });
  expect(response.status).toBe(200);
  const labels = rows.map(({ a, b }, index) => ({ id: ids[index] as string, label: 3 * a - b }));
  await engine.call('monitor.addLabels', { deployment: 'numbers', labels });
}

/** Steps train and judge, which takes long where many tests run. */
const whileItRuns = { timeout: 90_000 };

const node = (page: Page, name: string | RegExp) =>
  page.getByRole('region', { name: /^The pipeline/ }).getByRole('button', { name });

test('a pipeline from a file is mended, run, looked into, approved and run again from a step', {
  timeout: 240_000,
}, async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  const { url } = await withWorseChampion(page, engine, folder);
  await page.getByRole('heading', { name: 'No pipeline yet' }).waitFor();
  await picture(page, 'retrain-empty');

  await dropBytes(page, 'weekly.yaml', Buffer.from(renewal.replace('run: fit', 'run: fitt')));
  const editor = page.getByRole('dialog', { name: 'A pipeline from a file' });
  const fault = editor.getByRole('button', { name: /8:.*fitt.*fit/ });
  await fault.waitFor();
  expect(await editor.getByRole('button', { name: 'Make it' }).isDisabled()).toBe(true);
  await picture(page, 'retrain-file-fault');
  await fault.click();
  const field = editor.getByRole('textbox', { name: 'The file as YAML' });
  const lineOfCaret = () =>
    field.evaluate((area: HTMLTextAreaElement) => area.value.slice(0, area.selectionStart).split('\n').length);
  expect(await lineOfCaret()).toBe(8);
  await field.fill(renewal);
  await editor.getByText('weekly has 9 steps and no faults.').waitFor();
  await editor.getByRole('button', { name: 'Make it' }).click();
  await node(page, 'fit (linear): has not run').waitFor();

  await button(page, 'Run now').click();
  const asked = page.getByRole('dialog', { name: 'Run weekly' });
  await asked.getByRole('textbox', { name: 'margin' }).fill('much');
  await asked.getByText('A number.').waitFor();
  await asked.getByRole('textbox', { name: 'margin' }).fill('0.001');
  await asked.getByRole('button', { name: 'Run it' }).click();
  await page.getByText('It waits for you').waitFor(whileItRuns);
  await picture(page, 'retrain-waits');

  await node(page, /^fit \(linear\): done/).click();
  const panel = page.getByRole('complementary');
  await panel.getByRole('link', { name: /^run \d/ }).waitFor();
  await picture(page, 'retrain-step');
  await node(page, /^contest: done/).click();
  await panel
    .getByRole('log', { name: 'Log of contest' })
    .getByText(/version 2 against 1/)
    .waitFor();
  await button(page, 'Close the step').click();

  await page.getByRole('textbox', { name: 'Reason' }).fill('as good as it gets');
  await page.getByRole('button', { name: /^Approve version [23]$/ }).click();
  await expect.poll(async () => (await deployed(engine)).version, { ...patience, ...whileItRuns }).toBeGreaterThan(1);
  await page.getByText(/^Approved by .*as good as it gets/).waitFor(whileItRuns);
  await node(page, /^release: done/).waitFor();
  await picture(page, 'retrain-approved');

  const probation = page.getByRole('region', { name: /^Probation of version/ });
  await probation.getByText('0 of 20 labelled requests').waitFor();
  await answerAndLabel(engine, url, 0, 12);
  await probation.getByText('12 of 20 labelled requests').waitFor(whileItRuns);
  await picture(page, 'retrain-probation');
  await answerAndLabel(engine, url, 12, 8);
  await probation.getByText('passed', { exact: true }).waitFor(whileItRuns);
  await probation.getByText(/^Version \d did not do worse .*: R² .* against .* of version 1/).waitFor();
  await probation.getByText(/^A gain of \+.* on 20 requests, 95 % interval/).waitFor();
  await picture(page, 'retrain-probation-passed');

  await node(page, /^contest: done/).click();
  await panel.getByRole('button', { name: 'Run again from here' }).click();
  await page.getByRole('region', { name: 'The pipeline, run 2' }).waitFor(whileItRuns);
  await node(page, /^rows: done.*cached/).waitFor();
  expect(complaints).toEqual([]);
});
