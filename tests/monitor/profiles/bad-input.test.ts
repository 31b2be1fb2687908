import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import { coverOf } from '../../../engine/monitor/profiles/cover.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, rowOf, type SharedApp, sharedApp } from '../deployed-sample.ts';
import { daysOf, ridershipFile } from '../ridership-days.ts';

const name = 'ridership';

let engine: SharedApp;
let url: string;

const report = (input: object = {}) => engine.call(calls.monitor.report, { deployment: name, ...input });

async function send(year: number, rows: number, shift = 0): Promise<void> {
  const { signature } = await engine.call(calls.package.show, { reference: name });
  const days = daysOf(year).slice(0, rows);
  const ids = days.map((day) => `${day.date}/${shift}`);
  const event_times = days.map((day) => new Date(Date.parse(day.date as string) + shift).toISOString());
  await predict(url, { rows: days.map((day) => rowOf(day, signature)), ids, event_times });
}

const training = (features: string[]) => ({ target: name, features, split: { kind: 'every-nth' as const, every: 5 } });

beforeAll(async () => {
  engine = await sharedApp();
  ({ url } = await deploySample(engine, name, [ridershipFile(2001)], training(['temp', 'humidity', 'wind'])));
}, 180_000);
afterAll(() => engine.close());

test('a range within hours is read from rows, on hours and days from sums', async () => {
  await send(2004, 60, 1000);
  expect((await report()).drift.source).toBe('profile');
  const whole = { since: '2004-01-05T00:00:00Z', until: '2004-02-10T00:00:00Z' };
  const [sums, rows] = [await report(whole), await report({ ...whole, rows: true })];
  expect([sums.drift.source, rows.drift.source]).toEqual(['profile', 'rows']);
  expect(sums.traffic.rows).toBe(rows.traffic.rows);
  expect(sums.quality).toEqual(rows.quality);
  expect(sums.timeline.map((window) => [window.from, window.rows, window.versions])).toEqual(
    rows.timeline.map((window) => [window.from, window.rows, window.versions]),
  );
  const within = await report({ since: '2004-01-05T00:00:00.500Z', until: '2004-02-10T00:00:00Z' });
  expect(within.drift.source).toBe('rows');
  expect(within.traffic.rows).toBe(sums.traffic.rows);
});

test('event times that jump back lie where they say', async () => {
  await send(2003, 30);
  await send(2004, 10, 2000);
  const [sums, rows] = [await report(), await report({ rows: true })];
  expect(sums.traffic).toEqual({ ...rows.traffic, rows: 100 });
  expect(sums.timeline.map((window) => window.rows)).toEqual(rows.timeline.map((window) => window.rows));
});

test('a range without rows says so, by rows and by sums', async () => {
  const range = { since: '1990-01-01T00:00:00Z', until: '1990-02-01T00:00:00Z' };
  for (const rows of [true, false]) {
    const { traffic, drift, performance, timeline } = await report({ ...range, rows });
    expect(traffic).toMatchObject({ rows: 0, requests: 0 });
    expect(new Set(drift.columns.map(({ verdict }) => verdict))).toEqual(new Set(['too_few_rows']));
    expect([performance, timeline]).toEqual([null, []]);
  }
});

test('what of the log is cut off or no log is told in the report, and its other rows count', async () => {
  const before = await report();
  expect(before.damaged).toBeUndefined();
  const { deployment } = await engine.call(calls.deploy.status, { deployment: name });
  const folder = join(engine.folder, 'project', 'logs', deployment.id);
  await send(2004, 5, 2500);
  writeFileSync(join(folder, '0000000000001-1-000001.segment'), 'no segment at all');
  const after = await report();
  expect(after.damaged).toEqual({ segments: 1, bytes: 17 });
  expect(after.traffic.rows).toBe(before.traffic.rows + 5);
});

test('rows of a version that takes other columns count where both have them', async () => {
  const before = await report();
  const { best } = await engine.call(calls.train.run, {
    reference: name,
    learners: ['linear'],
    ...training(['temp', 'percip']),
  });
  await engine.call(calls.package.add, { run: best.id, model: name, alias: 'champion', acceptBreaking: true });
  ({ url } = await engine.call(calls.deploy.start, { reference: name, acceptBreaking: true }));
  const after = await report();
  expect(after.version).toBe(2);
  expect(after.drift.source).toBe('profile');
  const columns = new Map(after.drift.columns.map((column) => [column.name, column]));
  expect(columns.get('temp')?.statistics.rows_current).toBe(before.traffic.rows);
  expect(columns.get('percip')).toMatchObject({ verdict: 'too_few_rows' });
  expect(after.drift.notCompared).toMatchObject([{ name: 'percip', reason: 'vanished' }]);
  await send(2004, 40, 3000);
  const mixed = await report();
  expect(mixed.traffic.rows).toBe(before.traffic.rows + 40);
  expect(mixed.timeline.some(({ versions }) => versions.length === 2)).toBe(true);
  const exact = await report({ rows: true });
  const temp = (of: typeof mixed) => of.drift.columns.find((column) => column.name === 'temp');
  const { ks_statistic: found, ks_error } = temp(mixed)?.statistics ?? {};
  const expected = temp(exact)?.statistics.ks_statistic as number;
  expect(Math.abs((found as number) - expected)).toBeLessThanOrEqual((ks_error as number) + 0.02);
});

test('a range is covered by months, then days, then hours, or not at all', () => {
  const at = (text: string) => Date.parse(text);
  const cover = (since: string | null, until: string | null, hoursSince: string | null = null) =>
    coverOf(
      { since: since === null ? null : at(since), until: until === null ? null : at(until) },
      'month',
      hoursSince === null ? null : at(hoursSince),
    )?.map(({ unit, from, to }) => [unit, from, to]);
  expect(cover(null, null)).toEqual([['month', null, null]]);
  expect(cover('2024-01-31T22:00Z', '2024-03-02T01:00Z')).toEqual([
    ['hour', at('2024-01-31T22:00Z'), at('2024-02-01T00:00Z')],
    ['month', at('2024-02-01T00:00Z'), at('2024-03-01T00:00Z')],
    ['day', at('2024-03-01T00:00Z'), at('2024-03-02T00:00Z')],
    ['hour', at('2024-03-02T00:00Z'), at('2024-03-02T01:00Z')],
  ]);
  expect(cover('2024-01-05T03:00Z', '2024-01-05T07:00Z')).toEqual([
    ['hour', at('2024-01-05T03:00Z'), at('2024-01-05T07:00Z')],
  ]);
  expect(cover('2024-01-05T03:30Z', null)).toBeUndefined();
  expect(cover('2024-01-05T03:00Z', null, '2024-02-01T00:00Z')).toBeUndefined();
  expect(cover('2024-01-05T00:00Z', null, '2024-02-01T00:00Z')).toHaveLength(2);
});
