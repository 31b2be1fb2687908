import { expect, test } from 'vitest';
import { breaksBound, effectiveLimits } from '../../engine/monitor/limits.ts';

const nothingSet = { bound: null, driftShare: null, minimumRows: null, retrain: null };
const limitsOf = (name: string, lowerIsBetter: boolean, holdout: number | null, stored = {}) =>
  effectiveLimits({ metric: { name, lowerIsBetter }, metrics: { [name]: holdout } }, { ...nothingSet, ...stored });

test('the bound comes from the holdout, by the kind of metric', () => {
  expect(limitsOf('r2', false, 0.87).bound).toBeCloseTo(0.72, 12);
  expect(limitsOf('roc_auc', false, 0.95).bound).toBeCloseTo(0.9, 12);
  expect(limitsOf('rmse', true, 2).bound).toBeCloseTo(2.5, 12);
  expect(limitsOf('r2', false, null).bound).toBe(0);
});

test('what a user has set goes before the defaults, also zero and false', () => {
  expect(limitsOf('r2', false, 0.87)).toMatchObject({ driftShare: 0.5, minimumRows: 30, retrain: false });
  const stored = { bound: 0, driftShare: 0, minimumRows: 5, retrain: true };
  expect(limitsOf('r2', false, 0.87, stored)).toEqual({ metric: 'r2', lowerIsBetter: false, ...stored });
});

test('a score may not fall below its bound, an error not rise above it', () => {
  const score = limitsOf('r2', false, 0.85);
  expect([0.69, 0.7, 0.71].map((value) => breaksBound(value, { ...score, bound: 0.7 }))).toEqual([true, false, false]);
  const error = limitsOf('rmse', true, 2);
  expect([2.4, 2.5, 2.6].map((value) => breaksBound(value, error))).toEqual([false, false, true]);
});
