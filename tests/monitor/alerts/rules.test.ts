import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import type { Message } from '../../../engine/monitor/alerts/channels/message.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, rowOf, type SharedApp, sharedApp } from '../deployed-sample.ts';
import { dateOf, daysOf, ridershipFile, ridershipTraining, ridersOf } from '../ridership-days.ts';

const name = 'ridership';
const years = [2004, 2005, 2006, 2007, 2008];

let engine: SharedApp;
const deployment = { deployment: name };
const setRule = (rule: object) => engine.call(calls.monitor.setRule, { ...deployment, ...rule } as never);
const testRule = (rule: object, range: object = {}) =>
  engine.call(calls.monitor.testRule, {
    ...deployment,
    ...range,
    rule: { window: 'year', comparison: 'above', forWindows: 1, hysteresis: 0, ...rule } as never,
  });

/** A year of which every seventh day lacks its temperature: only then may one be missing later. */
function withGaps(year: number): string {
  const rows = daysOf(year).map((day, index) => (index % 7 === 3 ? { ...day, temp: '' } : day));
  const path = join(engine.folder, `gaps-${year}.csv`);
  writeFileSync(path, Papa.unparse(rows));
  return path;
}

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
  const { url, signature } = await deploySample(
    engine,
    name,
    [withGaps(2001), ridershipFile(2002), ridershipFile(2003)],
    ridershipTraining,
  );
  for (const year of years) {
    const days = daysOf(year);
    const ids = days.map(dateOf);
    // Half of the rows of 2006 come without a temperature.
    const rows = days.map((day, index) =>
      rowOf(year === 2006 && index % 2 === 0 ? { ...day, temp: '' } : day, signature),
    );
    const { status, body } = await predict(url, { rows, ids, event_times: ids });
    expect([year, status, body.error]).toEqual([year, 200, undefined]);
  }
  const labels = years.flatMap(daysOf).map((day) => ({ id: dateOf(day), label: ridersOf(day) }));
  await engine.call(calls.monitor.addLabels, { ...deployment, labels });
}, 180_000);

test('a deployment has the two built-in rules, and says what more can be watched', async () => {
  const { rules, metrics } = await engine.call(calls.monitor.rules, deployment);
  const { limits } = await engine.call(calls.monitor.limits, deployment);
  expect(rules).toMatchObject([
    { name: 'performance', comparison: 'below', bound: limits.bound, isBuiltIn: true, severity: 'bad' },
    { name: 'drift', comparison: 'above', bound: 0.5, isBuiltIn: true, severity: 'warning' },
  ]);
  const names = metrics.map(({ metric }) => metric);
  expect(names).toEqual(
    expect.arrayContaining([
      'performance',
      'performance.mae',
      'drift_share',
      'drift.temp',
      'prediction_drift',
      'multivariate_drift',
      'missing_share.temp',
      'rows',
      'error_share',
      'latency_p95',
    ]),
  );
  expect(new Set(names).size).toBe(names.length);
});

test('drift of the inputs as a whole is watched in units of its own threshold', async () => {
  const { timeline, drift } = await engine.call(calls.monitor.report, { ...deployment, window: 'year' });
  const { reference, low, high } = drift.multivariate.reconstruction as {
    reference: number;
    low: number;
    high: number;
  };
  const found = await testRule({ metric: 'multivariate_drift', comparison: 'above', bound: 1 });
  const known = found.windows.filter(({ value }) => value !== null);
  expect(known.length).toBeGreaterThan(3);
  for (const { from, value, broken } of known) {
    const error = timeline.find((window) => window.from === from)?.reconstructionError as number;
    expect(broken).toBe((value as number) > 1);
    expect((value as number) > 1).toBe(error < low || error > high);
    expect(Math.sign(error - reference)).not.toBe(0);
  }
});

