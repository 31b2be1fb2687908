import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SequencedEvent } from '../../engine/contract/events.ts';
import { calls } from '../../engine/contract/index.ts';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import { driftOfColumn } from '../../engine/statistics/drift.ts';
import { regressionMetrics } from '../../engine/statistics/regression-metrics.ts';
import { predict } from '../serving/running-server.ts';
import { type Cells, deploySample, rowOf, type SharedApp, sampleFile, sharedApp } from './deployed-sample.ts';
import { dateOf, daysOf, ridershipFile, ridershipInputs, ridershipTraining, ridersOf } from './ridership-days.ts';

const name = 'ridership';
const range = (year: number) => ({ since: `${year}-01-01T00:00:00Z`, until: `${year + 1}-01-01T00:00:00Z` });

let engine: SharedApp;
const answers = new Map<string, number>();

const report = (input: object = {}) => engine.call(calls.monitor.report, { deployment: name, ...input });
const addLabels = (days: Cells[], label = ridersOf) =>
  engine.call(calls.monitor.addLabels, {
    deployment: name,
    labels: days.map((day) => ({ id: dateOf(day), label: label(day) })),
  });

/** R² of the server's answers, straight from the files. */
function scoreOf(days: Cells[]): number {
  const targets = Float64Array.from(days, ridersOf);
  const predictions = Float64Array.from(days, (day) => answers.get(dateOf(day)) as number);
  return regressionMetrics({ targets, predictions }).r2 as number;
}

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
  const files = [2001, 2002, 2003].map(ridershipFile);
  const { url, signature } = await deploySample(engine, name, files, ridershipTraining);
  for (const year of [2004, 2008]) {
    const days = daysOf(year);
    const ids = days.map(dateOf);
    const rows = days.map((day) => rowOf(day, signature));
    const { body } = await predict(url, { rows, ids, event_times: ids });
    for (const { row_id, prediction } of body.predictions) answers.set(row_id, prediction);
  }
  await predict(url, { row: { temp: 'warm' } });
}, 60_000);

test('traffic, latency and quality are those of the log, by event time', async () => {
  const all = await report();
  expect(all).toMatchObject({
    deployment: name,
    version: 1,
    metric: { name: 'r2', lowerIsBetter: false },
    since: '2004-01-01T00:00:00.000Z',
    until: '2008-12-31T00:00:00.000Z',
    traffic: { rows: 732, requests: 2, errors: 1 },
    performance: null,
    releases: [{ version: 1, at: '2004-01-01T00:00:00.000Z' }],
  });
  expect(all.latency.p50).toBeGreaterThan(0);
  expect(Object.keys(all.quality.missing).sort()).toEqual([...ridershipInputs, 'date'].sort());
  expect((await report(range(2008))).traffic).toMatchObject({ rows: 366, requests: 1 });
  expect((await report(range(2006))).timeline).toEqual([]);
  const years = await report({ window: 'year' });
  expect(years.timeline.map(({ rows, versions, metric }) => [rows, versions, metric])).toEqual([
    [366, [1], null],
    [0, [], null],
    [0, [], null],
    [0, [], null],
    [366, [1], null],
  ]);
});

