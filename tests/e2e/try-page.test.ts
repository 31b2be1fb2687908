import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, type TestContext, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import { adoptedModel } from '../../engine/package/adopted/adopted-model.ts';
import { readForeignModel } from '../../engine/package/adopted/read-foreign-model.ts';
import { requireMapping, resolveMapping } from '../../engine/package/adopted/resolve-mapping.ts';
import { readPageParts } from '../../engine/package/exports/html/page-parts.ts';
import { tryPage } from '../../engine/package/exports/html/try-page.ts';
import { makeGoldenSet } from '../../engine/package/golden-set.ts';
import { buildGraph } from '../../engine/package/graph.ts';
import { signatureOf } from '../../engine/package/signature.ts';
import { fitLearner } from '../../engine/train/fit.ts';
import { learners } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import type { Model } from '../../engine/train/model.ts';
import { rawRows } from '../../engine/train/raw-rows.ts';
import { openPhases } from '../package/open-registry.ts';
import { fixtureFrame, fixturePath } from '../support/adopted-fixtures.ts';
import { prepareTraining } from '../support/prepare-training.ts';
import { temporaryFolder } from '../support/temporary.ts';
import {
  everyFifth,
  frameOf,
  numberColumn,
  quietControl,
  textColumn,
  timeColumn,
  trainOn,
} from '../support/train-sample.ts';
import { sharedBrowser } from './shared-browser.ts';
import { button, patience, picture } from './window.ts';

interface OpenedPage {
  page: Page;
  /** Addresses that it asked for, and what the browser complained of. */
  requests: string[];
  complaints: string[];
}

/** A browser without a network. */
async function offlineBrowser(context: TestContext): Promise<(file: string) => Promise<OpenedPage>> {
  const browser = await sharedBrowser(context);
  const visit = await browser.newContext({ offline: true, viewport: { width: 1180, height: 900 } });
  return async (file) => {
    const page = await visit.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(pathToFileURL(file).href);
    await page.locator('#answer > *').first().waitFor();
    return { page, requests, complaints };
  };
}

async function checkFile(page: Page): Promise<string> {
  await button(page, 'Check this file').click();
  const checked = page.locator('#checked');
  await expect.poll(() => checked.textContent(), patience).toMatch(/^[✓✗]/);
  return (await checked.textContent()) ?? '';
}

const rows = 160;
const positions = Array.from({ length: rows }, (_, row) => row);
const hostile = '</script><img src=x onerror=alert(1)>';
const frame = frameOf(
  numberColumn(
    'size',
    positions.map((row) => (row % 17 === 0 ? Number.NaN : Math.sin(row) * 10)),
  ),
  numberColumn(
    'open',
    positions.map((row) => row % 2),
    'boolean',
  ),
  textColumn(
    hostile,
    positions.map((row) => ['a', 'naïve 東京', hostile, null][row % 4] as string | null),
  ),
  textColumn(
    'review',
    positions.map((row) => (row % 9 === 0 ? null : `${['good', 'BAD', 'fine,'][row % 3]} film ${row % 5} ${row}`)),
  ),
  timeColumn(
    'day',
    'date',
    positions.map((row) => new Date(row * 86_400_000 * 5).toISOString().slice(0, 10)),
  ),
  timeColumn(
    'seen',
    'timestamp',
    positions.map((row) => (row % 11 === 0 ? null : new Date(row * 7_200_000 * 5).toISOString())),
  ),
  numberColumn(
    'price',
    positions.map((row) => Math.sin(row) * 30 + (row % 4) * 5 + (row % 2)),
  ),
  textColumn(
    'sold',
    positions.map((row) => (Math.sin(row) + (row % 4) / 4 > 0.4 ? 'yes' : 'no')),
  ),
  textColumn(
    'class',
    positions.map((row) => ['low', hostile, 'high'][Math.floor((Math.sin(row) + 1) * 1.49)] as string),
  ),
);
const targets = ['price', 'sold', 'class'];

async function modelOf(learner: string, target: string): Promise<Model> {
  const columns = { review: { role: 'text' as const } };
  const exclude = targets.filter((other) => other !== target);
  const request = { target, exclude, columns, split: everyFifth, window: null, keyColumns: [] };
  if (learner !== 'blend') {
    const [parameters = {}] = resolveParameters(learners.filter(({ name }) => name === learner));
    return (await trainOn(frame, request, learner, parameters)).model;
  }
  const members = learners.map(({ name }, index) => {
    const [parameters = {}] = resolveParameters(learners.filter((known) => known.name === name));
    return { learner: name, parameters, weight: (2 * (index + 1)) / (learners.length * (learners.length + 1)) };
  });
  const prepared = prepareTraining(frame, request, [...new Set(learners.map(({ layout }) => layout))]);
  const order = { target, learner: 'blend', parameters: {}, members, seed: 0 };
  return (await fitLearner(prepared, order, quietControl)).model;
}

function pageOf(model: Model, from = frame): string {
  const typed = model.features.map(
    ({ name }) => from.columns.find((column) => column.name === name) ?? { name, type: 'text' as const },
  );
  const examples = rawRows(from, typed, [0, 1, 2, 3, 17, 40, 41]);
  const signature = signatureOf(model, examples);
  const onnx = buildGraph(model, signature, { galleyVersion: '0', recipeHash: 'r', datasetIdentity: 'd' });
  const golden = makeGoldenSet(model, signature, examples);
  const time = '2026-01-02T03:04:05.000Z';
  const card = { title: 'm', lead: [], sections: [] };
  const data = { model: 'm', version: 1, signature, golden };
  return tryPage({ data, card, onnx, galleyVersion: '0', madeAt: time, createdAt: time }, readPageParts());
}

