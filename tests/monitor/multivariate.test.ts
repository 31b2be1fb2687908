import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom, shuffle } from '../../engine/base/random.ts';
import { selectDriftRows } from '../../engine/monitor/drift-columns.ts';
import { domainDrift } from '../../engine/monitor/multivariate/domain-classifier.ts';
import { multivariateDrift } from '../../engine/monitor/multivariate/multivariate-drift.ts';
import type { DriftColumn } from '../../engine/statistics/drift.ts';
import { multivariateFixture as fixture, multivariateColumns } from '../statistics/multivariate-fixture.ts';
import { fixtureFolder, type ReferencePair, readColumns, referencePairs } from '../statistics/reference-samples.ts';

const reference = multivariateColumns(fixture.reference);

test('the domain classifier tells rows apart about as well as NannyML’s', () => {
  const found = fixture.areas.map((_, index) => {
    const rows = multivariateColumns(fixture.rows, index * fixture.window, (index + 1) * fixture.window);
    return domainDrift(reference, rows, 0.975);
  });
  for (const [index, { area }] of found.entries()) {
    expect(Math.abs(area - (fixture.areas[index] as number)), `window ${index}`).toBeLessThan(0.05);
  }
  expect(found.map(({ drifted }) => drifted)).toEqual([false, false, true, true]);
});

/** Rows of one law: numbers that hang together, one of them zero-heavy, one with a long tail, and two texts. */
function drawn(rows: number, random: () => number): DriftColumn[] {
  const base = Float64Array.from({ length: rows }, () => random() + random() + random());
  const number = (name: string, of: (row: number) => number): DriftColumn => ({
    name,
    kind: 'number',
    values: base.map((_, row) => of(row)),
  });
  const text = (name: string, levels: number): DriftColumn => ({
    name,
    kind: 'text',
    values: Array.from(base, () => `level ${Math.floor(levels * random() * random())}`),
  });
  return [
    number('sum', (row) => base[row] as number),
    number('near', (row) => (base[row] as number) + random() / 2),
    number('zeros', () => (random() < 0.6 ? 0 : random())),
    number('tail', () => Math.abs(Math.log(random() + 1e-12)) ** 3),
    number('gaps', () => (random() < 0.1 ? Number.NaN : random())),
    text('few', 5),
    text('many', rows),
  ];
}

test.each([500, 2000])('random halves of %i rows of one law are called drift in at most 5 % of the cases', (rows) => {
  const trials = rows > 1000 ? 12 : 30;
  let alarms = 0;
  let beyondSampling = 0;
  for (let seed = 0; seed < trials; seed++) {
    const random = seededRandom(seed);
    const found = multivariateDrift({
      reference: drawn(rows / 2, random),
      current: drawn(rows / 2, random),
      minimumRows: 30,
    });
    if (found.drift.drifted) alarms++;
    const { reconstruction, domain } = found.drift;
    if (domain && domain.area > domain.samplingLimit) beyondSampling++;
    if (
      reconstruction &&
      (reconstruction.error > reconstruction.samplingHigh || reconstruction.error < reconstruction.samplingLow)
    )
      beyondSampling++;
  }
  expect(alarms / trials).toBeLessThanOrEqual(0.05);
  // The sampling limits alone hold what they say: each is passed in 2.5 % of the cases.
  expect(beyondSampling / trials).toBeLessThanOrEqual(0.17);
});

test('too few rows, or one column, have no verdict', () => {
  const few = drawn(20, seededRandom(1));
  expect(
    multivariateDrift({ reference: drawn(500, seededRandom(2)), current: few, minimumRows: 30 }).drift.verdict,
  ).toBe('too_few_rows');
  const [one] = drawn(500, seededRandom(2)) as [DriftColumn];
  expect(multivariateDrift({ reference: [one], current: [one], minimumRows: 30 }).drift.verdict).toBe(
    'too_few_columns',
  );
});

test('columns that hang together no more are drift as a whole', () => {
  const random = seededRandom(4);
  const broken = drawn(1500, random);
  const shifted = broken.map((column) =>
    column.name === 'near' ? { ...column, values: Float64Array.from(column.values as Float64Array).reverse() } : column,
  ) as DriftColumn[];
  const found = multivariateDrift({ reference: drawn(3000, random), current: shifted, minimumRows: 30 });
  expect(found.drift.verdict).toBe('drifted');
  expect(found.drift.reconstruction?.drifted).toBe(true);
  expect(found.errors?.length).toBe(1500);
});

test.each([
  ['chicago_ridership', '2002_vs_2015'],
  ['seattle_weather', '2012_vs_2015'],
])('the drift of %s is found as a whole, and in halves of its reference there is none', (name, pair) => {
  const folder = join(fixtureFolder, name);
  const { columns } = referencePairs(folder)[pair] as ReferencePair;
  const side = (part: string) => readColumns(join(folder, `${pair}_${part}.csv`), columns);
  const [before, now] = [side('ref'), side('cur')];
  expect(multivariateDrift({ reference: before, current: now, minimumRows: 30 }).drift.verdict).toBe('drifted');
  const random = seededRandom(1);
  const order = shuffle(
    Array.from({ length: before[0]?.values.length ?? 0 }, (_, row) => row),
    random,
  );
  const half = order.length >> 1;
  const pick = (rows: number[]) => before.map((column) => selectDriftRows(column, rows));
  const halves = { reference: pick(order.slice(0, half)), current: pick(order.slice(half)), minimumRows: 30 };
  expect(multivariateDrift(halves).drift.verdict).toBe('stable');
});
