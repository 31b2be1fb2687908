import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import type { WatchedDeployment } from '../../../engine/contract/monitor-overview.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, rowOf, type SharedApp, sharedApp } from '../deployed-sample.ts';
import { penguinFile, penguins } from '../penguins.ts';

let engine: SharedApp;
let sendRows: (change: (row: Record<string, unknown>) => Record<string, unknown>, month: string) => Promise<void>;

const overview = async (fresh = true) => (await engine.call(calls.monitor.overview, { fresh })).deployments;
const of = (deployments: readonly WatchedDeployment[], name: string) =>
  deployments.find(({ deployment }) => deployment === name) as WatchedDeployment;

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
  const { url, signature } = await deploySample(engine, 'penguins', [penguinFile], {
    target: 'species',
    exclude: ['year'],
  });
  await engine.call(calls.deploy.start, { reference: 'penguins', name: 'quiet' });
  await engine.call(calls.deploy.start, { reference: 'penguins', name: 'ended' });
  await engine.call(calls.deploy.stop, { deployment: 'ended' });
  sendRows = async (change, month) => {
    const rows = penguins.map((penguin) => change(rowOf(penguin, signature)));
    const event_times = rows.map((_, index) => `2024-${month}-${String(1 + (index % 28)).padStart(2, '0')}`);
    const ids = rows.map((_, index) => `${month}-${index}`);
    const { status } = await predict(url, { rows, event_times, ids });
    expect(status).toBe(200);
  };
}, 90_000);

test('nothing is said of rows where none came; a stopped deployment has no light', async () => {
  const deployments = await overview();
  expect(deployments.map(({ deployment, light, state }) => [deployment, light, state])).toEqual([
    ['penguins', 'good', 'running'],
    ['quiet', 'good', 'running'],
    ['ended', 'unknown', 'stopped'],
  ]);
  expect(of(deployments, 'quiet')).toMatchObject({ rows: 0, recent: [], openAlerts: 0, server: null });
});

test('rows as in training are good, with a picture of their days and what the newest labels say', async () => {
  await sendRows((row) => row, '01');
  await engine.call(calls.monitor.addLabels, {
    deployment: 'penguins',
    labels: penguins.map(({ species }, index) => ({ id: `01-${index}`, label: species as string })),
  });
  const watched = of(await overview(), 'penguins');
  expect(watched).toMatchObject({ light: 'good', rows: 344, lastEventTime: '2024-01-28T00:00:00.000Z' });
  expect(watched.recent).toHaveLength(24);
  expect(watched.recent.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(250);
  expect(watched.metric).toMatchObject({ name: 'log_loss', lowerIsBetter: true });
  expect(watched.metric?.realised?.value).toBeGreaterThan(0);
  expect(watched.metric?.reference).toBeGreaterThan(0);
  expect(watched.reasons.map(({ about, light }) => [about, light])).toEqual(
    expect.arrayContaining([
      ['system', 'good'],
      ['quality', 'good'],
      ['drift', 'good'],
      ['performance', 'good'],
    ]),
  );
});

test('a source that broke turns the light, says why, and comes first', async () => {
  await sendRows((row) => ({ ...row, sex: null, island: 'Atlantis' }), '02');
  await sendRows((row) => ({ ...row, sex: null, island: 'Atlantis' }), '03');
  const [first] = await overview();
  expect(first).toMatchObject({ deployment: 'penguins', light: 'bad' });
  expect(first?.reasons[0]).toMatchObject({ light: 'bad', about: 'quality' });
  expect(first?.reasons.map(({ says }) => says).join(' ')).toContain('sex is missing in 100 % of the rows');
});

test('what was found out is told at once, and is found out anew in the background', async () => {
  const before = of(await overview(false), 'penguins');
  await sendRows((row) => row, '04');
  await engine.call(calls.monitor.report, { deployment: 'penguins' });
  const began = performance.now();
  const meanwhile = of(await overview(false), 'penguins');
  expect(performance.now() - began).toBeLessThan(500);
  expect(meanwhile.rows).toBe(before.rows);
  await expect.poll(async () => of(await overview(false), 'penguins').rows).toBe(before.rows + 344);
});
