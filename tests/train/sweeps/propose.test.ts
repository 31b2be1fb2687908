import { expect, test } from 'vitest';
import { rankingMetric } from '../../../engine/train/metrics.ts';
import { gridProposer, type SearchedLearner, type SearchView } from '../../../engine/train/sweeps/propose.ts';
import type { TrialRecord } from '../../../engine/train/sweeps/trial.ts';

const linear: SearchedLearner = {
  name: 'linear',
  parameters: { C: 1, tolerance: 0.1 },
  space: { C: { kind: 'choice', values: [1, 10, 100] } },
};

/** Trials of these values of C, as far as a proposer looks at them. */
function viewOf(tried: readonly number[], hasTimeFor: SearchView['hasTimeFor'] = () => true): SearchView {
  const trials = tried.map((C) => ({ learner: 'linear', parameters: { C, tolerance: 0.1 } }) as unknown as TrialRecord);
  return { trials, folds: 2, metric: rankingMetric('binary'), hasTimeFor };
}

test('a grid goes on behind the trials of an earlier part, each point once', () => {
  const propose = gridProposer([linear], 5);
  const proposed = [[10], [10, 1], [10, 1, 100]].map((tried) => propose(viewOf(tried))?.parameters.C);
  expect(proposed).toEqual([1, 100, undefined]);
});

test('a learner that has no time now keeps its points', () => {
  const propose = gridProposer([linear], 5);
  expect(propose(viewOf([], () => false))).toBeUndefined();
  expect(propose(viewOf([]))).toEqual({ learner: 'linear', parameters: { C: 1, tolerance: 0.1 }, isReference: false });
});

test('a grid of more points than memory could hold begins at once', () => {
  const range = { kind: 'number', low: 0, high: 1 } as const;
  const space = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, range]));
  const propose = gridProposer([{ ...linear, space }], 1000);
  expect(propose(viewOf([]))?.parameters).toEqual({ C: 1, tolerance: 0.1, a: 0, b: 0, c: 0, d: 0 });
});
