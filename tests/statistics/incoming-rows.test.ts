import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import {
  changedShares,
  countDeviation,
  exceedsShare,
  outsideMass,
  unseenMass,
} from '../../engine/statistics/incoming-rows.ts';

const options = { rate: 0.05, leastDifference: 0.02 };
const part = (hits: number, rows: number) => ({ hits, rows });

test('a share changed where chance does not bring it and it matters', () => {
  const verdicts = changedShares(
    [
      { before: part(10, 1000), now: part(100, 1000) },
      { before: part(100, 1000), now: part(104, 1000) },
      // Significant with so many rows, but of no consequence.
      { before: part(10_000, 1_000_000), now: part(12_000, 1_000_000) },
      { before: part(0, 1000), now: part(1000, 1000) },
      { before: part(500, 1000), now: part(0, 1000) },
      { before: part(0, 0), now: part(5, 10) },
    ],
    options,
  );
  expect(verdicts.map(({ isUnusual }) => isUnusual)).toEqual([true, false, false, true, true, false]);
  expect(verdicts[0]).toMatchObject({ share: 0.1, expected: 0.01 });
  expect(verdicts[5]).toMatchObject({ share: 0.5, expected: null });
});

test('over many unchanged columns hardly ever is one called changed, at every size', () => {
  const random = seededRandom(11);
  const drawn = (share: number, rows: number) => {
    let hits = 0;
    for (let row = 0; row < rows; row++) if (random() < share) hits++;
    return part(hits, rows);
  };
  let alarms = 0;
  const rounds = 200;
  for (let round = 0; round < rounds; round++) {
    const pairs = Array.from({ length: 20 }, (_, column) => ({
      before: drawn((column + 1) / 30, 500),
      now: drawn((column + 1) / 30, 200 + 20 * (round % 20)),
    }));
    if (changedShares(pairs, { rate: 0.05, leastDifference: 0 }).some(({ isUnusual }) => isUnusual)) alarms++;
  }
  expect(alarms / rounds).toBeLessThanOrEqual(0.08);
});

test('a share exceeds what is expected by more than chance and by a least difference', () => {
  const exceeds = (hits: number, rows: number, expected: number) =>
    exceedsShare(part(hits, rows), expected, { level: 0.95, leastDifference: 0.02 }).isUnusual;
  expect(exceeds(0, 100, 0)).toBe(false);
  expect(exceeds(2, 100, 0)).toBe(true);
  expect(exceeds(1, 1000, 0)).toBe(false);
  expect(exceeds(60, 1000, 0.05)).toBe(false);
  expect(exceeds(100, 1000, 0.05)).toBe(true);
  expect(exceedsShare(part(0, 0), 0, { level: 0.95, leastDifference: 0 })).toMatchObject({
    share: null,
    isUnusual: false,
  });
});

test('the share of unseen values is that of those seen once; it foretells those of more rows', () => {
  expect(unseenMass(['a', 'a', 'b', null, 'c'])).toBe(0.5);
  expect(unseenMass([null])).toBeNull();
  const random = seededRandom(5);
  const drawn = (rows: number) => Array.from({ length: rows }, () => String(Math.floor(400 * random() ** 3)));
  const seen = drawn(2000);
  const known = new Set(seen);
  const further = drawn(20_000);
  const unseen = further.filter((value) => !known.has(value)).length / further.length;
  expect(Math.abs((unseenMass(seen) as number) - unseen)).toBeLessThan(0.01);
});

test('numbers outside of the range of earlier ones are as many as their count foretells', () => {
  const random = seededRandom(9);
  let outside = 0;
  for (let round = 0; round < 4000; round++) {
    const values = Array.from({ length: 9 }, random);
    const next = random();
    if (next < Math.min(...values) || next > Math.max(...values)) outside++;
  }
  expect(Math.abs(outside / 4000 - outsideMass(9))).toBeLessThan(0.02);
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
