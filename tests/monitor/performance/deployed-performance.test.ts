import { afterAll, beforeAll, expect, test } from 'vitest';
import { calls } from '../../../engine/contract/index.ts';
import { classificationMetrics } from '../../../engine/statistics/classification-metrics.ts';
import { predict } from '../../serving/running-server.ts';
import { deploySample, readCells, rowOf, type SharedApp, sampleFile, sharedApp } from '../deployed-sample.ts';

const name = 'weather';
const years = [2012, 2013, 2014, 2015];
const fileOf = (year: number) => sampleFile('seattle_weather', `seattle-weather-${year}.csv`);
const range = (year: number) => ({ since: `${year}-01-01T00:00:00Z`, until: `${year + 1}-01-01T00:00:00Z` });

let engine: SharedApp;
let classes: readonly string[];
const answers = new Map<string, number[]>();
const truth = new Map<string, string>();

const performance = (input: object = {}, signal?: AbortSignal) =>
  signal
    ? engine.app.call('monitor.performance', { deployment: name, ...input }, signal)
    : engine.call(calls.monitor.performance, { deployment: name, ...input });
const ofRange = (input: object = {}) => engine.call(calls.monitor.performance, { deployment: name, ...input });

/** Metrics of the server's answers, straight from the file. */
function expectedOf(year: number) {
  const days = [...truth.keys()].filter((day) => day.startsWith(String(year)));
  return classificationMetrics({
    classes,
    probabilities: Float64Array.from(days.flatMap((day) => answers.get(day) as number[])),
    labels: days.map((day) => classes.indexOf(truth.get(day) as string)),
  });
}

afterAll(() => engine.close());

beforeAll(async () => {
  engine = await sharedApp();
  const { url, signature } = await deploySample(engine, name, [fileOf(2012)], {
    target: 'weather',
    exclude: ['date'],
    split: { kind: 'every-nth', every: 5 },
  });
  classes = signature.classes as string[];
  for (const year of [2013, 2014, 2015]) {
    const days = readCells(fileOf(year));
    const ids = days.map(({ date }) => date as string);
    const { body } = await predict(url, {
      rows: days.map((day) => rowOf(day, signature)),
      ids,
      event_times: ids,
    });
    for (const [index, { row_id, probabilities }] of body.predictions.entries()) {
      answers.set(
        row_id,
        classes.map((each) => probabilities[each] as number),
      );
      truth.set(row_id, days[index]?.weather as string);
    }
  }
  await engine.call(calls.data.add, { name: 'truth', files: years.slice(1).map(fileOf) });
}, 180_000);

test('before labels come the estimate stands alone', async () => {
  const before = await ofRange({ window: 'year' });
  expect(before).toMatchObject({
    metric: { name: 'log_loss', lowerIsBetter: true },
    estimate: { method: 'cbpe', says: expect.stringContaining('held-out rows') },
    slices: [],
    changes: [],
    whole: { rows: 1095, labelled: 0, realised: null },
  });
  expect(before.windows.map(({ rows, realised }) => [rows, realised])).toEqual([
    [365, null],
    [365, null],
    [365, null],
  ]);
  for (const { estimated } of before.windows) {
    expect(estimated?.accuracy?.value).toBeGreaterThan(0.5);
    expect(estimated?.log_loss?.low).toBeLessThan(estimated?.log_loss?.high as number);
  }
  const report = await engine.call(calls.monitor.report, { deployment: name, window: 'year' });
  expect(report.performance).toBeNull();
  expect(report.estimated_performance).toMatchObject({ method: 'cbpe', rows: 1095 });
  expect(report.timeline[0]?.estimated).toEqual(before.windows[0]?.estimated?.log_loss);
});

