import { expect, test } from 'vitest';
import { didWorse } from '../../../engine/retrain/probation/verdict.ts';

const metric = { name: 'rmse', lowerIsBetter: true };
const found = { metric, rows: 100, champion: 1, version: 2, gain: -1 };

test.each([
  [[-2, -1], true],
  [[-2, 0], false],
  [[-2, 1], false],
  [[Number.NaN, Number.NaN], true],
  // As it comes back from the database.
  [JSON.parse('[null, null]') as number[], true],
  [null, false],
] as const)('with %s as the interval of its gain, that a version did worse is %s', (interval, isWorse) => {
  expect(didWorse({ ...found, interval: interval && [...interval] })).toBe(isWorse);
});
