import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { countInBins, decileBins } from '../../engine/statistics/bins.ts';
import { chiSquareTest } from '../../engine/statistics/chi-square.ts';
import {
  hellingerDistance,
  jensenShannonDistance,
  populationStabilityIndex,
} from '../../engine/statistics/distances.ts';
import { fisherExact } from '../../engine/statistics/fisher-exact.ts';
import { kolmogorovSmirnov } from '../../engine/statistics/kolmogorov-smirnov.ts';
import { mannWhitney } from '../../engine/statistics/mann-whitney.ts';
import { twoProportionTest } from '../../engine/statistics/proportions.ts';
import { sortedPresentValues, standardDeviation } from '../../engine/statistics/summary.ts';
import { normalizedWassersteinDistance, wassersteinDistance } from '../../engine/statistics/wasserstein.ts';
import { expectClose, type FixtureNumber, readFixture } from './close-to.ts';

interface NumericCase {
  name: string;
  reference: FixtureNumber[];
  current: FixtureNumber[];
  expected: Record<string, FixtureNumber> & { edges: number[]; bin_counts: [number[], number[]] };
}

interface TableCase {
  name: string;
  reference: number[];
  current: number[];
  expected: { statistic: number; degrees_of_freedom: number; p: number; minimum_expected: number; cramers_v: number };
}

const fixtures = readFixture<{
  numeric: NumericCase[];
  tables: TableCase[];
  proportions: { input: [number, number, number, number]; z: number; p: number }[];
  fisher: { input: [number, number, number, number]; two_sided: number; greater: number }[];
}>('two_samples.json');
const close = { relative: 1e-11, absolute: 1e-15 };

test.each(fixtures.numeric)('statistics of $name equal scipy', ({ reference, current, expected }) => {
  const [first, second] = [Float64Array.from(reference, Number), Float64Array.from(current, Number)];
  const exact = kolmogorovSmirnov(first, second, 'exact');
  expectClose(exact?.statistic, expected.ks_statistic as number, 'ks_statistic', close);
  expectClose(exact?.p, expected.ks_p_exact as number, 'exact p', close);
  if (expected.ks_p_asymptotic !== 'nan') {
    const asymptotic = kolmogorovSmirnov(first, second, 'asymptotic');
    expectClose(asymptotic?.p, expected.ks_p_asymptotic as number, 'asymptotic p', close);
  }
  expectClose(wassersteinDistance(first, second), expected.wasserstein as number, 'wasserstein', close);
  expectClose(mannWhitney(first, second)?.p, expected.mann_whitney_p as number, 'mann_whitney_p', close);
  const bins = decileBins(sortedPresentValues(first));
  expect(bins.edges).toEqual(expected.edges);
  const [counts, others] = [first, second].map((values) => countInBins(sortedPresentValues(values), bins)) as [
    number[],
    number[],
  ];
  expect([counts, others]).toEqual(expected.bin_counts);
  expectClose(populationStabilityIndex(counts, others), expected.psi as number, 'psi', close);
  expectClose(jensenShannonDistance(counts, others), expected.js_distance as number, 'js_distance', close);
  expectClose(hellingerDistance(counts, others), expected.hellinger as number, 'hellinger', close);
});

test.each(fixtures.tables)('chi-square of $name equals scipy', ({ reference, current, expected }) => {
  const result = chiSquareTest(reference, current);
  expectClose(result?.statistic, expected.statistic, 'statistic', close);
  expect(result?.degreesOfFreedom).toBe(expected.degrees_of_freedom);
  expectClose(result?.p, expected.p, 'p', close);
  expectClose(result?.minimumExpected, expected.minimum_expected, 'minimum expected', close);
  expectClose(result?.cramersV, expected.cramers_v, "Cramér's V", close);
});

test.each(fixtures.proportions)('proportions $input equal the chi-square of their table', ({ input, z, p }) => {
  const result = twoProportionTest(...input);
  expectClose(result?.z, z, 'z', close);
  expectClose(result?.p, p, 'p', close);
});

