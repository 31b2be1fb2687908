import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom, shuffle } from '../../engine/base/random.ts';
import { domainDrift } from '../../engine/monitor/multivariate/domain-classifier.ts';
import { multivariateDrift } from '../../engine/monitor/multivariate/multivariate-drift.ts';
import type { DriftColumn } from '../../engine/statistics/drift.ts';
import { selectDriftRows } from '../../engine/statistics/drift-columns.ts';
import { columnsTogether } from '../statistics/drift-columns.ts';
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

test('too few rows, or one column, have no verdict', () => {
  const few = columnsTogether(20, seededRandom(1));
  expect(
    multivariateDrift({ reference: columnsTogether(500, seededRandom(2)), current: few, minimumRows: 30 }).drift
      .verdict,
  ).toBe('too_few_rows');
  const [one] = columnsTogether(500, seededRandom(2)) as [DriftColumn];
  expect(multivariateDrift({ reference: [one], current: [one], minimumRows: 30 }).drift.verdict).toBe(
    'too_few_columns',
  );
});

test('where the components keep all of a row, only the classifier tells: what is left is rounding', () => {
  const unrelated = (rows: number, seed: number): DriftColumn[] => {
    const random = seededRandom(seed);
    return ['a', 'b'].map((name) => ({ name, kind: 'number', values: Float64Array.from({ length: rows }, random) }));
  };
  const { drift, errors } = multivariateDrift({
    reference: unrelated(600, 1),
    current: unrelated(300, 2),
    minimumRows: 30,
  });
  expect(drift).toMatchObject({ reconstruction: null, verdict: 'stable', domain: { drifted: false } });
  expect(errors).toBeNull();
});

test('columns that hang together no more are drift as a whole', () => {
  const random = seededRandom(4);
  const broken = columnsTogether(1500, random);
  const shifted = broken.map((column) =>
    column.name === 'near' ? { ...column, values: Float64Array.from(column.values as Float64Array).reverse() } : column,
  ) as DriftColumn[];
  const found = multivariateDrift({ reference: columnsTogether(3000, random), current: shifted, minimumRows: 30 });
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
