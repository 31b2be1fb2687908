import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../engine/base/random.ts';
import type { JudgingRule } from '../../../engine/monitor/performance/judging.ts';
import { measurePerformance, type PerformanceInput } from '../../../engine/monitor/performance/measure-performance.ts';
import { binary, fixture, months, regression } from './performance-fixture.ts';

const none = { answers: new Float64Array(0), targets: new Float64Array(0) };

test.each([
  ['binary', binary, fixture.binary.windows],
  ['regression', regression, fixture.regression.windows],
] as const)(
  'every metric of a window is scikit-learn’s, and lies in its interval: %s',
  (_, { rule, rows }, expected) => {
    const { windows, whole } = measurePerformance({
      rule,
      rows,
      windows: months,
      minimumRows: 30,
      holdout: none,
      described: null,
      days: [],
    });
    expect(windows).toHaveLength(3);
    for (const [index, { metrics }] of expected.entries()) {
      const realised = windows[index]?.realised ?? {};
      expect(Object.keys(realised).sort()).toEqual(Object.keys(metrics).sort());
      for (const [name, value] of Object.entries(metrics)) {
        const estimate = realised[name];
        expect(estimate?.value, name).toBeCloseTo(value, 9);
        expect(estimate?.low, name).toBeLessThan(value);
        expect(estimate?.high, name).toBeGreaterThan(value);
        const ofWhole = whole.realised?.[name];
        const width = (one: typeof estimate) => (one?.high as number) - (one?.low as number);
        if (name !== 'matthews' && name !== 'r2') expect(width(ofWhole), name).toBeLessThan(width(estimate) * 1.1);
      }
    }
  },
);

test('rows without a label count as rows only, and few labels give no metric', () => {
  const targets = binary.rows.targets.map((target, row) => (row % 40 === 0 ? target : Number.NaN));
  const input: PerformanceInput = {
    rule: binary.rule,
    rows: { ...binary.rows, targets },
    windows: months,
    minimumRows: 30,
    holdout: none,
    described: null,
    days: [],
  };
  const { whole, windows, estimate, changes } = measurePerformance(input);
  expect(whole).toMatchObject({ rows: 600, labelled: 15 });
  expect(whole.realised?.accuracy?.value).toEqual(expect.any(Number));
  expect(windows.map(({ realised }) => realised)).toEqual([null, null, null]);
  expect(windows.reduce((sum, { labelled }) => sum + labelled, 0)).toBe(15);
  expect(estimate).toEqual({ method: null, says: expect.stringContaining('0 rows only') });
  expect(changes).toEqual([]);
});

test('without rows nothing is said', () => {
  const rows = { eventTimes: new Float64Array(0), ...none };
  const { whole, windows } = measurePerformance({
    ...binary,
    rows,
    windows: [],
    minimumRows: 30,
    holdout: none,
    described: null,
    days: [],
  });
  expect(whole).toEqual({ rows: 0, labelled: 0, summed: 0, realised: null, estimated: null });
  expect(windows).toEqual([]);
});

const rule: JudgingRule = { task: 'binary', classes: ['no', 'yes'], threshold: 0.5 };

/** Calibrated answers with their truth, which may come to mean something else. */
function stream(rows: number, random: Random, truthOf = (score: number) => score) {
  const scores = Float64Array.from({ length: rows }, () => random());
  return {
    answers: Float64Array.from({ length: 2 * rows }, (_, cell) => {
      const score = scores[cell >> 1] as number;
      return cell % 2 === 1 ? score : 1 - score;
    }),
    targets: scores.map((score) => Number(random() < truthOf(score))),
  };
}

test('on a stationary stream the estimate is what comes true, within its interval', () => {
  const names = ['accuracy', 'f1', 'roc_auc', 'log_loss', 'brier'];
  const hits = new Map(names.map((name) => [name, 0]));
  const seeds = 30;
  for (let seed = 0; seed < seeds; seed++) {
    const random = seededRandom(seed);
    const rows = { eventTimes: new Float64Array(500), ...stream(500, random) };
    const { whole } = measurePerformance({
      rule,
      rows,
      windows: [],
      minimumRows: 30,
      holdout: stream(1000, random),
      described: null,
      days: [],
    });
    for (const name of names) {
      const [realised, estimated] = [whole.realised?.[name]?.value as number, whole.estimated?.[name]];
      if (realised >= (estimated?.low as number) && realised <= (estimated?.high as number)) {
        hits.set(name, (hits.get(name) as number) + 1);
      }
    }
  }
  for (const [name, count] of hits) expect(count / seeds, name).toBeGreaterThanOrEqual(0.86);
}, 60_000);

test('labels that come to mean something else show in what is realised, not in the estimate', () => {
  const random = seededRandom(3);
  const rows = { eventTimes: new Float64Array(2000), ...stream(2000, random, (score) => 1 - score) };
  const { whole } = measurePerformance({
    rule,
    rows,
    windows: [],
    minimumRows: 30,
    holdout: stream(1000, random),
    described: null,
    days: [],
  });
  expect(whole.realised?.accuracy?.high).toBeLessThan(0.35);
  expect(whole.estimated?.accuracy?.low).toBeGreaterThan(0.65);
});

test('the interval of many rows is narrowed from a part of them to the truth', () => {
  const rows = { eventTimes: new Float64Array(60_000), ...stream(60_000, seededRandom(5)) };
  const { whole } = measurePerformance({
    rule,
    rows,
    windows: [],
    minimumRows: 30,
    holdout: none,
    described: null,
    days: [],
  });
  const { value, low, high } = whole.realised?.brier ?? {};
  expect(value).toBeCloseTo(1 / 6, 2);
  // The squared error of a calibrated uniform score has the variance 1/5 - 2/12 + 1/30 - 1/36 = 0.0389.
  const half = 1.96 * Math.sqrt(0.0389 / 60_000);
  expect(((high as number) - (low as number)) / 2 / half).toBeGreaterThan(0.85);
  expect(((high as number) - (low as number)) / 2 / half).toBeLessThan(1.15);
});