test('labels of a dataset version are joined by id, and unknown columns and both sources are refused', async () => {
  const wanted = { deployment: name, dataset: 'truth@1', id: 'date', label: 'weather' };
  await expect(engine.call(calls.monitor.labels, { ...wanted, label: 'wether' })).rejects.toMatchObject({
    code: 'monitor.unknown_column',
    message: expect.stringContaining('Did you mean "weather"?'),
  });
  await expect(engine.call(calls.monitor.labels, { ...wanted, dataset: 'lies@1' })).rejects.toMatchObject({
    code: 'data.unknown_dataset',
  });
  await expect(engine.call(calls.monitor.labels, { ...wanted, file: fileOf(2013) })).rejects.toMatchObject({
    code: 'call.invalid_input',
  });
  expect(await engine.call(calls.monitor.labels, wanted)).toEqual({ matched: 1095, unmatched: 0 });
  expect(await engine.call(calls.monitor.labels, wanted)).toEqual({ matched: 1095, unmatched: 0, corrected: 1095 });
});

test('every metric of every year is that of the answers, with an interval; a class that vanished leaves none', async () => {
  const { windows, whole, reference } = await ofRange({ window: 'year' });
  for (const [index, year] of [2013, 2014, 2015].entries()) {
    const expected = expectedOf(year);
    const { realised } = windows[index] ?? {};
    for (const [metric, value] of Object.entries(expected)) {
      if (value === null) expect(realised?.[metric], metric).toEqual({ value: null, low: null, high: null });
      else expect(realised?.[metric]?.value, metric).toBeCloseTo(value, 9);
    }
    expect(realised?.accuracy?.low).toBeLessThan(expected.accuracy as number);
    expect(realised?.accuracy?.high).toBeGreaterThan(expected.accuracy as number);
  }
  expect(windows[2]?.realised?.roc_auc?.value).toBeNull();
  expect(whole).toMatchObject({ rows: 1095, labelled: 1095 });
  expect(Object.keys(reference).sort()).toEqual(Object.keys(whole?.realised ?? {}).sort());
});

test('the slices of a column hold all rows, and what lost most comes first', async () => {
  const { slices } = await ofRange({ ...range(2015), by: ['precipitation', 'wind'] });
  for (const column of ['precipitation', 'wind']) {
    const own = slices.filter((slice) => slice.column === column);
    expect(own.reduce((sum, { rows }) => sum + rows, 0)).toBe(365);
    expect(own.length).toBeGreaterThan(1);
  }
  const losses = slices.flatMap(({ lost }) => (lost === null ? [] : [lost]));
  expect(losses).toEqual(losses.toSorted((one, other) => other - one));
  await expect(ofRange({ by: ['snow'] })).rejects.toMatchObject({ code: 'monitor.unknown_column' });
});

test('a comparison with the reference finds the label that drifted, and says where the loss is', async () => {
  const found = await engine.call(calls.monitor.compare, { deployment: name, current: range(2015) });
  expect(found.reference).toMatchObject({ label: expect.stringContaining('training part of run'), labelled: 74 });
  expect(found.current).toMatchObject({ label: '2015-01-01 to 2015-12-31', rows: 365, labelled: 365 });
  expect(found.current.metric?.value).toBeCloseTo(expectedOf(2015).log_loss as number, 9);
  expect(found.label).toMatchObject({ name: 'weather', verdict: 'drifted' });
  expect(found.columns.map((column) => column.name).sort()).toEqual(['precipitation', 'temp_max', 'temp_min', 'wind']);
  expect(found.says).toMatch(/log loss/i);
});

test.each(years.slice(1))('a comparison judges the labels of %i as the report of that year does', async (year) => {
  const compared = await engine.call(calls.monitor.compare, { deployment: name, current: range(year) });
  const { drift } = await engine.call(calls.monitor.report, { deployment: name, ...range(year) });
  expect(drift.label).toMatchObject({ threshold: 0.001 });
  expect(compared.label).toEqual(drift.label);
  expect(compared.prediction).toMatchObject({ verdict: drift.prediction?.verdict });
});

