import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import { type CountedWindow, here, ProfileStore } from '../../../engine/monitor/profiles/profile-store.ts';
import { windowsOfStretch } from '../../../engine/monitor/profiles/profiler.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, rowOf, type SharedApp, sharedApp } from '../deployed-sample.ts';
import { daysOf, ridershipFile } from '../ridership-days.ts';

const name = 'ridership';
const inputs = ['temp', 'humidity', 'weather_rain', 'Clark_Lake'];
const all = { from: null, to: null };

let engine: SharedApp;
let url: string;
let id: string;
let signature: Awaited<ReturnType<typeof deploySample>>['signature'];

beforeAll(async () => {
  engine = await sharedApp();
  ({ url, signature } = await deploySample(engine, name, [ridershipFile(2001)], {
    target: name,
    features: [...inputs, 'date:weekday'],
    split: { kind: 'every-nth', every: 5 },
  }));
  id = engine.app.context.database.column<string>('SELECT id FROM deployments')[0] as string;
}, 180_000);
afterAll(() => engine.close());

const store = () => new ProfileStore(engine.app.context.database);
const collect = () => engine.call(calls.monitor.report, { deployment: name });
const totals = (unit: 'hour' | 'day' | 'month') => store().totals(id, { unit, ...all });

async function countedMonths(): Promise<CountedWindow[]> {
  const months: CountedWindow[] = [];
  for await (const month of store().counted(id, { unit: 'month', ...all }, here)) months.push(month);
  return months;
}

async function send(year: number, rows = 400): Promise<void> {
  const days = daysOf(year).slice(0, rows);
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
  expect(await countedMonths()).toHaveLength(12);
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
  const months = await countedMonths();
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

test('rows that were answered elsewhere and imported are summed up as well, without requests', async () => {
  const [before] = totals('month');
  const days = daysOf(2002).slice(0, 20);
  const header = ['event_time', 'prediction', ...signature.inputs.map(({ name: input }) => input)];
  const lines = days.map((day) =>
    header.map((column) => (column === 'event_time' ? day.date : column === 'prediction' ? '7' : day[column])),
  );
  const path = join(engine.folder, 'answered.csv');
  writeFileSync(path, [header, ...lines].map((cells) => cells.join(',')).join('\n'));
  await engine.call(calls.deploy.importLog, { deployment: name, path });
  const { traffic, drift } = await collect();
  expect(totals('month')[0]?.rows).toBe((before?.rows ?? 0) + 20);
  expect(drift.source).toBe('profile');
  expect(traffic).toMatchObject({ rows: (before?.rows ?? 0) + 20, requests: 3 });
});

test('parts of a project from before are summed up when they are met, also those that leave the log then', async () => {
  const { database } = engine.app.context;
  const [before] = totals('day');
  database.run("DELETE FROM profile_windows WHERE source = ''");
  database.run('DELETE FROM profile_hours');
  database.run('UPDATE log_parts SET is_profiled = 0, last_received_at = last_received_at - 864000000');
  await engine.call(calls.deploy.configure, { deployment: name, settings: { log: { retentionDays: 5 } } });
  const { removed, traffic } = await collect();
  expect(totals('day')).toEqual([before]);
  expect(removed?.rows).toBe(before?.rows);
  expect(traffic.rows).toBe(before?.rows);
});

test('a part that cannot be read holds up no other, reports then read rows, and it is tried again before its rows go', async () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { database, blobs } = engine.app.context;
  const [before] = totals('day');
  await engine.call(calls.deploy.configure, { deployment: name, settings: { log: { retentionDays: 0 } } });
  await send(2006, 40);
  await collect();
  const hash = database.column<string>('SELECT blob_hash FROM log_parts ORDER BY id DESC LIMIT 1')[0] as string;
  const whole = readFileSync(blobs.path(hash));
  database.run('UPDATE log_parts SET is_profiled = 0');
  database.run("DELETE FROM profile_windows WHERE source = '' AND start >= ?", Date.UTC(2006, 0, 1));
  chmodSync(blobs.path(hash), 0o600);
  writeFileSync(blobs.path(hash), whole.subarray(0, whole.length / 2));
  await send(2007, 10);
  await expect(collect()).rejects.toThrow();
  expect(totals('day')[0]?.rows).toBe((before?.rows ?? 0) + 10);
  expect(errors).toHaveBeenCalled();
  writeFileSync(blobs.path(hash), whole);
  database.run('UPDATE log_parts SET last_received_at = last_received_at - 864000000');
  await engine.call(calls.deploy.configure, { deployment: name, settings: { log: { retentionDays: 5 } } });
  await collect();
  expect(totals('day')[0]?.rows).toBe((before?.rows ?? 0) + 50);
  errors.mockRestore();
});

test('the more columns rows have, the fewer windows are summed up at a time', () => {
  expect([0, 3, 20, 200, 5000].map(windowsOfStretch)).toEqual([50_000, 50_000, 10_000, 1000, 1000]);
});
