import { expect, test } from 'vitest';
import { compareWithGolden, graphAnswers, isAtBorder } from '../../engine/package/golden-comparison.ts';
import type { GoldenSet } from '../../engine/package/golden-set.ts';

const golden: GoldenSet = {
  format: 1,
  inputs: ['x'],
  rows: [[1], [2], [3]],
  outputs: [[0.7, 0.3], [0.500004, 0.499996], [Number.NaN, 1].map((value) => (Number.isFinite(value) ? value : null))],
  labels: ['a', 'a', 'b'],
};

test('answers are those of the golden set to 1e-5, with every label exactly', () => {
  const same = graphAnswers(Float32Array.of(0.7, 0.3, 0.500004, 0.499996, Number.NaN, 1), ['a', 'a', 'b'], 3);
  expect(compareWithGolden(golden, same)).toEqual({ faults: [], largest: expect.closeTo(0, 7) });
  const others = graphAnswers(Float32Array.of(0.7, 0.31, 0.500004, 0.499996, 0, 1), ['a', 'b', 'b'], 3);
  expect(compareWithGolden(golden, others).faults.map(({ kind, row }) => [kind, row])).toEqual([
    ['output', 0],
    ['label', 1],
    ['output', 2],
  ]);
});

test('a label is at the border where the tolerance covers another one', () => {
  expect([0, 1, 2].map((row) => isAtBorder(golden, row, undefined))).toEqual([false, true, false]);
  expect([0, 1, 2].map((row) => isAtBorder(golden, row, 0.3))).toEqual([true, false, false]);
});
