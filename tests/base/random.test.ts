import { expect, test } from 'vitest';
import { seededRandom, shuffle } from '../../engine/base/random.ts';

test('a seed gives the same numbers, another seed others', () => {
  const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
  expect(take(1)).toEqual(take(1));
  expect(take(1)).not.toEqual(take(2));
});

test('numbers are uniform in [0, 1): chi-square of 20 bins stays under its 99.9 % quantile', () => {
  const random = seededRandom(42);
  const bins = new Array<number>(20).fill(0);
  for (let draw = 0; draw < 100_000; draw++) {
    const bin = Math.floor(random() * 20);
    bins[bin] = (bins[bin] as number) + 1;
  }
  const chiSquare = bins.reduce((sum, observed) => sum + (observed - 5000) ** 2 / 5000, 0);
  expect(chiSquare).toBeLessThan(43.82);
});

test('shuffle keeps every item and moves them', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = shuffle([...items], seededRandom(7));
  expect(shuffled).not.toEqual(items);
  expect(shuffled.toSorted((one, other) => one - other)).toEqual(items);
});
