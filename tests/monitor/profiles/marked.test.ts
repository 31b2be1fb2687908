import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import { predict } from '../../serving/running-server.ts';
import { readCells, rowOf, type SharedApp, sampleFile, sharedApp } from '../deployed-sample.ts';

const name = 'ridership';
const file = sampleFile('chicago_ridership', 'chicago-2001.csv');

let engine: SharedApp;

beforeAll(async () => {
  engine = await sharedApp();
  const { call } = engine;
  await call(calls.data.add, { name, files: [file] });
  for (const column of ['temp', name]) await call(calls.data.mark, { dataset: name, column, mark: 'personal' });
  const { best } = await call(calls.train.run, {
    ...{ reference: name, learners: ['linear'], target: name, features: ['temp', 'humidity'] },
    split: { kind: 'every-nth', every: 5 },
  });
  const { signature } = await call(calls.package.add, { run: best.id, model: name, alias: 'champion' });
  const { url } = await call(calls.deploy.start, { reference: name });
  const days = readCells(file).slice(0, 100);
  await predict(url, {
    rows: days.map((day) => rowOf(day, signature)),
    event_times: days.map((day) => day.date as string),
  });
}, 180_000);
afterAll(() => engine.close());

test('of marked columns sums have no values, and a report reads them from the rows', async () => {
  const report = await engine.call(calls.monitor.report, { deployment: name });
  const byRows = await engine.call(calls.monitor.report, { deployment: name, rows: true });
  const { profile } = await engine.call(calls.monitor.profile, { deployment: name });
  const { profiles } = profile as { profiles: { windows: { rows: number; columns: object[] }[] }[] };
  const windows = profiles[0]?.windows ?? [];
  expect(windows).not.toEqual([]);
  for (const { rows, columns } of windows) {
    expect(columns[0]).toEqual({ masked: rows, counts: [0] });
    expect(columns.at(-1)).toEqual({ masked: rows, counts: [0] });
  }
  const of = ({ drift }: typeof report, column: string) => drift.columns.find((one) => one.name === column);
  expect(report.drift.source).toBe('profile');
  expect(of(report, 'temp')).toEqual(of(byRows, 'temp'));
  expect(report.drift.prediction).toEqual(byRows.drift.prediction);
  expect(report.quality.missing).toEqual(byRows.quality.missing);
});