test.each(fixtures.fisher)('the exact test of $input equals scipy’s', ({ input, two_sided, greater }) => {
  const [hits, rows, otherHits, otherRows] = input;
  const result = fisherExact({ hits, rows }, { hits: otherHits, rows: otherRows });
  expectClose(result?.twoSided, two_sided, 'two-sided p', { relative: 1e-7 });
  expectClose(result?.greater, greater, 'one-sided p', { relative: 1e-7 });
});

test('without rows on a side there is no statistic', () => {
  const [empty, some] = [Float64Array.of(Number.NaN), Float64Array.of(1, 2)];
  expect(kolmogorovSmirnov(empty, some)).toBeNull();
  expect(wassersteinDistance(some, empty)).toBeNull();
  expect(mannWhitney(some, empty)).toBeNull();
  expect(normalizedWassersteinDistance(Float64Array.of(1, 1), some)).toBeNull();
  expect(populationStabilityIndex([0, 0], [1, 2])).toBeNull();
  expect(jensenShannonDistance([1, 2], [0, 0])).toBeNull();
  expect(hellingerDistance([], [])).toBeNull();
  expect(chiSquareTest([3, 0], [5, 0])).toBeNull();
  expect(twoProportionTest(0, 0, 1, 2)).toBeNull();
  expect(fisherExact({ hits: 0, rows: 0 }, { hits: 1, rows: 2 })).toBeNull();
  expect(twoProportionTest(0, 5, 0, 9)).toEqual({ difference: 0, z: 0, p: 1 });
  expect(() => chiSquareTest([1], [1, 2])).toThrow(RangeError);
  expect(() => hellingerDistance([1], [1, 2])).toThrow(RangeError);
});

const table = fastCheck
  .array(fastCheck.tuple(fastCheck.nat(50), fastCheck.nat(50)), { minLength: 2, maxLength: 12 })
  .map((cells) => ({ first: [1, ...cells.map(([left]) => left)], second: [1, ...cells.map(([, right]) => right)] }));

test('distances of counts are symmetric, not negative, and zero for equal shares', () => {
  fastCheck.assert(
    fastCheck.property(table, ({ first, second }) => {
      for (const distance of [populationStabilityIndex, jensenShannonDistance, hellingerDistance]) {
        const value = distance(first, second) as number;
        expect(value).toBeGreaterThanOrEqual(0);
        expectClose(distance(second, first), value, 'swapped', { relative: 1e-9, absolute: 1e-12 });
        expect(
          distance(
            first,
            first.map((count) => 3 * count),
          ),
        ).toBeCloseTo(0, 7);
      }
      expect(jensenShannonDistance(first, second) as number).toBeLessThanOrEqual(1);
      expect(hellingerDistance(first, second) as number).toBeLessThanOrEqual(1);
    }),
  );
});

const sample = fastCheck.array(fastCheck.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 });

test('distances of values: symmetric, and a shift or scale acts as it must', () => {
  fastCheck.assert(
    fastCheck.property(sample, sample, fastCheck.integer({ min: 1, max: 9 }), (left, right, factor) => {
      const [first, second] = [Float64Array.from(left), Float64Array.from(right)];
      const distance = wassersteinDistance(first, second) as number;
      expectClose(wassersteinDistance(second, first), distance, 'swapped', { relative: 1e-12, absolute: 1e-12 });
      const scaled = wassersteinDistance(
        first.map((value) => value * factor + 7),
        second.map((value) => value * factor + 7),
      );
      expectClose(scaled, distance * factor, 'scaled', { relative: 1e-9, absolute: 1e-12 });
      const shifted = wassersteinDistance(
        first,
        first.map((value) => value + factor),
      );
      expectClose(shifted, factor, 'shifted', { relative: 1e-9 });
      expect(kolmogorovSmirnov(second, first, 'exact')).toEqual(kolmogorovSmirnov(first, second, 'exact'));
      const unit = standardDeviation(first) as number;
      if (unit > 0) expectClose(normalizedWassersteinDistance(first, second), distance / unit, 'normalised', close);
    }),
  );
});
