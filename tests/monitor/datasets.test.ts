import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calls } from '../../engine/contract/index.ts';
import type { ColumnDrift } from '../../engine/contract/monitor-drift.ts';
import { parquetTable, sqlText } from '../../engine/store/duck.ts';
import { expectClose } from '../statistics/close-to.ts';
import { fixtureFolder, type ReferenceColumn, referencePairs } from '../statistics/reference-samples.ts';
import { needsShared } from '../support/needs.ts';
import { type SharedApp, sharedApp } from './deployed-sample.ts';

let engine: SharedApp;
let datasets = 0;

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
});

const add = async (file: string) => {
  const name = `rows-${++datasets}`;
  await engine.call(calls.data.add, { name, files: [file] });
  return name;
};

async function compare(reference: string, current: string): Promise<Map<string, ColumnDrift>> {
  const report = await engine.call(calls.monitor.report, { reference, current, definitions: 'decile' });
  return new Map(report.drift.columns.map((column) => [column.name, column]));
}

/** The statistics that the command line promises, against scipy's. */
function expectFigures({ name, statistics }: ColumnDrift, expected: ReferenceColumn): void {
  const names =
    expected.type === 'numeric'
      ? (['psi', 'js_distance', 'ks_statistic', 'wasserstein', 'wasserstein_normalised'] as const)
      : (['psi', 'js_distance', 'chi2', 'cramers_v'] as const);
  for (const figure of names) {
    expectClose(statistics[figure], expected[figure], `${name} ${figure}`, { relative: 1e-9, absolute: 1e-13 });
  }
  const [p, wanted] =
    expected.type === 'numeric' ? [statistics.ks_p, expected.ks_p_asymp] : [statistics.chi2_p, expected.chi2_p];
  if (wanted === null || wanted < 1e-12) expect(p).toBeLessThan(2e-12);
  else expectClose(p, wanted, `${name} p`, { relative: 1e-6 });
}

async function expectReference(folder: string, inFolder: (file: string) => string): Promise<void> {
  for (const pair of Object.values(referencePairs(folder))) {
    const reference = await add(inFolder(pair.reference));
    const columns = await compare(reference, inFolder(pair.current));
    for (const [name, expected] of Object.entries(pair.columns)) {
      expectFigures(columns.get(name) as ColumnDrift, expected);
    }
  }
}

describe.each(['chicago_ridership', 'penguins', 'seattle_weather', 'flights_monthly'])('%s', (name) => {
  test('a dataset beside a file has the statistics of scipy', async () => {
    const folder = join(fixtureFolder, name);
    await expectReference(folder, (file) => join(folder, basename(file)));
  });
});

describe.each(['arrests', 'diamonds', 'spam'])('%s', (name) => {
  test('a dataset beside a file has the statistics of scipy', async (context) => {
    const folder = needsShared(context, 'data', name);
    await expectReference(folder, (file) => join(folder, file));
  });
});

test('a dataset beside another says what it says beside the file of that one', async () => {
  const file = (side: string) => join(fixtureFolder, 'penguins', `2007_vs_2009_${side}.csv`);
  const [reference, current] = [await add(file('ref')), await add(file('cur'))];
  expect(await compare(`${reference}@1`, current)).toEqual(await compare(reference, file('cur')));
});