test('drift compares the inputs with the training part, whole and by window', async () => {
  const training = [2001, 2002, 2003].flatMap(daysOf).filter((_, index) => index % 5 !== 0);
  const { drift } = await report({ ...range(2008), rows: true });
  const sums = await report(range(2008));
  expect(sums.drift).toMatchObject({ source: 'profile', reference: drift.reference });
  expect(drift.reference).toContain(`${training.length} rows`);
  expect(drift.columns.map((column) => column.name).sort()).toEqual([...ridershipInputs, 'date'].sort());
  const numbers = (days: Cells[], input: string) => ({
    name: input,
    kind: 'number' as const,
    values: Float64Array.from(days, (day) => (day[input] === '' ? Number.NaN : Number(day[input]))),
  });
  const { timeline } = await report({ window: 'year', rows: true });
  for (const input of ridershipInputs) {
    const options = { columnCount: ridershipInputs.length + 1 };
    const expected = driftOfColumn(numbers(training, input), numbers(daysOf(2008), input), options);
    const found = drift.columns.find((column) => column.name === input);
    expect(found).toMatchObject({ type: 'float64', score: expected.score, samplingLimit: expected.samplingLimit });
    expect(found?.bins).toEqual(expected.bins);
    expect(timeline[4]?.drift[input]).toBe(expected.score);
    expect(timeline[1]?.drift[input]).toBeNull();
    const summed = sums.drift.columns.find((column) => column.name === input);
    expect([input, summed?.drifted]).toEqual([input, expected.drifted]);
    const [ks, error] = [summed?.statistics.ks_statistic as number, summed?.statistics.ks_error as number];
    expect(Math.abs(ks - (expected.statistics.ks_statistic as number))).toBeLessThanOrEqual(error);
  }
  const date = drift.columns.find((column) => column.name === 'date');
  expect(date?.bins.map(({ label }) => label).sort()).toEqual(
    ['Friday', 'Monday', 'Saturday', 'Sunday', 'Thursday', 'Tuesday', 'Wednesday'].sort(),
  );
  expect(date?.importance).toBeGreaterThan(0.5);
  expect(drift.share, 'columns that the model ignores do not count').toBeCloseTo(2 / 3);
  expect(drift.prediction).toMatchObject({ name: 'prediction', statistics: { rows_current: 366 } });
});

test('the inputs are compared as a whole, too, without the date', async () => {
  const { drift, timeline } = await report(range(2008));
  const { multivariate } = drift;
  expect(multivariate).toMatchObject({ columns: ridershipInputs.length, rows: { current: 366 } });
  expect(multivariate.reconstruction?.components).toBeLessThan(ridershipInputs.length);
  expect(multivariate.domain?.area).toBeGreaterThan(0.5);
  expect(timeline[4]?.reconstructionError).toBeGreaterThan(0);
  expect(timeline[1]?.reconstructionError).toBeNull();
});

test('a column whose values moved has drifted; nothing has where too few rows came', async () => {
  const { drift } = await report({ since: '2004-01-01T00:00:00Z', until: '2004-01-20T00:00:00Z' });
  expect(drift.columns.every(({ verdict, score }) => verdict === 'too_few_rows' && score === null)).toBe(true);
  expect(drift).toMatchObject({ share: 0, drifted: false, multivariate: { verdict: 'too_few_rows', domain: null } });
  const winter = await report({ since: '2004-12-01T00:00:00Z', until: '2005-01-01T00:00:00Z' });
  expect(winter.drift.columns.find((column) => column.name === 'temp')).toMatchObject({ drifted: true });
});

test('labels that are unknown yet are kept, and count when their rows come', async () => {
  const counts = await addLabels([...daysOf(2004), ...daysOf(2005)]);
  expect(counts).toEqual({ matched: 366, unmatched: 365 });
  const { performance, timeline, limits } = await report({ window: 'year' });
  expect(performance?.rows).toBe(366);
  expect(performance?.metrics.r2).toBeCloseTo(scoreOf(daysOf(2004)), 9);
  expect(timeline[0]).toMatchObject({ labelled: 366, metric: performance?.metrics.r2 });
  const { results } = JSON.parse(readFileSync(sampleFile('chicago_ridership', 'reference.json'), 'utf8'));
  expect(Math.abs((performance?.metrics.r2 as number) - results.frozen['chicago-2004.csv'].ridge.r2)).toBeLessThan(
    0.02,
  );
  expect(limits?.bound).toBeCloseTo((performance?.reference.r2 as number) - 0.15, 12);
});

