import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import {
  type ColumnDriftResult,
  type DriftColumn,
  driftOfColumn,
  driftOfColumns,
} from '../../engine/statistics/drift.ts';
import { drawn, fixtureSamples, texts } from './drift-columns.ts';

test('between 2002 and 2015 riders of the Chicago L changed, the weather did not', () => {
  const { reference, current } = fixtureSamples('chicago_ridership', '2002_vs_2015');
  const results = new Map(driftOfColumns(reference, current).map((result) => [result.name, result]));
  expect(results.get('Clark_Lake')).toMatchObject({ verdict: 'drifted', drifted: true, test: 'psi', threshold: 0.2 });
  expect(results.get('ridership')?.verdict).toBe('drifted');
  expect(results.get('temp')?.verdict).toBe('stable');
  for (const result of results.values()) {
    expectSharesSumToOne(result);
    expect(result.samplingLimit).toBeGreaterThan(0);
    expect(result.score).toBe(result.statistics.psi);
  }
});

function expectSharesSumToOne({ bins }: ColumnDriftResult): void {
  expect(bins.reduce((sum, bin) => sum + bin.reference, 0)).toBeCloseTo(1, 10);
  expect(bins.reduce((sum, bin) => sum + bin.current, 0)).toBeCloseTo(1, 10);
}

test('a zero-heavy column whose zeros vanish drifts, where deciles see nothing', () => {
  const random = seededRandom(1);
  const reference = drawn(1000, () => (random() < 0.95 ? 0 : random()));
  const current = drawn(1000, () => (random() < 0.5 ? 0 : random()));
  const result = driftOfColumn(reference, current);
  expect(result.verdict).toBe('drifted');
  expect(result.bins[0]).toMatchObject({ label: '0', from: 0, to: 0 });
  expect(driftOfColumn(reference, current, { definition: 'decile' }).statistics.psi).toBeLessThan(0.01);
});

test('missing rows, a filled-in constant and a new level are drift and have a bin that names them', () => {
  const random = seededRandom(2);
  const reference = drawn(500, () => random());
  const missing = driftOfColumn(
    reference,
    drawn(500, (row) => (row % 3 === 0 ? Number.NaN : random())),
  );
  expect(missing.verdict).toBe('drifted');
  expect(missing.bins.at(-1)).toMatchObject({ label: 'missing', reference: 0, current: 167 / 500 });
  expect(missing.statistics).toMatchObject({ missing_reference: 0, missing_current: 167, rows_current: 500 });
  const filled = driftOfColumn(
    reference,
    drawn(500, (row) => (row % 3 === 0 ? -999 : random())),
  );
  expect(filled.verdict).toBe('drifted');
  expect(filled.bins[0]).toMatchObject({ label: '-999', reference: 0, current: 167 / 500 });
  const newLevel = driftOfColumn(
    texts(400, (row) => (row % 2 ? 'a' : 'b')),
    texts(400, (row) => (row % 4 === 0 ? 'c' : row % 2 ? 'a' : 'b')),
  );
  expect(newLevel.verdict).toBe('drifted');
  expect(newLevel.bins.find(({ label }) => label === 'c')).toMatchObject({ reference: 0, current: 0.25 });
  expect(newLevel.statistics.chi2_p).toBeLessThan(1e-10);
});

test('identifiers that never repeat are stable, identifiers that begin to repeat are not', () => {
  const reference = texts(800, (row) => `old ${row}`);
  const fresh = driftOfColumn(
    reference,
    texts(800, (row) => `new ${row}`),
  );
  expect(fresh).toMatchObject({ verdict: 'stable', score: 0, samplingLimit: 0 });
  expect(fresh.bins).toEqual([{ label: 'unseen', from: null, to: null, reference: 1, current: 1 }]);
  const repeated = texts(800, (row) => `old ${row % 400}`);
  expect(driftOfColumn(reference, repeated).verdict).toBe('drifted');
});

test('below thirty rows on a side there is no verdict', () => {
  const random = seededRandom(3);
  const result = driftOfColumn(
    drawn(500, () => random()),
    drawn(29, () => random() + 5),
  );
  expect(result).toMatchObject({ verdict: 'too_few_rows', drifted: false, score: null, samplingLimit: null });
  expect(result.statistics.ks_statistic).toBe(1);
  const nothing = driftOfColumn(
    drawn(0, () => 0),
    drawn(0, () => 0),
  );
  expect(nothing).toMatchObject({ verdict: 'too_few_rows', bins: [] });
});

test('constant and wholly missing columns', () => {
  const constant = drawn(100, () => 7);
  expect(driftOfColumn(constant, constant)).toMatchObject({ verdict: 'stable', score: 0 });
  expect(
    driftOfColumn(
      constant,
      drawn(100, () => 8),
    ).verdict,
  ).toBe('drifted');
  const absent = drawn(100, () => Number.NaN);
  expect(driftOfColumn(absent, absent)).toMatchObject({ verdict: 'stable', statistics: { ks_p: null, psi: 0 } });
  expect(driftOfColumn(absent, constant).verdict).toBe('drifted');
  for (const [reference, current] of [
    [constant, absent],
    [absent, constant],
  ] as const) {
    const undefinedScore = { score: null, drifted: false, statistics: { psi: null } };
    expect(driftOfColumn(reference, current, { definition: 'decile' })).toMatchObject(undefinedScore);
  }
});

test('times are labelled as times', () => {
  const start = Date.UTC(2024, 0, 1);
  const days = (first: number): DriftColumn => ({
    name: 'day',
    kind: 'time',
    values: Float64Array.from({ length: 60 }, (_, day) => start + (first + day) * 86_400_000),
  });
  const result = driftOfColumn(days(0), days(60));
  expect(result).toMatchObject({ kind: 'time', verdict: 'drifted' });
  expect(result.bins[0]?.label).toMatch(/^< 2024-01-\d\dT/);
});

test('more columns raise the limit: Bonferroni for one, Holm for all', () => {
  const random = seededRandom(5);
  const reference = drawn(100, () => random());
  const current = drawn(100, () => random() ** 2);
  const alone = driftOfColumn(reference, current).samplingLimit as number;
  const amongTen = driftOfColumn(reference, current, { columnCount: 10 }).samplingLimit as number;
  expect(amongTen).toBeGreaterThan(alone);
  const others = Array.from({ length: 9 }, (_, index) => ({ ...reference, name: `same ${index}` }));
  const results = driftOfColumns([reference, ...others], [current, ...others]);
  expect(results[0]?.samplingLimit).toBe(amongTen);
  const amongNine = driftOfColumn(reference, current, { columnCount: 9 }).samplingLimit;
  expect(results.slice(1).map(({ samplingLimit }) => samplingLimit)).toEqual(Array(9).fill(amongNine));
});

test('columns are paired by name; one that changed its kind is refused', () => {
  const column = drawn(50, (row) => row);
  expect(driftOfColumns([column, { ...column, name: 'gone' }], [column]).map(({ name }) => name)).toEqual(['x']);
  expect(() =>
    driftOfColumn(
      column,
      texts(50, () => 'a'),
    ),
  ).toThrow('column x is number in the reference and text now');
});
