import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { sortFloats } from '../../engine/statistics/radix-sort.ts';

const random = seededRandom(8);
const kinds: Record<string, (row: number) => number> = {
  'signed numbers of all sizes': () => (random() - 0.5) * 10 ** Math.floor(random() * 600 - 300),
  'whole numbers': () => Math.floor(random() * 2000) - 1000,
  'few values': () => Math.floor(random() * 3),
  'the smallest and largest numbers': (row) =>
    [Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE, 0][row % 5] as number,
  'falling numbers': (row) => -row,
};

test.each(Object.entries(kinds))('%s come out as a comparison sort has them', (_, draw) => {
  for (const rows of [0, 1, 2047, 5000, 3000]) {
    const values = Float64Array.from({ length: rows }, (_, row) => draw(row));
    const expected = values.slice().sort((one, other) => one - other);
    expect(sortFloats(values)).toBe(values);
    expect(values).toEqual(expected);
  }
});

test('only the given part of a larger array is sorted', () => {
  const all = Float64Array.from({ length: 6000 }, (_, row) => 6000 - row);
  sortFloats(all.subarray(1000, 5000));
  expect([all[0], all[999], all[1000], all[4999], all[5000]]).toEqual([6000, 5001, 1001, 5000, 1000]);
});