test('the labels of another year have drifted from those of the training part', async () => {
  const { drift } = await report(range(2004));
  expect(drift.label).toMatchObject({ type: 'float64', statistics: { rows_current: 366 } });
  const training = [2001, 2002, 2003].flatMap(daysOf).filter((_, index) => index % 5 !== 0);
  expect(drift.label?.statistics.rows_reference).toBe(training.length);
  const { statistics } = drift.label as NonNullable<typeof drift.label>;
  expect(statistics.mean_reference).toBeCloseTo(
    training.reduce((sum, day) => sum + ridersOf(day), 0) / training.length,
    9,
  );
  expect((await report(range(2008))).drift.label).toBeNull();
});

test('before labels come the error is estimated by a second model, and the estimate stays beside what was realised', async () => {
  const { estimate, windows } = await engine.call(calls.monitor.performance, { deployment: name, window: 'year' });
  expect(estimate).toMatchObject({ method: 'dle', says: expect.stringContaining('215 held-out rows') });
  expect(windows[4]).toMatchObject({ rows: 366, labelled: 0, realised: null });
  const [realised, estimated] = [windows[0]?.realised, windows[0]?.estimated];
  for (const metric of ['rmse', 'mae']) {
    expect(realised?.[metric]?.value).toBeGreaterThan(estimated?.[metric]?.low as number);
    expect(realised?.[metric]?.low).toBeLessThan(estimated?.[metric]?.high as number);
    expect(windows[4]?.estimated?.[metric]?.value).toBeGreaterThan(0);
  }
  expect(windows[1]?.estimated).toBeNull();
  const { estimated_performance, timeline } = await report({ window: 'year' });
  expect(estimated_performance).toMatchObject({ method: 'dle', rows: 732 });
  expect(timeline[4]?.estimated).toEqual(windows[4]?.estimated?.r2);
});

test('of several labels for a row the last one counts', async () => {
  await addLabels(daysOf(2004), (day) => ridersOf(day) + 20);
  expect((await report()).performance?.metrics.r2).toBeLessThan(0);
  await addLabels(daysOf(2004));
  expect((await report()).performance?.metrics.r2).toBeCloseTo(scoreOf(daysOf(2004)), 9);
});

test('labels come from CSV and NDJSON files as well; lines without a label are passed over', async () => {
  const [first, second] = [daysOf(2008).slice(0, 200), daysOf(2008).slice(200)];
  const csv = join(engine.folder, 'truth.csv');
  writeFileSync(csv, `day,came true\n${first.map((day) => `${dateOf(day)},${ridersOf(day)}\n`).join('')}2010-01-01,\n`);
  const labels = { deployment: name, file: csv, id: 'day', label: 'came true' };
  expect(await engine.call(calls.monitor.labels, labels)).toEqual({ matched: 200, unmatched: 0 });
  const ndjson = join(engine.folder, 'truth.ndjson');
  writeFileSync(
    ndjson,
    second.map((day) => `${JSON.stringify({ day: dateOf(day), truth: ridersOf(day) })}\n`).join(''),
  );
  const more = { deployment: name, file: ndjson, id: 'day', label: 'truth' };
  expect(await engine.call(calls.monitor.labels, more)).toEqual({ matched: 166, unmatched: 0 });
  const { performance } = await report(range(2008));
  expect(performance?.rows).toBe(366);
  expect(performance?.metrics.r2).toBeCloseTo(scoreOf(daysOf(2008)), 9);
});