test('a page gives the golden answers of every learner offline: numbers, texts, dates, missing values', async (context) => {
  const open = await offlineBrowser(context);
  const file = join(temporaryFolder(), 'page.html');
  for (const learner of [...learners.map(({ name }) => name), 'blend']) {
    for (const target of learner === 'blend' ? targets : ['price', 'class']) {
      writeFileSync(file, pageOf(await modelOf(learner, target)));
      const { page, requests, complaints } = await open(file);
      const checked = await checkFile(page);
      expect(checked, `${learner}, ${target}`).toMatch(/^✓ All \d+ answers/);
      expect(checked, `${learner}, ${target}`).not.toContain('label');
      expect(requests, learner).toEqual([pathToFileURL(file).href]);
      expect(complaints, learner).toEqual([]);
      await page.close();
    }
  }
}, 400_000);

/** Files of other libraries, each with the target of its rows. */
const foreign: [name: string, target: string][] = [
  ['sklearn-columns', 'left'],
  ['sklearn-matrix', 'kind'],
  ['sklearn-regression', 'price'],
  ['sklearn-labels', 'kind'],
  ['lightgbm-zipmap', 'kind'],
  ['xgboost-matrix', 'left'],
  ['keras-sigmoid', 'left'],
  ['torch-logits', 'kind'],
];

test('a page gives the golden answers of models from elsewhere, which compute in float32', async (context) => {
  const open = await offlineBrowser(context);
  const file = join(temporaryFolder(), 'page.html');
  for (const [name, target] of foreign) {
    const own = fixtureFrame(name);
    const taken = readForeignModel(fixturePath(name));
    const mapping = requireMapping(await resolveMapping(taken, own, target, {}, async () => {}));
    const every = Int32Array.from({ length: own.rows }, (_, row) => row);
    writeFileSync(file, pageOf(adoptedModel(taken, mapping, own, target, every), own));
    const { page, complaints } = await open(file);
    expect(await checkFile(page), name).toMatch(/^✓ All \d+ answers/);
    expect(complaints, name).toEqual([]);
    await page.close();
  }
});

test('an exported page tries the model as the server would, and can fetch nothing', async (context) => {
  const { packages, addRows, trainOne, add, resultOf } = await openPhases();
  const lines = positions.map(
    (row) =>
      `${row % 9},${row % 3 === 0 ? 'red' : 'blue'},${row % 8 === 0 ? '' : row % 5},${(row % 9) * 2 + (row % 3)}`,
  );
  await addRows('toys', `weight,colour,age,price\n${lines.join('\n')}\n`);
  const run = await trainOne({ reference: 'toys', target: 'price', learners: ['trees'] });
  await add(run.id, 'toys');
  await packages.handlers.cardText({ reference: 'toys', text: { intended_use: 'For the window of the shop.' } });
  const to = join(temporaryFolder(), 'page');
  const exported = packages.handlers.export({ reference: 'toys', format: 'html', to });
  const { files } = await resultOf<OutputOf<typeof packageCalls.export>>(exported);
  expect(files.map(({ path }) => basename(path))).toEqual(['toys-1.html']);
  const file = files[0]?.path ?? '';
  console.log(`the page has ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  expect(statSync(file).size).toBeLessThan(7e6);

  const open = await offlineBrowser(context);
  const { page, requests, complaints } = await open(file);
  await page.getByText('For the window of the shop.').waitFor();
  expect(await checkFile(page)).toMatch(/^✓ All/);
  const answer = page.locator('#answer .big');
  const first = await answer.textContent();
  const slider = page.getByLabel('weight, slider');
  await slider.press('Home');
  await expect.poll(async () => Number(await answer.textContent()), patience).toBeLessThan(4);
  await slider.press('End');
  await expect.poll(async () => Number(await answer.textContent()), patience).toBeGreaterThan(14);
  await expect.poll(() => page.locator('#spoken').textContent(), patience).toContain('price: ');

  const weight = page.getByLabel('weight', { exact: true });
  await weight.fill('');
  await page.getByText('weight is missing, and the model cannot do without it.').waitFor();
  expect(await weight.getAttribute('aria-invalid')).toBe('true');
  expect(await answer.count()).toBe(0);
  await weight.fill('1e3');
  await page.getByText('Outside what was seen in training.').waitFor();
  await answer.waitFor();
  await weight.fill('heavy');
  await page.getByText('weight must be a whole number').or(page.getByText('weight must be a number')).waitFor();
  await button(page, 'Back to the example').click();
  await expect.poll(() => answer.textContent(), patience).toBe(first);
  await page.getByLabel('age', { exact: true }).fill('');
  await answer.waitFor();
  await page.getByLabel('Input', { exact: true }).selectOption({ label: 'colour' });
  await page.locator('#what-if svg .name', { hasText: 'blue' }).waitFor();
  await picture(page, 'try-page');
  expect(requests).toEqual([pathToFileURL(file).href]);
  expect(complaints).toEqual([]);

  const refused = await page.evaluate(() =>
    fetch('https://example.org/').then(
      () => 'sent',
      () => 'refused',
    ),
  );
  expect(refused).toBe('refused');
  await expect.poll(() => complaints.join(), patience).toContain('Content Security Policy');

  const spoiled = join(temporaryFolder(), 'spoiled.html');
  const text = readFileSync(file, 'utf8');
  writeFileSync(spoiled, text.replace(/"outputs":\[\[(-?[\d.]+)/, '"outputs":[[12345'));
  const other = await open(spoiled);
  expect(await checkFile(other.page)).toMatch(/^✗ 1 of \d+ answers differs from/);
});
