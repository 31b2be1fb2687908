import { expect, test } from 'vitest';
import { selectBlend } from '../../../engine/train/auto/select-blend.ts';
import { chooseBest, chooseSimplest, summariseFolds } from '../../../engine/train/sweeps/choose.ts';
import { promotable, rungShares } from '../../../engine/train/sweeps/halving.ts';
import { expectedSeconds, wallSeconds } from '../../../engine/train/sweeps/timing.ts';
import type { TrialRecord } from '../../../engine/train/sweeps/trial.ts';

const auc = { name: 'roc_auc', lowerIsBetter: false };
const rmse = { name: 'rmse', lowerIsBetter: true };
const one = (trial: number, learnerRank: number, folds: (number | null)[], size = 100) => ({
  trial,
  learnerRank,
  folds,
  size,
});

test('a mean has the standard error of its folds', () => {
  expect(summariseFolds([1, 2, 3])).toEqual({ score: 2, standardError: expect.closeTo(1 / Math.sqrt(3), 12) });
  expect(summariseFolds([0.5])).toEqual({ score: 0.5, standardError: 0 });
});

test('the simplest within one standard error is an earlier learner, or a smaller model', () => {
  const linear = one(1, 1, [0.8, 0.82, 0.81]);
  const trees = one(2, 3, [0.79, 0.85, 0.82]);
  const smaller = one(3, 3, [0.79, 0.84, 0.82], 50);
  const bad = one(4, 0, [0.5, 0.5, 0.5]);
  const all = [bad, linear, trees, smaller];
  expect(chooseBest(all, auc)?.trial).toBe(2);
  expect(chooseSimplest(all, trees, auc).trial).toBe(1);
  expect(chooseSimplest([bad, trees, smaller], trees, auc).trial).toBe(3);
  expect(chooseSimplest([bad, trees], trees, auc).trial).toBe(2);
});

test('less is better where the metric says so', () => {
  expect(chooseBest([one(1, 1, [2, 3]), one(2, 2, [1, 2])], rmse)?.trial).toBe(2);
  expect(chooseBest([], rmse)).toBeUndefined();
});

test('a trial that missed folds wins only by more than one standard error on those it has', () => {
  const whole = one(1, 1, [0.8, 0.9, 0.85]);
  expect(chooseBest([whole, one(2, 3, [0.82, null, null])], auc)?.trial).toBe(1);
  expect(chooseBest([whole, one(2, 3, [0.9, null, null])], auc)?.trial).toBe(2);
});

test('rungs leave enough to measure', () => {
  expect(rungShares('rows', 5000)).toEqual([1 / 9, 1 / 3]);
  expect(rungShares('rows', 1000)).toEqual([1 / 3]);
  expect(rungShares('rows', 500)).toEqual([]);
  expect(rungShares('rounds', 100)).toEqual([1 / 9, 1 / 3]);
  expect(rungShares('rounds', 3)).toEqual([]);
});

test('the best third of a rung goes on as soon as it is known, and each once', () => {
  const standing = (trial: number, score: number | null, promoted = false) => ({ trial, score, promoted });
  expect(promotable([standing(1, 0.7), standing(2, 0.8)], true)).toBeUndefined();
  expect(promotable([standing(1, 0.7), standing(2, 0.8), standing(3, 0.6)], true)).toBe(2);
  expect(promotable([standing(1, 0.7), standing(2, 0.8), standing(3, 0.6)], false)).toBe(3);
  expect(promotable([standing(1, 0.7), standing(2, 0.8, true), standing(3, 0.6)], true)).toBeUndefined();
  expect(promotable([standing(1, null), standing(2, 0.8)], true, true)).toBe(2);
  expect(promotable([standing(1, null)], true, true)).toBeUndefined();
});

test('a blend is found that is better than its members, and nothing is added for nothing', async () => {
  const truth = [1, 2, 3, 4];
  const score = (answers: Float64Array) =>
    -answers.reduce((sum, value, row) => sum + (value - (truth[row] ?? 0)) ** 2, 0);
  const candidates = [
    { trial: 3, answers: Float64Array.from([2, 3, 4, 5]) },
    { trial: 7, answers: Float64Array.from([0, 1, 2, 3]) },
    { trial: 9, answers: Float64Array.from([9, 9, 9, 9]) },
  ];
  const blend = await selectBlend(candidates, score);
  expect(blend).toEqual({
    members: [
      { trial: 3, weight: 0.5 },
      { trial: 7, weight: 0.5 },
    ],
    score: expect.closeTo(0, 12),
  });
  const perfect = await selectBlend([{ trial: 1, answers: Float64Array.from(truth) }, ...candidates], score);
  expect(perfect?.members).toEqual([{ trial: 1, weight: 1 }]);
  expect(await selectBlend(candidates, () => null)).toBeUndefined();
});

test('a fit is expected to take what others of its learner took, or its own share of it', () => {
  const trial = (learner: string, evaluations: TrialRecord['evaluations']): TrialRecord => ({
    number: 1,
    learner,
    parameters: {},
    isReference: false,
    state: 'complete',
    evaluations,
    startedAfter: 0,
    why: null,
    size: null,
  });
  const whole = trial('trees', [{ fold: 0, share: 1, score: 1, seconds: 2 }]);
  const third = trial('trees', [{ fold: 0, share: 1 / 3, score: 1, seconds: 3 }]);
  expect(expectedSeconds([], 'trees')).toBe(0);
  expect(expectedSeconds([whole], 'trees')).toBeCloseTo(2.4, 12);
  expect(expectedSeconds([whole], 'trees', third)).toBeCloseTo(10.8, 12);
  expect(expectedSeconds([whole], 'linear')).toBe(0);
  expect(wallSeconds(5, 2, 3)).toBe(9);
});
