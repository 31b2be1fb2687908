import { describe, expect, test } from 'vitest';
import { kolmogorovSmirnovOfSorted } from '../../../engine/statistics/kolmogorov-smirnov.ts';
import { sketchOfColumn } from '../../../engine/statistics/profile/column-sketch.ts';
import {
  deviationOfSketch,
  kolmogorovSmirnovOfSketches,
  meanOfSketch,
  quantileOfSketch,
  wassersteinOfSketches,
} from '../../../engine/statistics/profile/estimates.ts';
import type { NumberSketch } from '../../../engine/statistics/profile/number-sketch.ts';
import { mean, standardDeviation } from '../../../engine/statistics/summary.ts';
import { wassersteinDistanceOfSorted } from '../../../engine/statistics/wasserstein.ts';
import { normals, numbers, preparedOf } from './samples.ts';

const cases: [name: string, reference: number[], current: number[]][] = [
  ['the same law', normals(5000, 1), normals(3000, 2)],
  ['far from zero', normals(5000, 1, 1e6, 3), normals(3000, 2, 1e6 + 1, 3)],
  ['a moved mean', normals(5000, 1), normals(3000, 2, 0.5)],
  ['a wider spread', normals(5000, 1), normals(3000, 2, 0, 3)],
  ['a long tail', normals(5000, 1).map(Math.exp), normals(3000, 2, 0, 2).map(Math.exp)],
  ['whole numbers', normals(5000, 1, 20, 4).map(Math.round), normals(3000, 2, 22, 4).map(Math.round)],
  ['mostly zeros', normals(5000, 1).map((x) => Math.max(0, x - 1)), normals(3000, 2).map((x) => Math.max(0, x - 0.5))],
  ['a constant', new Array(100).fill(7), [...new Array(50).fill(7), ...new Array(50).fill(8)]],
  ['a few rows', [3, 1, 2], [4, 4, 10]],
];

function sketches(reference: number[], current: number[]): [NumberSketch, NumberSketch] {
  const prepared = preparedOf(numbers('x', reference));
  const sketch = (values: number[]) => sketchOfColumn(prepared, numbers('x', values)) as NumberSketch;
  return [sketch(reference), sketch(current)];
}

function sorted(values: number[]): Float64Array {
  return Float64Array.from(values).sort();
}

describe.each(cases)('of %s', (_, reference, current) => {
  const [first, second] = sketches(reference, current);

  test('quantiles are within their stated error', () => {
    const exact = sorted(current);
    for (let percent = 0; percent <= 100; percent++) {
      const found = quantileOfSketch(second, percent / 100);
      const expected = exact[Math.floor((percent / 100) * (exact.length - 1))] as number;
      expect(Math.abs((found?.value as number) - expected)).toBeLessThanOrEqual((found?.error as number) + 1e-12);
    }
  });

  test('the error is at most 2.1 % of the distance from the median, plus a thousandth of the spread', () => {
    const { centre, scale } = first.prepared.bins;
    for (const share of [0.01, 0.1, 0.5, 0.9, 0.99]) {
      const found = quantileOfSketch(second, share);
      const distance = Math.abs((found?.value as number) - centre);
      expect(found?.error).toBeLessThanOrEqual(0.021 * distance + 0.001 * scale);
    }
  });

  test('the Kolmogorov-Smirnov statistic is', () => {
    const found = kolmogorovSmirnovOfSketches(first, second);
    const exact = kolmogorovSmirnovOfSorted(sorted(reference), sorted(current))?.statistic as number;
    expect(found?.value).toBeLessThanOrEqual(exact + 1e-12);
    expect(exact - (found?.value as number)).toBeLessThanOrEqual((found?.error as number) + 1e-12);
  });

  test('the Wasserstein distance is', () => {
    const found = wassersteinOfSketches(first, second);
    const exact = wassersteinDistanceOfSorted(sorted(reference), sorted(current)) as number;
    expect(Math.abs((found?.value as number) - exact)).toBeLessThanOrEqual(
      (found?.error as number) * (1 + 1e-9) + 1e-9,
    );
  });

  test('the mean is', () => {
    const found = meanOfSketch(second);
    const exact = mean(sorted(current)) as number;
    expect(Math.abs((found?.value as number) - exact)).toBeLessThanOrEqual(
      (found?.error as number) * (1 + 1e-9) + 1e-9,
    );
  });
});

test('on a bell-shaped column of 5,000 rows the errors are small', () => {
  const [first, second] = sketches(normals(5000, 1), normals(5000, 2, 0.3));
  const exact = kolmogorovSmirnovOfSorted(sorted(normals(5000, 1)), sorted(normals(5000, 2, 0.3)))?.statistic as number;
  expect(kolmogorovSmirnovOfSketches(first, second)?.error).toBeLessThan(0.025);
  expect(Math.abs((kolmogorovSmirnovOfSketches(first, second)?.value as number) - exact)).toBeLessThan(0.005);
  expect(wassersteinOfSketches(first, second)?.error).toBeLessThan(0.05);
  const deviation = standardDeviation(sorted(normals(5000, 2, 0.3))) as number;
  expect(Math.abs((deviationOfSketch(second) as number) - deviation)).toBeLessThan(0.01);
});

test('infinite values count as the least and the greatest', () => {
  const [first, second] = sketches([1, 2, 3], [Number.NEGATIVE_INFINITY, 2, Number.POSITIVE_INFINITY, 3]);
  expect(second).toMatchObject({
    positiveInfinite: 1,
    negativeInfinite: 1,
    below: 1,
    above: 1,
    minimum: 2,
    maximum: 3,
  });
  const found = kolmogorovSmirnovOfSketches(first, second);
  const exact = kolmogorovSmirnovOfSorted(
    sorted([1, 2, 3]),
    sorted([Number.NEGATIVE_INFINITY, 2, Number.POSITIVE_INFINITY, 3]),
  )?.statistic as number;
  expect(exact - (found?.value as number)).toBeLessThanOrEqual((found?.error as number) + 1e-12);
  expect(meanOfSketch(second)?.value).toBeCloseTo(2.5, 1);
});

test('without values there is nothing to estimate', () => {
  const [first, second] = sketches([1, 2], [Number.NaN]);
  expect(second.missing).toBe(1);
  expect(quantileOfSketch(second, 0.5)).toBeNull();
  expect(meanOfSketch(second)).toBeNull();
  expect(kolmogorovSmirnovOfSketches(first, second)).toBeNull();
  expect(wassersteinOfSketches(first, second)).toBeNull();
});
