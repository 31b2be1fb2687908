import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../../engine/base/random.ts';
import { conceptChanges } from '../../../engine/monitor/performance/concept-changes.ts';
import type { Judged } from '../../../engine/train/for-jobs.ts';

const day = 86_400_000;

/** Answers that are wrong, or off, by chance; from a row on by more. */
const kinds: Record<string, (rows: number, random: Random, since?: number) => Judged> = {
  'wrong classes': (rows, random, since = rows) => classes(rows, random, since, [0.3, 0.45]),
  'rarely wrong classes': (rows, random, since = rows) => classes(rows, random, since, [0.03, 0.1]),
  'errors of numbers': (rows, random, since = rows) => ({
    task: 'regression',
    classes: [],
    threshold: 0.5,
    answers: { values: new Float64Array(rows) },
    target: Float64Array.from({ length: rows }, (_, row) => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return normal * (row >= since ? 1.5 : 1);
    }),
  }),
};

function classes(rows: number, random: Random, since: number, rates: [number, number]): Judged {
  const target = Float64Array.from({ length: rows }, (_, row) => Number(random() < rates[row >= since ? 1 : 0]));
  return {
    task: 'binary',
    classes: ['right', 'wrong'],
    threshold: 0.5,
    answers: { values: Float64Array.from({ length: 2 * rows }, (_, cell) => Number(cell % 2 === 0)) },
    target,
  };
}

/** ADWIN keeps older rows in large summaries, and drops a change with the whole of one. */
const tolerance = { adwin: 4, page_hinkley: 20, change_point: 20 };

const times = (rows: number) => Float64Array.from({ length: rows }, (_, row) => row * day);

test.each([
  ['wrong classes', 500],
  ['wrong classes', 3000],
  ['rarely wrong classes', 500],
  ['rarely wrong classes', 3000],
  ['errors of numbers', 500],
  ['errors of numbers', 3000],
  ['errors of numbers', 20_000],
] as const)(
  'where nothing changed, no more than one of 20 streams tells of a change: %s, %i rows',
  (kind, rows) => {
    let alarms = 0;
    for (let seed = 0; seed < 200; seed++) {
      const judged = (kinds[kind] as (typeof kinds)[string])(rows, seededRandom(1000 + seed));
      alarms += Number(conceptChanges(judged, times(rows)).length > 0);
    }
    expect(alarms / 200).toBeLessThanOrEqual(0.05);
  },
  60_000,
);

test.each(Object.keys(kinds))('all detectors find a change, near where it is, in event time: %s', (kind) => {
  const rows = 8000;
  const judged = (kinds[kind] as (typeof kinds)[string])(rows, seededRandom(5), rows / 2);
  const changes = conceptChanges(judged, times(rows));
  expect(new Set(changes.map(({ detector }) => detector))).toEqual(new Set(['adwin', 'page_hinkley', 'change_point']));
  for (const { at, before, after, detector } of changes) {
    expect(Math.abs(Date.parse(at) / day - rows / 2)).toBeLessThan(rows / tolerance[detector]);
    expect(after).toBeGreaterThan(before as number);
  }
});

test('the order of the rows does not matter, their event times do', () => {
  const rows = 4000;
  const judged = (kinds['wrong classes'] as (typeof kinds)[string])(rows, seededRandom(9), rows / 2);
  const backwards = { ...judged, target: judged.target.slice().reverse() };
  const reversed = times(rows).reverse();
  expect(conceptChanges(backwards, reversed)).toEqual(conceptChanges(judged, times(rows)));
});

test('few rows, and errors that are all the same, tell of nothing', () => {
  const judged = (kinds['wrong classes'] as (typeof kinds)[string])(99, seededRandom(1), 50);
  expect(conceptChanges(judged, times(99))).toEqual([]);
  const right = classes(2000, () => 0.9, 2000, [0, 0]);
  expect(conceptChanges(right, times(2000))).toEqual([]);
});