test('a past range is judged as one window, and what it would have raised is kept and told nowhere', async () => {
  const events: SequencedEvent[] = [];
  const stopListening = engine.app.context.events.listen((event) => events.push(event));
  const check = (year: number) => engine.call(calls.monitor.check, { deployment: name, ...range(year) });
  expect(await check(2004)).toEqual({ raised: [], open: [], wouldHaveRaised: [] });
  const { wouldHaveRaised = [], ...others } = await check(2008);
  expect(others).toEqual({ raised: [], open: [] });
  const score = Number(scoreOf(daysOf(2008)).toPrecision(3));
  const [alert] = wouldHaveRaised;
  expect(wouldHaveRaised).toHaveLength(1);
  expect(alert).toMatchObject({
    deployment: name,
    version: 1,
    rule: 'performance',
    alsoBroken: ['drift'],
    cause: 'drift',
    severity: 'bad',
    title: expect.stringContaining(`R² fell to ${score}, below`),
    detail: expect.stringMatching(/^366 labelled rows, 2008-01-01 to 2009-01-01, version 1; 0\.\d+ on its holdout/),
    eventTime: '2008-01-01T00:00:00.000Z',
    since: '2008-01-01T00:00:00.000Z',
    lookAt: expect.stringContaining('2 of 3 important columns drifted'),
  });
  const columns = alert?.contributions.filter(({ kind }) => kind === 'column') ?? [];
  expect(columns.map((column) => column.name).sort()).toEqual(['Austin', 'Clark_Lake']);
  const slices = alert?.contributions.filter(({ kind }) => kind === 'slice') ?? [];
  expect(slices.length).toBeGreaterThan(0);
  expect(slices.every(({ share }) => share > 0 && share <= 1)).toBe(true);
  expect(events.filter(({ type }) => type === 'alert.raised')).toEqual([]);
  expect(await engine.call(calls.monitor.alerts, { deployment: name })).toEqual({ alerts: [] });
  stopListening();
});

test('limits are the defaults until they are set, and a check goes by them', async () => {
  const limitsOf = (changes: object = {}) => engine.call(calls.monitor.limits, { deployment: name, ...changes });
  const { limits } = await limitsOf();
  expect(limits).toMatchObject({ metric: 'r2', driftShare: 0.5, minimumRows: 30, retrain: false });
  expect((await limitsOf({ bound: 0.5, driftShare: 0, retrain: true })).limits).toEqual({
    ...limits,
    bound: 0.5,
    driftShare: 0,
    retrain: true,
  });
  const { wouldHaveRaised } = await engine.call(calls.monitor.check, { deployment: name, ...range(2008) });
  expect(wouldHaveRaised?.map(({ rule, severity }) => [rule, severity])).toEqual([['drift', 'warning']]);
});

test('without a range a check judges the newest complete window; its alert is raised once, seen, and resolved', async () => {
  const events: SequencedEvent[] = [];
  const stopListening = engine.app.context.events.listen((event) => events.push(event));
  const check = (input: object = {}) => engine.call(calls.monitor.check, { deployment: name, ...input });
  await engine.call(calls.monitor.limits, { deployment: name, bound: 0.999, driftShare: 1 });
  const { raised } = await check();
  const { timeline } = await report();
  const complete = timeline
    .slice(0, -1)
    .findLast(({ labelled }) => labelled >= 30) as MonitorReport['timeline'][number];
  expect(raised).toMatchObject([{ rule: 'performance', eventTime: complete.from }]);
  expect(raised[0]?.detail).toContain(`${complete.labelled} labelled rows`);
  const told = events.flatMap((event) => (event.type === 'alert.raised' ? event.alert : []));
  expect(told).toEqual(raised.map(({ id }) => id));
  expect(await check()).toMatchObject({ raised: [], open: raised });
  await engine.call(calls.monitor.acknowledge, { alert: raised[0]?.id as string });
  await engine.call(calls.monitor.limits, { deployment: name, bound: -100 });
  const open = [{ id: raised[0]?.id, state: 'acknowledged' }];
  expect(await check(range(2004))).toMatchObject({ raised: [], open, wouldHaveRaised: [] });
  expect(await check()).toEqual({ raised: [], open: [] });
  const { alerts } = await engine.call(calls.monitor.alerts, { deployment: name });
  expect(alerts.map(({ id, state }) => [id, state])).toEqual(raised.map(({ id }) => [id, 'resolved']));
  stopListening();
});

