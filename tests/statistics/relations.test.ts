import { expect, test } from 'vitest';
import { type Categories, correlationRatio, cramersV } from '../../engine/statistics/association.ts';
import { averageRanks, pearsonCorrelation, spearmanCorrelation } from '../../engine/statistics/correlation.ts';
import {
  categoryInformation,
  entropy,
  mixedInformation,
  numberInformation,
} from '../../engine/statistics/mutual-information.ts';
import fixtures from '../fixtures/relations/relations.json' with { type: 'json' };

const categories = (codes: readonly number[]): Categories => ({
  codes: Int32Array.from(codes),
  levels: Math.max(...codes) + 1,
});

/** scikit-learn parts equal values by a random noise: its own figures differ by so much between seeds. */
const noisy = 0.03;

test.each(Object.entries(fixtures.numbers))('two numbers, %s: as scipy and scikit-learn', (_, pair) => {
  const left = Float64Array.from(pair.left);
  const right = Float64Array.from(pair.right);
  expect(pearsonCorrelation(left, right)).toBeCloseTo(pair.pearson, 6);
  expect(spearmanCorrelation(left, right)).toBeCloseTo(pair.spearman, 12);
  expect(Math.abs(numberInformation(left, right) - pair.information)).toBeLessThan(noisy);
});

test.each(Object.entries(fixtures.categories))('two categories, %s: as scipy and scikit-learn', (_, pair) => {
  const left = categories(pair.left);
  const right = categories(pair.right);
  expect(cramersV(left, right)).toBeCloseTo(pair.cramers_v, 10);
  expect(cramersV(right, left)).toBeCloseTo(pair.cramers_v, 10);
  expect(categoryInformation(left, right)).toBeCloseTo(pair.information, 12);
});

test.each(Object.entries(fixtures.mixed))('a category and a number, %s: as scipy and scikit-learn', (_, pair) => {
  const groups = categories(pair.categories);
  const values = Float64Array.from(pair.values);
  expect(correlationRatio(groups, values)).toBeCloseTo(pair.correlation_ratio, 10);
  expect(Math.abs(mixedInformation(groups, values) - pair.information)).toBeLessThan(noisy);
});

test('rows without both values are left out, and a constant has no correlation', () => {
  const left = Float64Array.from([1, 2, Number.NaN, 3, 4]);
  const right = Float64Array.from([2, 4, 100, Number.NaN, 8]);
  expect(pearsonCorrelation(left, right)).toBeCloseTo(1, 12);
  expect(spearmanCorrelation(left, right)).toBeCloseTo(1, 12);
  expect(pearsonCorrelation(left, new Float64Array(5).fill(7))).toBeNull();
  expect([...averageRanks(Float64Array.from([5, 1, 5, Number.NaN]))]).toEqual([2.5, 1, 2.5, Number.NaN]);
});

test('a category tells all of itself, and nothing of a constant', () => {
  const some = categories([0, 1, 2, 0, 1, 2, 0, 0]);
  expect(categoryInformation(some, some)).toBeCloseTo(entropy(some), 12);
  expect(cramersV(some, categories([0, 0, 0, 0, 0, 0, 0, 0]))).toBeNull();
});
