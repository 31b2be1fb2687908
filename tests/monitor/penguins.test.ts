import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../engine/contract/index.ts';
import { classificationMetrics } from '../../engine/statistics/classification-metrics.ts';
import { predict, send } from '../serving/running-server.ts';
import { type Cells, deploySample, rowOf, type SharedApp, sharedApp } from './deployed-sample.ts';
import { penguinFile, penguins } from './penguins.ts';

const name = 'penguins';

let engine: SharedApp;
let url: string;
let classes: readonly string[];
let probabilities: Record<string, number>[];

const report = () => engine.call(calls.monitor.report, { deployment: name });
const addLabels = (label: (penguin: Cells) => string) =>
  engine.call(calls.monitor.addLabels, {
    deployment: name,
    labels: penguins.map((penguin, index) => ({ id: `p${index}`, label: label(penguin) })),
  });

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
  const deployed = await deploySample(engine, name, [penguinFile], { target: 'species', exclude: ['year'] });
  const { signature } = deployed;
  url = deployed.url;
  classes = signature.classes as string[];
  const rows = penguins.map((penguin) => rowOf(penguin, signature));
  const ids = rows.map((_, index) => `p${index}`);
  const event_times = rows.map((_, index) => `2024-0${1 + (index % 3)}-10`);
  const { body } = await predict(url, { rows, ids, event_times });
  probabilities = body.predictions.map((row: { probabilities: Record<string, number> }) => row.probabilities);
}, 60_000);

test('a classification is judged by the probabilities that were answered', async () => {
  expect((await report()).performance).toBeNull();
  expect(await addLabels((penguin) => penguin.species as string)).toEqual({ matched: penguins.length, unmatched: 0 });
  const expected = classificationMetrics({
    classes,
    probabilities: Float64Array.from(probabilities.flatMap((row) => classes.map((each) => row[each] as number))),
    labels: penguins.map(({ species }) => classes.indexOf(species as string)),
  });
  const { performance, metric, limits, timeline } = await report();
  expect(performance).toMatchObject({ rows: penguins.length, metrics: expected });
  expect(performance?.metrics.accuracy).toBeGreaterThan(0.9);
  expect(metric).toEqual({ name: 'log_loss', lowerIsBetter: true });
  expect(limits?.bound).toBeCloseTo((performance?.reference.log_loss as number) * 1.25, 12);
  expect(timeline.map(({ labelled }) => labelled).reduce((sum, rows) => sum + rows)).toBe(penguins.length);
  expect(timeline.filter(({ metric }) => metric !== null)).toHaveLength(3);
});

test('predictions are compared by label, texts by level, and missing values are counted', async () => {
  const { drift, quality } = await report();
  expect(drift.prediction).toMatchObject({ type: 'text', verdict: 'stable' });
  expect(drift.prediction?.bins.map(({ label }) => label).sort()).toEqual([...classes].sort());
  const island = drift.columns.find((column) => column.name === 'island');
  expect(island?.bins.map(({ label }) => label).sort()).toEqual(['Biscoe', 'Dream', 'Torgersen']);
  expect(island?.statistics.chi2).toBeGreaterThanOrEqual(0);
  const withoutSex = penguins.filter(({ sex }) => sex === '').length;
  expect(withoutSex).toBeGreaterThan(0);
  expect(quality.missing).toMatchObject({ sex: withoutSex, island: 0 });
});

test('what came true is compared with what the model was trained on', async () => {
  const { drift } = await report();
  expect(drift.label).toMatchObject({ name: 'species', type: 'text', verdict: 'stable', definition: 'default' });
  expect(drift.label?.bins.map(({ label }) => label).sort()).toEqual([...classes].sort());
  expect(drift.label?.statistics.rows_current).toBe(penguins.length);
});

test('the report is written as one page that says what the report says', async () => {
  const to = join(engine.folder, 'reports', 'penguins.html');
  const { path, bytes, sha256 } = await engine.call(calls.monitor.writeReport, { deployment: name, to });
  const page = readFileSync(path);
  expect([path, page.length, createHash('sha256').update(page).digest('hex')]).toEqual([to, bytes, sha256]);
  const { drift, performance } = await report();
  const text = page.toString();
  expect(text).toContain(`${name}: ${name}, version 1`);
  expect(text).toContain(`Realised on ${performance?.rows} labelled rows.`);
  for (const { name: column } of drift.columns) expect(text).toContain(`<th scope="row">${column}</th>`);
});

test('an error that rises above its bound raises an alert; a class that the model does not know is left out', async () => {
  const next = (species: string) => classes[(classes.indexOf(species) + 1) % classes.length] as string;
  const gentoos = penguins.filter(({ species }) => species === 'Gentoo').length;
  expect(
    await addLabels((penguin) => (penguin.species === 'Gentoo' ? 'Emperor' : next(penguin.species as string))),
  ).toEqual({ matched: penguins.length - gentoos, unmatched: 0, unusable: gentoos, corrected: penguins.length });
  expect((await report()).performance?.rows).toBe(penguins.length - gentoos);
  const { raised } = await engine.call(calls.monitor.check, { deployment: name });
  expect(raised).toMatchObject([
    { rule: 'performance', title: expect.stringMatching(/^Log loss rose to [\d.]+, above [\d.]+$/) },
  ]);
});

test('labels of which none is a class of the model are refused, and none is added', async () => {
  const before = (await report()).performance;
  await expect(addLabels((penguin) => (penguin.species as string).toUpperCase())).rejects.toMatchObject({
    code: 'monitor.label_not_a_class',
    message: expect.stringContaining(`"${penguins[0]?.species?.toUpperCase()}", for the row p0`),
    details: { classes },
  });
  expect((await report()).performance).toEqual(before);
});

test('labels that the deployment itself was sent are judged like those that came to the engine', async () => {
  const wrong = (await report()).performance?.metrics.accuracy;
  expect(wrong).toBeLessThan(0.5);
  const labels = penguins.map(({ species }, index) => ({ row_id: `p${index}`, label: species }));
  const { status } = await send(url, { path: '/labels', body: JSON.stringify({ labels }) });
  expect(status).toBe(200);
  const { performance } = await report();
  expect(performance?.rows).toBe(penguins.length);
  expect(performance?.metrics.accuracy).toBeGreaterThan(0.9);
  const outdated = labels.map((label) => ({ ...label, label: classes[0], at: '2004-02-29' }));
  const late = await send(url, { path: '/labels', body: JSON.stringify({ labels: outdated }) });
  expect(late.body).toEqual({ accepted: penguins.length });
  expect((await report()).performance?.metrics.accuracy).toBe(performance?.metrics.accuracy);
});
