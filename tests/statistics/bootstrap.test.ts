import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../engine/base/random.ts';
import {
  type BootstrapOptions,
  countedBootstrap,
  type MetricOfCounts,
  pairedBootstrapDifference,
} from '../../engine/statistics/bootstrap.ts';
import { normalQuantile } from '../../engine/statistics/special-functions.ts';

const normal = (random: Random) => normalQuantile(random() || 0.5);

function meanOf(values: number[]): MetricOfCounts {
  return (counts) => values.reduce((sum, value, row) => sum + (counts[row] as number) * value, 0) / values.length;
}

function intervalOf(rows: number, metric: MetricOfCounts, options: BootstrapOptions) {
  return countedBootstrap(rows, (counts) => ({ value: metric(counts) }), options).value ?? null;
}

test('the interval of a mean has its known width and covers the truth as often as it says', () => {
  const random = seededRandom(8);
  const trials = 200;
  let covered = 0;
  let width = 0;
  for (let trial = 0; trial < trials; trial++) {
    const sample = Array.from({ length: 60 }, () => normal(random));
    const interval = intervalOf(60, meanOf(sample), { random, repeats: 200, level: 0.9 });
    if (interval === null) throw new Error('a mean is always defined');
    covered += Number(interval.low <= 0 && interval.high >= 0);
    width += (interval.high - interval.low) / trials;
  }
  expect(covered / trials).toBeGreaterThan(0.83);
  expect(covered / trials).toBeLessThan(0.96);
  expect(width).toBeCloseTo((2 * 1.645) / Math.sqrt(60), 1);
});

test('one seed gives one interval; every metric is drawn from the same resamples', () => {
  const values = Array.from({ length: 40 }, (_, row) => row);
  const metrics = (counts: Int32Array) => {
    const mean = meanOf(values)(counts) as number;
    return { mean, doubled: 2 * mean, never: null };
  };
  const draw = () => countedBootstrap(40, metrics, { random: seededRandom(3), repeats: 100 });
  const first = draw();
  expect(draw()).toEqual(first);
  expect(first.doubled?.low).toBeCloseTo(2 * (first.mean?.low as number), 12);
  expect(first.mean?.repeats).toBe(100);
  expect(first.never).toBeNull();
});

test('a metric that is undefined too often has no interval', () => {
  const random = seededRandom(1);
  const onlyWithFirstRow = (counts: Int32Array) => ((counts[0] as number) > 0 ? 1 : null);
  const oftenDefined = intervalOf(20, onlyWithFirstRow, { random, repeats: 400 });
  expect(oftenDefined).toMatchObject({ low: 1, high: 1 });
  // A given row is missing from 36 % of the resamples.
  expect(oftenDefined?.repeats).toBeGreaterThan(210);
  expect(oftenDefined?.repeats).toBeLessThan(300);
  const rarelyDefined = (counts: Int32Array) => ((counts[0] as number) > 2 ? 1 : null);
  expect(intervalOf(20, rarelyDefined, { random })).toBeNull();
  expect(intervalOf(0, () => null, { random })).toBeNull();
});

test('a small but steady advantage shows in the paired difference only', () => {
  const random = seededRandom(6);
  const hardness = Array.from({ length: 300 }, () => 10 * normal(random));
  const champion = hardness.map((error) => error + 0.1 * normal(random));
  const challenger = hardness.map((error) => error - 0.1 + 0.1 * normal(random));
  const options = { random, repeats: 400 };
  const paired = pairedBootstrapDifference(300, meanOf(champion), meanOf(challenger), options);
  expect(paired.interval?.low).toBeGreaterThan(0);
  expect(paired.difference).toBeCloseTo(0.1, 1);
  expect(paired.shareFirstLarger).toBe(1);
  const alone = intervalOf(300, meanOf(champion), options);
  expect((alone?.high as number) - (alone?.low as number)).toBeGreaterThan(1);
  const same = pairedBootstrapDifference(300, meanOf(champion), meanOf(champion), options);
  expect(same).toMatchObject({ interval: { low: 0, high: 0 }, difference: 0, shareFirstLarger: 0.5 });
  const undefinedFirst = pairedBootstrapDifference(300, () => null, meanOf(champion), options);
  expect(undefinedFirst).toEqual({ difference: null, interval: null, shareFirstLarger: null });
});