test('what cannot be reported or taken is refused by its code', async () => {
  await expect(report({ since: '2005-01-01T00:00:00Z', until: '2004-01-01T00:00:00Z' })).rejects.toMatchObject({
    code: 'monitor.invalid_range',
  });
  await expect(report({ window: 'day' })).rejects.toMatchObject({ code: 'monitor.invalid_range' });
  await expect(report({ deployment: 'none' })).rejects.toMatchObject({ code: 'deploy.not_found' });
  await expect(engine.call(calls.monitor.report, { reference: name })).rejects.toMatchObject({
    code: 'monitor.nothing_to_compare',
  });
  await expect(engine.call(calls.monitor.acknowledge, { alert: 'alert_0' })).rejects.toMatchObject({
    code: 'monitor.alert_not_found',
  });
  const before = (await report()).performance;
  const addTo = (label: string | number) =>
    engine.call(calls.monitor.addLabels, { deployment: name, labels: [{ id: '2004-01-02', label }] });
  for (const label of ['many', '1e999', ' ']) {
    await expect(addTo(label)).rejects.toMatchObject({
      code: 'monitor.label_not_a_number',
      details: { id: '2004-01-02', label },
    });
  }
  expect((await report()).performance).toEqual(before);
  const file = ridershipFile(2004);
  const wrong = (changes: object) =>
    engine.call(calls.monitor.labels, { deployment: name, file, id: 'date', label: name, ...changes });
  await expect(wrong({ label: 'ridreship' })).rejects.toMatchObject({
    code: 'monitor.unknown_column',
    message: expect.stringContaining('Did you mean "ridership"?'),
  });
  for (const none of [join(engine.folder, 'none.csv'), engine.folder]) {
    await expect(wrong({ file: none })).rejects.toMatchObject({ code: 'data.file_not_found', kind: 'not_found' });
  }
  const workbook = join(engine.folder, 'truth.xlsx');
  writeFileSync(workbook, 'PK');
  await expect(wrong({ file: workbook })).rejects.toMatchObject({ code: 'data.no_rows' });
});

test('labels twice, of rows that had one, of unknown rows and of another type are counted; what is no number changes nothing', async () => {
  const before = (await report()).performance;
  const day = daysOf(2004)[1] as Cells;
  const labels = [
    { id: dateOf(day), label: 5 },
    { id: dateOf(day), label: ridersOf(day) },
    { id: '2004-01-01', label: 'many' },
    { id: 'never', label: 3 },
  ];
  expect(await engine.call(calls.monitor.addLabels, { deployment: name, labels })).toEqual({
    matched: 2,
    unmatched: 1,
    unusable: 1,
    repeated: 1,
    corrected: 2,
  });
  expect((await report()).performance).toEqual(before);
});

test('rows that the log keeps no more are told, and still count in sums', async () => {
  const before = await report({ rows: true });
  const sums = await report();
  expect([before.drift.source, sums.drift.source]).toEqual(['rows', 'profile']);
  expect(before.removed).toBeUndefined();
  const { database } = engine.app.context;
  database.run(
    'UPDATE log_parts SET last_received_at = last_received_at - 864000000 WHERE id = (SELECT min(id) FROM log_parts)',
  );
  await engine.call(calls.deploy.configure, { deployment: name, settings: { log: { retentionDays: 5 } } });
  const after = await report({ rows: true });
  const removed = before.traffic.rows - after.traffic.rows;
  expect(removed).toBeGreaterThan(0);
  expect(after).toMatchObject({ removed: { rows: removed, receivedUntil: expect.any(String) } });
  const { traffic, drift, performance } = await report();
  expect({ traffic, columns: drift.columns }).toEqual({ traffic: sums.traffic, columns: sums.drift.columns });
  expect(performance?.rows).toBe(sums.performance?.rows);
  expect(performance?.metrics.r2).toBeCloseTo(sums.performance?.metrics.r2 as number, 9);
  const { whole, windows } = await engine.call(calls.monitor.performance, { deployment: name, window: 'year' });
  expect(whole).toMatchObject({ rows: sums.traffic.rows, labelled: sums.performance?.rows });
  expect(whole?.summed).toBeGreaterThan(0);
  expect(windows.reduce((total, { summed }) => total + summed, 0)).toBe(whole?.summed);
});
