import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../engine/contract/index.ts';
import { predict, send as request } from '../serving/running-server.ts';
import {
  type Cells,
  deploySample,
  readCells,
  rowOf,
  type SharedApp,
  sampleFile,
  sharedApp,
} from './deployed-sample.ts';

const name = 'penguins';
const file = sampleFile('penguins', 'penguins.csv');
const penguins = readCells(file).map(
  (cells): Cells => Object.fromEntries(Object.entries(cells).map(([key, cell]) => [key, cell === 'NA' ? '' : cell])),
);
const month = (of: number) => ({ since: `2024-0${of}-01T00:00:00Z`, until: `2024-0${of + 1}-01T00:00:00Z` });
const rows = penguins.length;

let engine: SharedApp;
let url: string;
const deployment = { deployment: name };
const quality = (range: object = {}) => engine.call(calls.monitor.quality, { ...deployment, ...range });
const compare = (current: number, reference?: number) =>
  engine.call(calls.monitor.compare, {
    ...deployment,
    current: month(current),
    ...(reference && { reference: month(reference) }),
  });
const performance = (range: object = {}) => engine.call(calls.monitor.performance, { ...deployment, ...range });

/** Rows of a month, one a day after the other, by the ids `2-0`, `2-1`, …; of February without every second sex. */
async function answer(of: number, signature: Parameters<typeof rowOf>[1]): Promise<void> {
  const given = penguins.map((penguin, index) => {
    const row = rowOf(penguin, signature);
    if (of !== 2) return row;
    return { ...row, sex: index % 2 === 0 ? null : row.sex, island: index % 5 === 0 ? 'Atlantis' : row.island };
  });
  const { status } = await predict(url, {
    rows: given,
    ids: given.map((_, index) => `${of}-${index}`),
    event_times: given.map((_, index) => `2024-0${of}-${String(1 + (index % 28)).padStart(2, '0')}T12:00:00Z`),
  });
  expect(status).toBe(200);
  await engine.call(calls.monitor.report, deployment);
}

beforeAll(async () => {
  engine = await sharedApp();
  const deployed = await deploySample(engine, name, [file], { target: 'species', exclude: ['year'] });
  url = deployed.url;
  for (const of of [1, 2, 3]) await answer(of, deployed.signature);
  const labels = penguins.map(({ species }, index) => ({ id: `1-${index}`, label: species as string }));
  await engine.call(calls.monitor.addLabels, { ...deployment, labels });
}, 180_000);
afterAll(() => engine.close());

let before: Awaited<ReturnType<typeof quality>>[];
let februaryBefore: Awaited<ReturnType<typeof compare>>;

test('while all rows are there nothing is told to be gone, and windows are compared by rows', async () => {
  before = [await quality(), await quality(month(1)), await quality(month(2))];
  expect(before.map(({ source, removed }) => [source, removed])).toEqual(before.map(() => ['profile', undefined]));
  februaryBefore = await compare(2);
  expect(februaryBefore).toMatchObject({ source: 'rows', current: { rows, labelled: 0 } });
  expect([februaryBefore.current.removed, (await performance()).removed]).toEqual([undefined, undefined]);
});

test('labels that wait when their rows leave the log count in what stays of these', async () => {
  const { database } = engine.app.context;
  const labels = penguins.map(({ species }, index) => ({ row_id: `2-${index}`, label: species }));
  expect((await request(url, { path: '/labels', body: JSON.stringify({ labels }) })).status).toBe(200);
  database.run(
    'UPDATE log_parts SET last_received_at = last_received_at - 864000000 WHERE first_event_time < ?',
    Date.UTC(2024, 2, 1),
  );
  await engine.call(calls.deploy.configure, { ...deployment, settings: { log: { retentionDays: 5 } } });
  const { removed } = await engine.call(calls.monitor.report, deployment);
  expect(removed?.rows).toBe(2 * rows);
  const { whole, windows } = await performance({ window: 'month' });
  expect(whole).toMatchObject({ rows: 3 * rows, labelled: 2 * rows, summed: 2 * rows });
  expect(windows.map(({ labelled }) => labelled)).toEqual([rows, rows, 0]);
});