test('two windows are compared with each other; the same one twice has lost nothing', async () => {
  const compare = (reference: number, current: number) =>
    engine.call(calls.monitor.compare, { deployment: name, reference: range(reference), current: range(current) });
  const same = await compare(2014, 2014);
  expect(same.columns.every(({ score, drifted }) => score !== null && Math.abs(score) < 1e-9 && !drifted)).toBe(true);
  expect(same.slices.every(({ lost }) => lost === null || Math.abs(lost) < 1e-9)).toBe(true);
  expect(same.says).toContain('did not become worse');
  const years = await compare(2013, 2015);
  expect(years.reference).toMatchObject({ label: '2013-01-01 to 2013-12-31', labelled: 365 });
  expect(years.reference.metric?.value).toBeCloseTo(expectedOf(2013).log_loss as number, 9);
  await expect(
    engine.call(calls.monitor.compare, {
      deployment: name,
      current: { since: '2015-01-01T00:00:00Z', until: '2014-01-01T00:00:00Z' },
    }),
  ).rejects.toMatchObject({ code: 'monitor.invalid_range' });
});

test('a window without rows, and one without labels, are told as such', async () => {
  const empty = await ofRange({ since: '2020-01-01T00:00:00Z' });
  expect(empty).toMatchObject({ whole: null, windows: [], slices: [], changes: [] });
  const found = await engine.call(calls.monitor.compare, {
    deployment: name,
    current: { since: '2020-01-01T00:00:00Z', until: '2021-01-01T00:00:00Z' },
  });
  expect(found.current).toMatchObject({ rows: 0, labelled: 0, metric: null });
  expect(found.columns.every(({ verdict }) => verdict === 'too_few_rows')).toBe(true);
  expect(found.says).toContain('Too few labels');
});

test('fairness needs a sensitive input, takes any that is named, and says what it misses', async () => {
  const over = (input: object) => engine.call(calls.monitor.fairnessOverTime, { deployment: name, ...input });
  const none = await over({ window: 'year' });
  expect(none).toMatchObject({ whole: null, windows: [], says: expect.stringContaining('No input is marked') });
  expect(none.columns).toEqual(['precipitation', 'temp_max', 'temp_min', 'wind']);
  const found = await over({ by: 'temp_max', favourable: 'sun', window: 'year' });
  expect(found).toMatchObject({ says: null, whole: { by: 'temp_max', favourable: 'sun', minimumRows: 10 } });
  expect(found.windows).toHaveLength(3);
  const [first] = found.windows;
  expect(first?.report?.groups.map(({ group }) => group)).toEqual(found.whole?.groups.map(({ group }) => group));
  expect(found.reference?.groups.map(({ group }) => group)).toEqual(found.whole?.groups.map(({ group }) => group));
  const rows = (report: typeof found.whole) => report?.groups.reduce((sum, { n }) => sum + n, 0);
  expect(rows(found.whole)).toBe(1095);
  await expect(over({ by: 'sex' })).rejects.toMatchObject({ code: 'monitor.unknown_column' });
  await expect(over({ by: 'wind', favourable: 'hail' })).rejects.toMatchObject({ code: 'train.unknown_class' });
});

test('an input that is marked as sensitive is chosen by itself, and stands in the report', async () => {
  expect((await engine.call(calls.monitor.report, { deployment: name })).fairness).toBeNull();
  await engine.call(calls.data.mark, { dataset: name, column: 'wind', mark: 'sensitive' });
  const found = await engine.call(calls.monitor.fairnessOverTime, { deployment: name, window: 'year', minimum: 50 });
  expect(found.columns[0]).toBe('wind');
  expect(found.whole).toMatchObject({ by: 'wind', minimumRows: 50 });
  const report = await engine.call(calls.monitor.report, { deployment: name });
  expect(report.fairness).toMatchObject([{ by: 'wind', minimumRows: 10 }]);
});

test('who leaves ends the work', async () => {
  const left = new AbortController();
  const answer = performance({ ...range(2013), window: 'week' }, left.signal);
  setTimeout(() => left.abort(), 5);
  await expect(answer).rejects.toMatchObject({ code: 'call.canceled' });
  expect((await ofRange({ ...range(2013), window: 'week' })).windows.length).toBeGreaterThan(50);
});
