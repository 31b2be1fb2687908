import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import {
  countAtMost,
  histogram,
  mean,
  median,
  presentValues,
  quantileOfSorted,
  quantiles,
  standardDeviation,
  variance,
} from '../../engine/statistics/summary.ts';

test('mean and variance leave missing values out and keep their digits far from zero', () => {
  const values = Float64Array.of(4, Number.NaN, 7, 13, 16);
  expect(mean(values)).toBe(10);
  expect(variance(values)).toBe(22.5);
  expect(variance(values, 1)).toBe(30);
  expect(standardDeviation(values, 1)).toBeCloseTo(Math.sqrt(30), 14);
  const far = values.map((value) => value + 1e9);
  expect(mean(far)).toBe(1e9 + 10);
  expect(variance(far, 1)).toBe(30);
});

test('too few values give null', () => {
  const none = Float64Array.of(Number.NaN);
  expect([mean(none), variance(none), median(none), standardDeviation(none)]).toEqual([null, null, null, null]);
  expect(variance(Float64Array.of(3), 1)).toBeNull();
  expect(variance(Float64Array.of(3))).toBe(0);
  expect(() => quantileOfSorted([], 0.5)).toThrow(RangeError);
  expect(() => quantileOfSorted([1], 1.1)).toThrow(RangeError);
  const full = Float64Array.of(1, 2);
  expect(presentValues(full)).toBe(full);
});

test('quantiles are of type 7', () => {
  // numpy.quantile([1, 2, 4, 8], [0, .1, .5, .9, 1])
  const result = quantiles(Float64Array.of(8, 1, Number.NaN, 4, 2), [0, 0.1, 0.5, 0.9, 1]);
  expect(result).toEqual([1, 1.3, 3, 6.800000000000001, 8]);
});

test('a quantile lies between its neighbours, and quantiles rise', () => {
  const sample = fastCheck.array(fastCheck.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
    minLength: 1,
    maxLength: 40,
  });
  const share = fastCheck.double({ min: 0, max: 1, noNaN: true });
  fastCheck.assert(
    fastCheck.property(sample, share, share, (values, left, right) => {
      const sorted = Float64Array.from(values).sort();
      const [low, high] = [left, right].sort((a, b) => a - b).map((place) => quantileOfSorted(sorted, place));
      expect(low as number).toBeLessThanOrEqual((high as number) + 1e-6);
      expect(low as number).toBeGreaterThanOrEqual(sorted[0] as number);
      expect(high as number).toBeLessThanOrEqual(sorted.at(-1) as number);
    }),
  );
});

test('a histogram has half-open bins, the last one closed', () => {
  const values = Float64Array.of(-1, 0, 0.5, 1, 1.5, 2, 2.1, Number.NaN);
  expect(histogram(values, [0, 1, 2])).toEqual([2, 3]);
  expect(() => histogram(values, [0])).toThrow(RangeError);
  expect(countAtMost([1, 2, 2, 3], 2)).toBe(3);
});