test('rows that the log keeps no more are counted by quality as before', async () => {
  const after = [await quality(), await quality(month(1)), await quality(month(2))];
  for (const [index, { rows: counted, columns, windows, removed }] of after.entries()) {
    const expected = before[index] as (typeof before)[number];
    expect({ counted, columns, windows }).toEqual({
      counted: expected.rows,
      columns: expected.columns,
      windows: expected.windows,
    });
    expect(removed?.rows).toBe(index === 0 ? 2 * rows : rows);
  }
  const lights = ({ checks }: (typeof after)[number]) =>
    checks.filter(({ kind }) => ['missing', 'unseen', 'range', 'volume'].includes(kind));
  expect(after.map(lights)).toEqual(before.map(lights));
});

test('what needs rows says which of them are gone', async () => {
  const gone = { rows: 2 * rows, since: '2024-01-01T00:00:00.000Z', until: '2024-02-29T00:00:00.000Z' };
  expect(await performance()).toMatchObject({ removed: gone, slices: [], changes: [] });
  expect((await performance(month(3))).removed).toBeUndefined();
  const part = { since: '2024-02-10T06:00:00Z', until: '2024-03-05T00:00:00Z' };
  const { removed } = await performance(part);
  expect(removed).toMatchObject({ since: '2024-02-10T00:00:00.000Z', until: gone.until });
  const fairness = await engine.call(calls.monitor.fairnessOverTime, { ...deployment, by: 'sex' });
  expect(fairness).toMatchObject({ removed: gone, whole: null });
  expect(fairness.says).toContain(`${2 * rows} rows of 2024-01-01 to 2024-02-28 are no longer in the log`);
});

test('windows whose rows are gone are compared by their sums, and slices are said to lack them', async () => {
  const february = await compare(2);
  expect(february).toMatchObject({
    source: 'profile',
    current: { rows, labelled: rows, removed: { rows } },
    slices: [],
  });
  expect(february.says).toContain('are no longer in the log');
  const of = ({ columns }: typeof february, column: string) => columns.find((one) => one.name === column);
  expect(february.columns.map((column) => column.name)).toEqual(februaryBefore.columns.map((column) => column.name));
  for (const column of ['sex', 'island']) {
    expect(of(february, column)?.verdict).toBe('drifted');
    for (const statistic of ['missing_share_current', 'missing_change', 'missing_p', 'unseen_share_current']) {
      const known = of(februaryBefore, column)?.statistics[statistic];
      expect(of(february, column)?.statistics[statistic] ?? null, statistic).toEqual(
        typeof known === 'number' ? expect.closeTo(known, 9) : null,
      );
    }
  }
  const both = await compare(1, 2);
  expect(both.reference.removed?.rows).toBe(rows);
  expect(of(both, 'sex')).toMatchObject({ verdict: 'drifted' });
  const same = await compare(1, 1);
  expect(same.columns.every(({ score, drifted }) => score !== null && Math.abs(score) < 1e-9 && !drifted)).toBe(true);
  const mixed = await compare(3, 1);
  expect(mixed).toMatchObject({ source: 'profile', current: { rows }, reference: { rows } });
  expect(mixed.current.removed).toBeUndefined();
  expect(mixed.columns.some(({ drifted }) => drifted)).toBe(false);
  expect((await compare(3)).source).toBe('rows');
});

test('a version that only the log or sums of it know is not deleted', async () => {
  const { best } = await engine.call(calls.train.run, { reference: name, learners: ['linear'], target: 'species' });
  await engine.call(calls.package.add, { run: best.id, model: name });
  const { database } = engine.app.context;
  const refused = {
    code: 'package.in_use',
    message: expect.stringContaining('has answers of it in its prediction log'),
  };
  database.run('UPDATE log_parts SET version = 2 WHERE id = (SELECT max(id) FROM log_parts)');
  await expect(engine.call(calls.package.delete, { reference: `${name}@2` })).rejects.toMatchObject(refused);
  database.run('UPDATE log_parts SET version = 1');
  database.run('UPDATE profile_windows SET version = 2 WHERE id = (SELECT max(id) FROM profile_windows)');
  await expect(engine.call(calls.package.delete, { reference: `${name}@2` })).rejects.toMatchObject(refused);
  database.run('UPDATE profile_windows SET version = 1');
  await engine.call(calls.package.delete, { reference: `${name}@2` });
});