test('a rule on past data fires where its value is beyond the bound, by the values of the report', async () => {
  const { timeline } = await engine.call(calls.monitor.report, { ...deployment, window: 'year' });
  const values = timeline.map(({ metric }) => metric as number);
  const bound = 0.6;
  const found = await testRule({ metric: 'performance', comparison: 'below', bound });
  // The newest year is not over.
  expect(found.windows.map(({ value }) => value)).toEqual([...values.slice(0, -1), null]);
  expect(found.windows.map(({ broken }) => broken)).toEqual([
    ...values.slice(0, -1).map((value) => value < bound),
    false,
  ]);
  const fired = found.windows.filter((window) => window.fired).length;
  expect(found.says).toContain(fired === 0 ? 'would not have fired' : 'would have fired');
  const never = await testRule({ metric: 'performance', comparison: 'below', bound: -100 });
  expect(never.says).toBe('It would not have fired in 4 windows, 2004-01-01 to 2008-01-01.');
  const always = await testRule({ metric: 'performance', comparison: 'below', bound: 100, forWindows: 3 });
  expect(always.says).toBe(
    'It would have fired once in 4 windows, 2004-01-01 to 2008-01-01: 2006-01-01 to 2007-01-01.',
  );
  const range = { since: '2005-01-01T00:00:00Z', until: '2007-01-01T00:00:00Z' };
  expect((await testRule({ metric: 'rows', bound: 0 }, range)).windows).toHaveLength(2);
});

test('shares of missing values, rows and latency are those of the windows', async () => {
  const missing = await testRule({ metric: 'missing_share.temp', bound: 0.3 });
  expect(missing.windows.map(({ fired }) => fired)).toEqual([false, false, true, false, false]);
  expect(missing.windows[2]?.value).toBeCloseTo(183 / 365, 10);
  const rows = await testRule({ metric: 'rows', bound: 365 });
  expect(rows.windows.map(({ value }) => value)).toEqual([366, 365, 365, 365, null]);
  const { windows } = await testRule({ metric: 'latency_p95', bound: 0 });
  expect(windows.slice(0, 4).every(({ value }) => (value ?? 0) > 0)).toBe(true);
});

test('months are tested in a moment once the report is there', async () => {
  await testRule({ metric: 'drift_share', bound: 0.3, window: 'month' });
  const started = performance.now();
  const found = await testRule({ metric: 'drift_share', bound: 0.4, window: 'month', forWindows: 2 });
  expect(performance.now() - started).toBeLessThan(5000);
  expect(found.windows).toHaveLength(60);
  expect(found.windows.some(({ value }) => (value ?? 0) > 0)).toBe(true);
});