test('files of every format are read in the types of the reference, and what does not fit is missing', async () => {
  const { folder, app } = engine;
  const csv = join(folder, 'base.csv');
  const line = (row: number) =>
    `${row}.5,${row % 2 === 0},2024-01-${String((row % 28) + 1).padStart(2, '0')},k${row % 3}`;
  const lines = Array.from({ length: 60 }, (_, row) => line(row));
  writeFileSync(csv, `amount,open,day,kind\n${lines.join('\n')}\n`);
  const reference = await add(csv);
  const damaged = join(folder, 'damaged.csv');
  writeFileSync(
    damaged,
    `kind,amount,more\n${lines.map((_, row) => `k${row % 3},${row < 6 ? 'n/a' : `${row}.5`},x`).join('\n')}\n`,
  );
  const report = await engine.call(calls.monitor.report, { reference, current: damaged });
  expect(report).toMatchObject({
    deployment: null,
    traffic: { rows: 60 },
    quality: { missing: { kind: 0, amount: 6 } },
  });
  expect(report.drift.columns.map(({ name }) => name)).toEqual(['amount', 'kind']);
  expect(report.drift.reference).toBe(`${reference}@1 (60 rows)`);

  const parquet = join(app.context.project.path, 'run', 'same.parquet');
  await app.context.duck.use((connection) =>
    connection.run(
      `COPY (SELECT range + 0.5 AS amount, range % 2 = 0 AS open, DATE '2024-01-01' + (range % 28)::INTEGER AS day,
        'k' || (range % 3) AS kind FROM range(60)) TO ${sqlText(parquet)}`,
    ),
  );
  const same = await engine.call(calls.monitor.report, { reference, current: parquet });
  expect(same.drift.columns.map(({ name, type }) => [name, type])).toEqual([
    ['amount', 'float64'],
    ['open', 'boolean'],
    ['day', 'date'],
    ['kind', 'text'],
  ]);
  expect(same.drift.columns.map(({ verdict }) => verdict)).toEqual(['stable', 'stable', 'stable', 'stable']);
  expect(same.quality.missing).toEqual({ amount: 0, open: 0, day: 0, kind: 0 });
  const ndjson = join(folder, 'same.ndjson');
  const rows = await app.context.duck.objects(`SELECT * FROM ${parquetTable([parquet])}`);
  writeFileSync(ndjson, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const again = await engine.call(calls.monitor.report, { reference, current: ndjson });
  expect(again.drift).toEqual(same.drift);
});

test('columns that vanished or changed their type are told, and the others compared', async () => {
  const file = (name: string, lines: string[]) => {
    const path = join(engine.folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
  const rows = Array.from({ length: 40 }, (_, row) => row);
  const reference = await add(
    file('before.csv', ['size,colour,gone,still', ...rows.map((row) => `${row}.5,${row % 2 ? 'red' : 'blue'},1,7`)]),
  );
  const after = file('after.csv', ['size,colour,still', ...rows.map((row) => `s${row},${row},7`)]);
  const report = await engine.call(calls.monitor.report, { reference, current: after });
  expect(report.drift.notCompared).toEqual([
    { name: 'gone', type: 'int64', currentType: null, reason: 'vanished' },
    { name: 'size', type: 'float64', currentType: 'text', reason: 'changed_type' },
  ]);
  expect(report.drift.columns.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['colour', 'drifted'],
    ['still', 'stable'],
  ]);
  const version = await engine.call(calls.monitor.report, { reference, current: await add(after) });
  expect(version.drift.notCompared).toMatchObject([
    { name: 'gone', reason: 'vanished' },
    { name: 'size', currentType: 'text', reason: 'changed_type' },
    { name: 'colour', type: 'text', currentType: 'int64', reason: 'changed_type' },
  ]);
});

test('constant columns, infinities and a file without rows are compared without a crash', async () => {
  const path = join(engine.app.context.project.path, 'run', 'odd.parquet');
  const write = (select: string) =>
    engine.app.context.duck.use((connection) => connection.run(`COPY (${select}) TO ${sqlText(path)}`));
  const odd = (rows: number) =>
    `SELECT 1.5::DOUBLE AS constant, NULL::DOUBLE AS nothing, 'one' AS level,
       CASE WHEN range % 4 = 0 THEN 'Infinity'::DOUBLE WHEN range % 4 = 1 THEN '-Infinity'::DOUBLE ELSE range END AS wild
     FROM range(${rows})`;
  await write(odd(200));
  const reference = await add(path);
  const same = await engine.call(calls.monitor.report, { reference, current: path });
  expect(same.drift.columns.map(({ name, verdict }) => [name, verdict])).toEqual(
    ['constant', 'nothing', 'level', 'wild'].map((name) => [name, 'stable']),
  );
  const wild = same.drift.columns.find(({ name }) => name === 'wild');
  expect(wild?.bins.slice(-2)).toMatchObject([
    { label: '-∞', reference: 0.25, current: 0.25 },
    { label: '∞', reference: 0.25, current: 0.25 },
  ]);
  expect(wild?.statistics).toMatchObject({ infinite_reference: 100, ks_statistic: 0 });
  for (const definitions of ['default', 'decile', 'evidently'] as const) {
    const whole = await engine.call(calls.monitor.report, { reference, current: path, definitions });
    expect(whole.drift).toMatchObject({ definition: definitions, share: 0, drifted: false });
    expect(whole.drift.columns.every(({ definition }) => definition === definitions)).toBe(true);
  }
  await write(`${odd(200)} WHERE range < 0`);
  await expect(engine.call(calls.monitor.report, { reference, current: path })).rejects.toMatchObject({
    code: 'data.no_rows',
  });
});

test('the thresholds may come from chunks of the reference, not for the definition of another tool', async () => {
  const file = join(fixtureFolder, 'penguins', '2007_vs_2009_ref.csv');
  const reference = await add(file);
  const report = await engine.call(calls.monitor.report, { reference, current: file, thresholds: 'chunks' });
  expect(
    report.drift.columns.every(({ thresholds, samplingLimit }) => thresholds === 'chunks' && samplingLimit === null),
  ).toBe(true);
  expect(new Set(report.drift.columns.map(({ threshold }) => threshold)).size).toBeGreaterThan(1);
  await expect(
    engine.call(calls.monitor.report, { reference, current: file, thresholds: 'chunks', definitions: 'evidently' }),
  ).rejects.toMatchObject({ code: 'call.invalid_input' });
});

test('as Evidently, a column is judged by the test of its size and type', async () => {
  const file = (side: string) => join(fixtureFolder, 'penguins', `2007_vs_2009_${side}.csv`);
  const reference = await add(file('ref'));
  const { drift } = await engine.call(calls.monitor.report, {
    reference,
    current: file('cur'),
    definitions: 'evidently',
  });
  expect(drift.definition).toBe('evidently');
  const tests = Object.fromEntries(drift.columns.map(({ name, test, scoreIs }) => [name, [test, scoreIs]]));
  expect(tests).toMatchObject({
    body_mass_g: ['ks', 'p_value'],
    island: ['chisquare', 'p_value'],
    sex: ['z', 'p_value'],
  });
});

test('a column whose name means something to JavaScript is compared like every other', async () => {
  const csv = join(engine.folder, 'names.csv');
  writeFileSync(csv, `__proto__,constructor\n${Array.from({ length: 40 }, (_, row) => `${row}.5,\n`).join('')}`);
  const reference = await add(csv);
  const { quality, traffic, drift } = await engine.call(calls.monitor.report, { reference, current: csv });
  expect(Object.entries(quality.missing)).toEqual([
    ['__proto__', 0],
    ['constructor', 40],
  ]);
  expect(drift.columns.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
  expect(traffic.rows).toBe(40);
});

test('what cannot be compared is refused by its code', async () => {
  const other = join(engine.folder, 'other.csv');
  writeFileSync(other, 'nothing,alike\n1,2\n');
  const reference = await add(join(fixtureFolder, 'penguins', '2007_vs_2009_ref.csv'));
  await expect(compare(reference, other)).rejects.toMatchObject({ code: 'monitor.nothing_to_compare' });
  await expect(compare(reference, 'tests'), 'a folder is no file').rejects.toMatchObject({
    code: 'data.unknown_dataset',
  });
  await expect(compare(reference, 'nowhere')).rejects.toMatchObject({ code: 'data.unknown_dataset' });
  writeFileSync(join(engine.folder, 'no.parquet'), 'not Parquet');
  await expect(compare(reference, join(engine.folder, 'no.parquet'))).rejects.toMatchObject({
    code: 'data.corrupt_parquet',
  });
});

test('the comparison is a job, which ends when nobody waits for its answer any more', async () => {
  const { app } = engine;
  const file = join(fixtureFolder, 'penguins', '2007_vs_2009_ref.csv');
  const reference = await add(file);
  const gone = new AbortController();
  let id = '';
  const stop = app.context.events.listen((event) => {
    if (event.type !== 'job.changed' || event.job.kind !== 'monitor.datasetReport') return;
    id = event.job.id;
    gone.abort();
  });
  const waiting = app.call('monitor.report', { reference, current: file }, gone.signal);
  await expect(waiting).rejects.toMatchObject({ code: 'call.canceled' });
  stop();
  expect((await app.context.jobs.settled(id)).state).toBe('canceled');
});
