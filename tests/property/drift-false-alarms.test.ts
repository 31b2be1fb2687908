import { expect, test } from 'vitest';
import { type Random, seededRandom, shuffle } from '../../engine/base/random.ts';
import { type DriftColumn, type DriftOptions, driftOfColumns } from '../../engine/statistics/drift.ts';
import { normalQuantile } from '../../engine/statistics/special-functions.ts';
import { drawn, fixtureSamples, texts } from '../statistics/drift-columns.ts';

function rowsAt(columns: DriftColumn[], positions: number[]): DriftColumn[] {
  return columns.map((column) =>
    column.kind === 'text'
      ? { ...column, values: positions.map((position) => column.values[position] ?? null) }
      : { ...column, values: Float64Array.from(positions, (position) => column.values[position] as number) },
  );
}

const normal = (random: Random) => normalQuantile(random() || 0.5);

/** One period of 10,000 rows with what makes drift tests fail: ties, mass points, heavy tails, many levels, gaps. */
function simulatedPeriod(): DriftColumn[] {
  const random = seededRandom(4);
  const column = (name: string, draw: () => number) => ({ ...drawn(10_000, draw), name });
  return [
    column('normal', () => normal(random)),
    column('heavy_tail', () => 1 / (1 - random())),
    column('zero_heavy', () => (random() < 0.7 ? 0 : random())),
    column('whole_numbers', () => (random() < 0.03 ? Number.NaN : Math.floor(random() * 30))),
    { ...texts(10_000, () => `level ${Math.floor(1 / (random() + 1e-3))}`), name: 'many_levels' },
    { ...texts(10_000, (row) => `id ${row}`), name: 'identifier' },
  ];
}

/** Share of random splits of one period in which any column is said to have drifted. */
function falseAlarmShare(period: DriftColumn[], rows: number, splits: number, options: DriftOptions = {}): number {
  const positions = Array.from({ length: period[0]?.values.length ?? 0 }, (_, row) => row);
  let alarms = 0;
  for (let seed = 1; seed <= splits; seed++) {
    const shuffled = shuffle([...positions], seededRandom(seed));
    const first = rowsAt(period, shuffled.slice(0, rows));
    const second = rowsAt(period, shuffled.slice(rows, 2 * rows));
    alarms += Number(driftOfColumns(first, second, options).some(({ drifted }) => drifted));
  }
  return alarms / splits;
}

test.each([
  { rows: 200, splits: 120 },
  { rows: 500, splits: 60 },
  { rows: 2500, splits: 15 },
])('halves of one month of flights rarely alarm, $rows rows a side', ({ rows, splits }) => {
  const { current: month } = fixtureSamples('flights_monthly', '2001_02_vs_2001_05');
  expect(falseAlarmShare(month, rows, splits)).toBeLessThanOrEqual(0.05);
});

test.each([
  { rows: 200, splits: 120 },
  { rows: 1000, splits: 30 },
  { rows: 5000, splits: 6 },
])('halves of a simulated period rarely alarm, $rows rows a side', ({ rows, splits }) => {
  expect(falseAlarmShare(simulatedPeriod(), rows, splits)).toBeLessThanOrEqual(0.05);
});

// The column of many levels is left out: its share of unseen levels is estimated, which the chi-square law does not know.
test('the sampling limit alone keeps the rate, without help of the threshold', () => {
  const period = simulatedPeriod().filter(({ name }) => name !== 'many_levels');
  const share = falseAlarmShare(period, 200, 300, { threshold: 0 });
  expect(share).toBeGreaterThan(0.01);
  expect(share).toBeLessThan(0.075);
});
