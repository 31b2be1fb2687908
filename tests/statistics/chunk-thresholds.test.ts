import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { chunkThresholds } from '../../engine/statistics/chunk-thresholds.ts';
import { chunkScoresOf, driftOfColumn } from '../../engine/statistics/drift.ts';
import { expectClose } from './close-to.ts';
import { drawn, texts } from './drift-columns.ts';
import { fixtureFolder } from './reference-samples.ts';

interface Case {
  name: string;
  figures: (number | null)[];
  limits: [number, number | null];
  lower: number | null;
  upper: number | null;
}
const cases = JSON.parse(readFileSync(join(fixtureFolder, 'nannyml', 'thresholds.json'), 'utf8')) as Case[];

test.each(cases)('$name: the thresholds of NannyML', ({ figures, limits: [least, most], lower, upper }) => {
  const limits = [least, most ?? Number.POSITIVE_INFINITY] as const;
  const found = chunkThresholds(
    Float64Array.from(figures, (figure) => figure ?? Number.NaN),
    { limits },
  );
  for (const [bound, expected] of [
    [found.lower, lower],
    [found.upper, upper],
  ] as const) {
    if (expected === null) expect(bound).toBeNull();
    else expectClose(bound, expected, 'bound', { relative: 1e-12, absolute: 1e-15 });
  }
});

test('without a figure there is no threshold', () => {
  expect(chunkThresholds(new Float64Array())).toEqual({ lower: null, upper: null });
});

test('a column that wanders in the reference may wander on, one that stood still may not', () => {
  const random = seededRandom(3);
  const wandering = drawn(3000, (row) => Math.floor(row / 300) + random());
  const still = drawn(3000, () => random());
  const later = (from: number) => drawn(300, () => from + random());
  const judge = (reference: typeof still, current: typeof still) =>
    driftOfColumn(reference, current, { chunkScores: chunkScoresOf(reference, current.values.length) });
  expect(judge(wandering, later(4))).toMatchObject({ verdict: 'stable', thresholds: 'chunks', samplingLimit: null });
  expect(judge(still, later(0))).toMatchObject({ verdict: 'stable', thresholds: 'chunks' });
  const moved = judge(still, later(0.2));
  expect(moved).toMatchObject({ verdict: 'drifted', reasons: ['distribution'] });
  expect(moved.threshold, 'a column that stood still has a low threshold').toBeLessThan(0.2);
  expect(driftOfColumn(wandering, later(4)).verdict, 'of which the fixed threshold knows nothing').toBe('drifted');
  const names = texts(3000, (row) => (row % 3 === 0 ? 'a' : 'b'));
  expect(
    driftOfColumn(
      names,
      texts(300, () => 'a'),
      { chunkScores: chunkScoresOf(names, 300) },
    ).verdict,
  ).toBe('drifted');
});
