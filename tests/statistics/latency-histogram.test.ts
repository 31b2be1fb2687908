import { expect, test } from 'vitest';
import { seededRandom, shuffle } from '../../engine/base/random.ts';
import {
  addLatencyPairs,
  latencyBin,
  latencyBins,
  latencyPairs,
  latencyQuantile,
} from '../../engine/statistics/latency-histogram.ts';

function counted(milliseconds: readonly number[]): Float64Array {
  const counts = new Float64Array(latencyBins);
  for (const each of milliseconds) addLatencyPairs(counts, [latencyBin(each), 1]);
  return counts;
}

/** Long-tailed, as latencies are: between 0.1 ms and some seconds. */
function latencies(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 0.1 * Math.exp(9 * random() ** 3));
}

test('quantiles are within 5 % of the exact ones', () => {
  const values = latencies(7, 20_000);
  const sorted = values.toSorted((one, other) => one - other);
  for (const share of [0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 1]) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1] as number;
    const estimate = latencyQuantile(counted(values), share) as number;
    expect(Math.abs(estimate / exact - 1)).toBeLessThan(0.0515);
  }
});

test('histograms of parts merge in any order to the one of all, which averages of quantiles would not', () => {
  const parts = [latencies(1, 5000), latencies(2, 50), Array.from({ length: 300 }, () => 900)];
  const whole = counted(parts.flat());
  const pairs = parts.map((part) => latencyPairs(counted(part)));
  for (const seed of [1, 2, 3]) {
    const merged = new Float64Array(latencyBins);
    for (const part of shuffle([...pairs], seededRandom(seed))) addLatencyPairs(merged, part);
    expect(merged).toEqual(whole);
  }
  const ofParts = parts.map((part) => latencyQuantile(counted(part), 0.95) as number);
  const average = ofParts.reduce((sum, quantile) => sum + quantile) / ofParts.length;
  expect(Math.abs(average / (latencyQuantile(whole, 0.95) as number) - 1)).toBeGreaterThan(0.1);
});

test('without requests there is no quantile; what is faster or slower than all bins is in the first or the last', () => {
  expect(latencyQuantile(new Float64Array(latencyBins), 0.5)).toBeNull();
  expect([latencyBin(0), latencyBin(1e-9), latencyBin(1e9)]).toEqual([0, 0, latencyBins - 1]);
});