test('a rule of its own is judged, told on its channel, silent for a while, and resolved where it is removed', async () => {
  const received: Message[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      received.push(JSON.parse(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  await engine.call(calls.monitor.setChannel, { name: 'hook', kind: 'webhook', url });
  for (const builtIn of ['performance', 'drift']) await setRule({ name: builtIn, isOn: false });
  await setRule({ name: 'gaps', metric: 'missing_share', bound: 0.05, window: 'year', channels: ['hook'] });
  await setRule({ name: 'busy', metric: 'rows', bound: 100, window: 'year', channels: ['hook'], isOn: false });
  const in2006 = { since: '2006-01-01T00:00:00Z', until: '2007-01-01T00:00:00Z' };
  const past = await engine.call(calls.monitor.check, { ...deployment, ...in2006 });
  expect(past).toMatchObject({ raised: [], open: [] });
  expect(past.wouldHaveRaised).toMatchObject([
    {
      rule: 'gaps',
      cause: 'quality',
      title: expect.stringMatching(/^Share of values that are missing: \d+ %, above 5 %$/),
      contributions: [{ kind: 'column', name: 'temp', share: expect.any(Number) }],
      lookAt: expect.stringContaining('where the rows come from'),
    },
  ]);
  await engine.app.idle();
  expect([received, (await engine.call(calls.monitor.alerts, deployment)).alerts]).toEqual([[], []]);
  await setRule({ name: 'busy', isOn: true });
  const { raised } = await engine.call(calls.monitor.check, deployment);
  expect(raised).toMatchObject([{ rule: 'busy', title: 'Rows in a window: 365, above 100' }]);
  await engine.app.idle();
  expect(received).toMatchObject([{ event: 'alert.raised', alert: { id: raised[0]?.id, state: 'open' } }]);
  const alert = raised[0]?.id as string;
  const { alert: snoozed } = await engine.call(calls.monitor.snooze, { alert, until: '2100-01-01T00:00:00Z' });
  expect(snoozed).toMatchObject({ state: 'snoozed', snoozedUntil: '2100-01-01T00:00:00.000Z' });
  await expect(engine.call(calls.monitor.snooze, { alert, until: '2001-01-01T00:00:00Z' })).rejects.toMatchObject({
    code: 'monitor.invalid_range',
  });
  const stands = { raised: [], open: [{ id: alert, state: 'snoozed' }] };
  expect(await engine.call(calls.monitor.check, deployment)).toMatchObject(stands);
  for (const rule of ['gaps', 'busy']) await engine.call(calls.monitor.removeRule, { ...deployment, name: rule });
  const after = await engine.call(calls.monitor.check, { ...deployment, ...in2006 });
  expect(after).toMatchObject({ ...stands, wouldHaveRaised: [] });
  await engine.app.idle();
  expect(received).toHaveLength(1);
  expect(await engine.call(calls.monitor.check, deployment)).toEqual({ raised: [], open: [] });
  await engine.app.idle();
  expect(received.map(({ event }) => event)).toEqual(['alert.raised', 'alert.resolved']);

  const { says } = await engine.call(calls.monitor.testChannel, { name: 'hook' });
  expect(says).toContain('took a test alert');
  expect(received.at(-1)).toMatchObject({ event: 'alert.test' });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expect(engine.call(calls.monitor.testChannel, { name: 'hook' })).rejects.toMatchObject({
    code: 'monitor.not_told',
  });
  const { channels } = await engine.call(calls.monitor.channels, {});
  expect(channels).toMatchObject([{ name: 'hook', hasSecret: false, lastError: expect.stringContaining('cannot be') }]);
  await setRule({ name: 'drift', channels: ['hook'] });
  await engine.call(calls.monitor.removeChannel, { name: 'hook' });
  const { rules } = await engine.call(calls.monitor.rules, deployment);
  expect(rules.map(({ channels: told }) => told)).toEqual([[], []]);
  expect(await engine.call(calls.monitor.channels, {})).toEqual({ channels: [] });
  for (const builtIn of ['performance', 'drift']) await setRule({ name: builtIn, isOn: true });
});

test('limits and the built-in rules are the same thing', async () => {
  await engine.call(calls.monitor.limits, { ...deployment, bound: 0.123, driftShare: 0.25, retrain: true });
  const { rules } = await engine.call(calls.monitor.rules, deployment);
  expect(rules.map(({ bound, retrain }) => [bound, retrain])).toEqual([
    [0.123, true],
    [0.25, true],
  ]);
  for (const rule of ['performance', 'drift']) await setRule({ name: rule, retrain: false });
  await setRule({ name: 'drift', bound: 0.75 });
  const { limits } = await engine.call(calls.monitor.limits, deployment);
  expect(limits).toMatchObject({ bound: 0.123, driftShare: 0.75, retrain: false });
});

test('what cannot be a rule is refused by its code', async () => {
  const refused = (rule: object, code: string) => expect(setRule(rule)).rejects.toMatchObject({ code });
  await refused({ name: 'new' }, 'monitor.rule_incomplete');
  await refused({ name: 'new', metric: 'drift_shar', bound: 1 }, 'monitor.unknown_metric');
  await refused({ name: 'drift', metric: 'rows' }, 'monitor.built_in_rule');
  await refused({ name: 'drift', comparison: 'below' }, 'monitor.built_in_rule');
  await refused({ name: 'new', metric: 'rows', bound: 1, channels: ['nobody'] }, 'monitor.channel_not_found');
  const quietHours = { from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' };
  await refused({ name: 'new', metric: 'rows', bound: 1, quietHours }, 'monitor.unknown_time_zone');
  const remove = (rule: string) => engine.call(calls.monitor.removeRule, { ...deployment, name: rule });
  await expect(remove('drift')).rejects.toMatchObject({ code: 'monitor.built_in_rule' });
  await expect(remove('new')).rejects.toMatchObject({ code: 'monitor.rule_not_found' });
  await expect(engine.call(calls.monitor.removeChannel, { name: 'nobody' })).rejects.toMatchObject({
    code: 'monitor.channel_not_found',
  });
});
