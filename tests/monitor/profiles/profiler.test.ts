import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import { here, ProfileStore } from '../../../engine/monitor/profiles/profile-store.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, readCells, rowOf, type SharedApp, sampleFile, sharedApp } from '../deployed-sample.ts';

const name = 'ridership';
const fileOf = (year: number) => sampleFile('chicago_ridership', `chicago-${year}.csv`);
const inputs = ['temp', 'humidity', 'weather_rain', 'Clark_Lake'];
const all = { from: null, to: null };

let engine: SharedApp;
let url: string;
let id: string;
let signature: Awaited<ReturnType<typeof deploySample>>['signature'];

beforeAll(async () => {
  engine = await sharedApp();
  ({ url, signature } = await deploySample(engine, name, [fileOf(2001)], {
    target: name,
    features: [...inputs, 'date:weekday'],
    split: { kind: 'every-nth', every: 5 },
  }));
  id = engine.app.context.database.column<string>('SELECT id FROM deployments')[0] as string;
}, 60_000);
afterAll(() => engine.close());

const store = () => new ProfileStore(engine.app.context.database);
const collect = () => engine.call(calls.monitor.report, { deployment: name });
const totals = (unit: 'hour' | 'day' | 'month') => store().totals(id, { unit, ...all });

async function send(year: number, rows = 400): Promise<void> {
  const days = readCells(fileOf(year)).slice(0, rows);
  const ids = days.map((day) => day.date as string);
  await predict(url, { rows: days.map((day) => rowOf(day, signature)), ids, event_times: ids });
}

test('rows are summed up by day and month, once, whatever else is collected', async () => {
  await send(2004);
  await collect();
  await collect();
  const [days] = totals('day');
  const [months] = totals('month');
  expect(days).toMatchObject({ source: here, version: 1, rows: 366, first: Date.UTC(2004, 0, 1) });
  expect(months).toEqual(days);
  expect(store().counted(id, { unit: 'month', ...all }, here)).toHaveLength(12);
  await send(2005, 31);
  await collect();
  expect(totals('month')[0]?.rows).toBe(366 + 31);
});

test('only the last 35 days before the newest row have hours', async () => {
  const [hours] = totals('hour');
  expect(hours?.first).toBe(Date.UTC(2005, 0, 31) - 35 * 86_400_000);
  expect(hours?.rows).toBe(36);
  await send(2003, 10);
  await collect();
  expect(totals('hour')).toEqual([hours]);
  expect(totals('day')[0]?.rows).toBe(366 + 31 + 10);
});

test('what is counted is what the log has', async () => {
  const { duck } = engine.app.context;
  const paths = engine.app.context.database.column<string>('SELECT blob_hash FROM log_parts');
  const tables = paths.map((hash) => `'${engine.app.context.blobs.path(hash)}'`).join(', ');
  const [row] = await duck.rows(
    `SELECT count(*)::INTEGER, count("inputs.humidity")::INTEGER, min("inputs.temp"), max("inputs.temp") FROM read_parquet([${tables}])`,
  );
  const months = store().counted(id, { unit: 'month', ...all }, here);
  const temp = signature.inputs.findIndex((input) => input.name === 'temp');
  const humidity = signature.inputs.findIndex((input) => input.name === 'humidity');
  const columns = months.map(({ columns }) => columns);
  const sum = (values: (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);
  expect([
    sum(months.map(({ rows }) => rows)),
    sum(months.map(({ rows }) => rows)) - sum(columns.map((of) => of[humidity]?.missing)),
    Math.min(...columns.map((of) => of[temp]?.minimum ?? Number.POSITIVE_INFINITY)),
    Math.max(...columns.map((of) => of[temp]?.maximum ?? Number.NEGATIVE_INFINITY)),
  ]).toEqual(row);
  for (const { rows, columns: of } of months) {
    for (const { counts, missing = 0, masked = 0 } of of) expect(sum(counts) + missing + masked).toBe(rows);
  }
});
