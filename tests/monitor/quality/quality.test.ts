import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, rowOf, type SharedApp, sharedApp } from '../deployed-sample.ts';
import { penguinFile, penguins } from '../penguins.ts';

const name = 'penguins';

let engine: SharedApp;
let url: string;
let rows: Record<string, unknown>[];

const quality = (since?: string, until?: string) =>
  engine.call(calls.monitor.quality, {
    deployment: name,
    ...(since && { since: `${since}T00:00:00Z` }),
    ...(until && { until: `${until}T00:00:00Z` }),
  });

async function send(sent: Record<string, unknown>[], month: string): Promise<number> {
  const event_times = sent.map((_, index) => `2024-${month}-${String(1 + (index % 28)).padStart(2, '0')}`);
  return (await predict(url, { rows: sent, event_times })).status;
}

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
  const deployed = await deploySample(engine, name, [penguinFile], { target: 'species', exclude: ['year'] });
  url = deployed.url;
  rows = penguins.map((penguin) => rowOf(penguin, deployed.signature));
  await send(rows, '01');
  const broken = rows.map((row, index) => ({
    ...row,
    sex: index % 2 === 0 ? null : row.sex,
    island: index % 5 === 0 ? 'Atlantis' : row.island,
    body_mass_g: typeof row.body_mass_g === 'number' ? Math.round(row.body_mass_g / 1000) : null,
  }));
  await send(broken, '02');
}, 60_000);

test('rows like those of the training raise nothing', async () => {
  const { checks, rows: counted, columns } = await quality('2024-01-01', '2024-02-01');
  expect(counted).toBe(penguins.length);
  const unusual = checks.filter(({ light }) => light === 'bad' || light === 'warning');
  expect(unusual).toEqual([]);
  expect(checks.map(({ kind, light }) => [kind, light])).toEqual(
    expect.arrayContaining([
      ['missing', 'good'],
      ['unseen', 'good'],
      ['range', 'good'],
    ]),
  );
  const withoutSex = penguins.filter(({ sex }) => sex === '').length;
  expect(columns.find((column) => column.name === 'sex')).toMatchObject({
    rows: penguins.length,
    missing: withoutSex,
    unseen: 0,
  });
});

test('what is wrong with values is said by column, the worst first, with what to look at', async () => {
  const { checks, columns, windows } = await quality('2024-02-01', '2024-03-01');
  const found = checks.filter(({ light }) => light === 'bad' || light === 'warning');
  const of = (kind: string) => found.filter((check) => check.kind === kind);
  expect(of('missing')).toEqual([expect.objectContaining({ column: 'sex', light: 'bad' })]);
  expect(of('missing')[0]?.value).toBeCloseTo(0.5, 1);
  expect(of('unseen')).toEqual([expect.objectContaining({ column: 'island', value: 69 / 344 })]);
  expect(of('range')).toEqual([expect.objectContaining({ column: 'body_mass_g', light: 'bad', value: 1 })]);
  expect(of('range')[0]?.says).toContain('Look at whether its unit changed');
  expect(checks.findIndex(({ light }) => light === 'good')).toBeGreaterThan(found.length - 1);
  expect(columns.find((column) => column.name === 'island')).toMatchObject({ unseen: 69, missing: 0 });
  expect(windows.reduce((sum, window) => sum + window.rows, 0)).toBe(344);
  expect(windows.reduce((sum, window) => sum + window.unseen, 0)).toBe(69);
});

test('what is expected of the dataset is asked of the rows, where it is about their values', async () => {
  await engine.call(calls.data.saveExpectations, {
    dataset: name,
    expectations: [
      { kind: 'range', column: 'body_mass_g', least: 2000, most: 8000, severity: 'block' },
      { kind: 'one-of', column: 'island', values: ['Biscoe', 'Dream', 'Torgersen'] },
      { kind: 'missing', column: 'species', most: 0 },
      { kind: 'rows', least: 100_000 },
    ],
  });
  const before = await quality('2024-01-01', '2024-02-01');
  expect(before.checks.filter(({ kind }) => kind === 'expectation')).toEqual([
    expect.objectContaining({
      light: 'good',
      says: 'The rows meet all 2 expectations of penguins that are about their values.',
    }),
  ]);
  const after = await quality('2024-02-01', '2024-03-01');
  const failed = after.checks.filter(({ kind }) => kind === 'expectation');
  expect(failed.map(({ column, light }) => [column, light])).toEqual([
    ['body_mass_g', 'bad'],
    ['island', 'warning'],
  ]);
});

test('requests that do not fit are said by field, and no row of them is counted', async () => {
  const before = (await quality()).rows;
  const status = await send([{ ...rows[0], wingspan: 3 }], '01');
  expect(status).toBe(422);
  await engine.call(calls.monitor.system, { deployment: name });
  const { checks, rows: counted } = await quality();
  expect(counted).toBe(before);
  const schema = checks.filter(({ kind }) => kind === 'schema');
  expect(schema).toEqual([expect.objectContaining({ column: 'wingspan', light: 'bad', value: 1 / 3 })]);
  expect(schema[0]?.says).toContain('had the field wingspan, which the model does not know');
});

test('a range without rows has no windows and raises nothing of values', async () => {
  const empty = await quality('2030-01-01');
  expect(empty).toMatchObject({ rows: 0, windows: [], lastReceivedAt: null });
  expect(empty.columns.every(({ rows: counted }) => counted === 0)).toBe(true);
  expect(empty.checks.some(({ kind }) => kind === 'missing')).toBe(false);
  await expect(quality('2024-02-01', '2024-01-01')).rejects.toMatchObject({ code: 'monitor.invalid_range' });
});

test('rules may watch unseen categories, numbers out of range, and the time since the last row', async () => {
  // A window is judged once it is over.
  expect(await send(rows.slice(0, 1), '03')).toBe(200);
  const { metrics } = await engine.call(calls.monitor.rules, { deployment: name });
  expect(metrics.map(({ metric }) => metric)).toEqual(
    expect.arrayContaining([
      'unseen_share',
      'out_of_range_share',
      'minutes_since_last_row',
      'saturation',
      'availability',
    ]),
  );
  const tried = await engine.call(calls.monitor.testRule, {
    deployment: name,
    rule: { metric: 'unseen_share', window: 'month', comparison: 'above', bound: 0.05, forWindows: 1, hysteresis: 0 },
  });
  const values = tried.windows.map(({ value, fired }) => [value === null ? null : Number(value.toFixed(3)), fired]);
  expect(values.slice(0, 2)).toEqual([
    [0, false],
    [expect.closeTo(69 / (344 + 172), 1), true],
  ]);
});
