import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import {
  changedShare,
  countDeviation,
  exceedingShare,
  outsideMass,
  unseenMass,
  unusualShares,
} from '../../engine/statistics/incoming-rows.ts';

const part = (hits: number, rows: number) => ({ hits, rows });

test('a share changed where chance does not bring it and it matters', () => {
  const tests = [
    changedShare(part(10, 1000), part(100, 1000)),
    changedShare(part(100, 1000), part(104, 1000)),
    // Significant with so many rows, but of no consequence.
    changedShare(part(10_000, 1_000_000), part(12_000, 1_000_000)),
    changedShare(part(0, 1000), part(1000, 1000)),
    changedShare(part(500, 1000), part(0, 1000)),
    changedShare(part(0, 0), part(5, 10)),
  ];
  const unusual = unusualShares(tests, { rate: 0.05, leastDifference: 0.02 });
  expect(unusual).toEqual([true, false, false, true, true, false]);
  expect(tests[0]).toMatchObject({ share: 0.1, expected: 0.01 });
  expect(tests[5]).toEqual({ share: 0.5, expected: null, p: null });
});

test('a share exceeds what is expected by more than chance and by a least difference', () => {
  const exceeds = (hits: number, rows: number, known: { hits: number; rows: number }) => {
    const one = exceedingShare({ share: known.hits / known.rows, known }, part(hits, rows));
    return unusualShares([one], { rate: 0.05, leastDifference: 0.02 })[0];
  };
  expect(exceeds(0, 100, part(0, 1000))).toBe(false);
  expect(exceeds(2, 100, part(0, 1000))).toBe(true);
  // As many rows do not know the share well enough.
  expect(exceeds(2, 100, part(0, 100))).toBe(false);
  expect(exceeds(1, 1000, part(0, 1000))).toBe(false);
  expect(exceeds(60, 1000, part(500, 10_000))).toBe(false);
  expect(exceeds(100, 1000, part(500, 10_000))).toBe(true);
  expect(exceedingShare({ share: 0, known: part(0, 9) }, part(0, 0))).toEqual({ share: null, expected: 0, p: null });
});

test('the share of unseen values is that of those seen once; it foretells those of more rows', () => {
  expect(unseenMass(['b', null, 'c', 'd', 'd', 'd'])).toEqual({ share: 0.4, known: part(2, 5) });
  // One value that was seen twice beside two that were seen once: as if from half as many rows.
  expect(unseenMass(['a', 'a', 'b', null, 'c'])).toEqual({ share: 0.5, known: part(1, 2) });
  expect(unseenMass([null])).toBeNull();
  const random = seededRandom(5);
  const drawn = (rows: number) => Array.from({ length: rows }, () => String(Math.floor(400 * random() ** 3)));
  const seen = drawn(2000);
  const known = new Set(seen);
  const further = drawn(20_000);
  const unseen = further.filter((value) => !known.has(value)).length / further.length;
  expect(Math.abs((unseenMass(seen)?.share ?? 1) - unseen)).toBeLessThan(0.01);
});

test('numbers outside of the range of earlier ones are as many as their count foretells', () => {
  const random = seededRandom(9);
  let outside = 0;
  for (let round = 0; round < 4000; round++) {
    const values = Array.from({ length: 9 }, random);
    const next = random();
    if (next < Math.min(...values) || next > Math.max(...values)) outside++;
  }
  expect(Math.abs(outside / 4000 - outsideMass(9).share)).toBeLessThan(0.02);
});

test('a count is told in robust deviations, of which one outlier takes nothing', () => {
  const usual = [100, 104, 96, 101, 99, 5000, 98];
  expect(countDeviation(100, usual)).toEqual({ usual: 100, deviations: 0 });
  expect(countDeviation(0, usual)?.deviations).toBe(-10);
  expect(countDeviation(160, usual)?.deviations).toBe(6);
  // Equal counts still vary as counts do.
  expect(countDeviation(112, [100, 100, 100])?.deviations).toBeCloseTo(1.2, 12);
  expect(countDeviation(3, [0, 0, 0])?.deviations).toBe(3);
  expect(countDeviation(3, [])).toBeNull();
});
