import { describe, expect, test } from 'vitest';
import type { Run } from '../../engine/contract/train.ts';
import { modelName } from '../../renderer/train/model-name.ts';
import {
  bestRun,
  describeParameters,
  describeRowIdentity,
  describeSplit,
  headlineOf,
  metricRange,
  rankRuns,
  splitHeadline,
} from '../../renderer/train/run-words.ts';

function run(parts: Partial<Run>): Run {
  return {
    id: 'run_1',
    number: 1,
    learner: 'linear',
    params: {},
    status: 'succeeded',
    task: 'regression',
    target: 'ridership',
    dataset: { name: 'ridership', version: 3, identity: 'sha256:0' },
    rows: { training: 859, holdout: 215, dropped: 0 },
    metrics: {},
    intervals: {},
    metric: { name: 'r2', lowerIsBetter: false },
    seconds: 0.2,
    createdAt: '2026-01-01T00:00:00Z',
    jobId: 'job_1',
    name: null,
    archived: false,
    holdoutLooks: 0,
    ...parts,
  };
}

const linear = run({ metrics: { r2: 0.873, rmse: 2.146 }, intervals: { rmse: [1.3, 2.83] } });
const baseline = run({ id: 'run_0', learner: 'baseline', metrics: { r2: 0, rmse: 6.023 } });

describe('the headline', () => {
  test('says how much error is gone, with its interval', () => {
    const headline = headlineOf(linear, baseline);
    expect(headline.before + headline.figure + headline.after).toBe(
      'linear cuts the error by 64 % against always guessing the mean',
    );
    expect(headline.detail).toContain('95 % interval 53 to 78 %.');
    expect(headline.detail).toContain('off by 2.15 (root mean square) instead of 6.02, on 215 held-out rows');
  });

  test('does not boast where the interval reaches nothing', () => {
    const weak = run({ metrics: { r2: 0.02, rmse: 5.9 }, intervals: { rmse: [5.5, 6.3] } });
    expect(headlineOf(weak, baseline).figure).toBe('not clearly better');
  });

  test('counts wrong classes', () => {
    const parts = { task: 'multiclass' as const, metric: { name: 'log_loss', lowerIsBetter: true } };
    const good = run({ ...parts, metrics: { accuracy: 0.97, log_loss: 0.1 }, intervals: { accuracy: [0.93, 1] } });
    const guess = run({ ...parts, learner: 'baseline', metrics: { accuracy: 0.44, log_loss: 1.05 } });
    const headline = headlineOf(good, guess);
    expect(headline.before + headline.figure + headline.after).toBe(
      'linear makes 95 % fewer errors than always guessing the most frequent class',
    );
  });

  test('needs no baseline', () => {
    expect(headlineOf(linear, undefined).figure).toBe('R² 0.873');
  });
});

test('runs are ranked by their metric, those without a value last', () => {
  const lost = run({ id: 'lost', metrics: { r2: null } });
  expect(rankRuns([lost, baseline, linear]).map((one) => one.id)).toEqual(['run_1', 'run_0', 'lost']);
  expect(bestRun([baseline])).toBeUndefined();
  const found = (id: string, score: number, r2: number) =>
    run({ id, metrics: { r2 }, search: { sweep: 'swp_1', roles: ['best'], score, standardError: null } });
  expect(bestRun([found('lucky', 0.7, 0.9), found('chosen', 0.8, 0.85)])?.id).toBe('chosen');
});

test('an error axis begins at zero and holds the largest interval', () => {
  expect(metricRange([linear, baseline], 'rmse')).toEqual([0, 6.023]);
  expect(metricRange([linear], 'r2')).toEqual([0, 1]);
  const worse = run({ metrics: { matthews: -0.03 }, intervals: { matthews: [-0.1, 0.04] } });
  expect(metricRange([worse], 'matthews')).toEqual([-0.1, 0.04]);
});

test('only parameters that say something are named', () => {
  expect(
    describeParameters(run({ params: { C: 1, alpha: 10, l1_ratio: 0, max_iterations: 1000, tolerance: 1e-7 } })),
  ).toBe('alpha 10');
  expect(describeParameters(baseline)).toBe('always the mean');
});

test('splits in words', () => {
  expect(describeSplit({ kind: 'every-nth', every: 5 })).toMatch(/^Every fifth row/);
  expect(describeSplit({ kind: 'group', by: 'store', holdout: 0.2, seed: 0 })).toContain('groups of store');
});

test('the share that is gone is set in bold in a headline that the engine wrote', () => {
  expect(splitHeadline('linear cuts the error by 5.8 % against always guessing the mean')).toEqual({
    before: 'linear cuts the error by ',
    figure: '5.8 %',
    after: ' against always guessing the mean',
  });
  expect(splitHeadline('linear is not clearly better than guessing').figure).toBe('not clearly better');
  expect(splitHeadline('the baseline')).toEqual({ before: 'the baseline', figure: '', after: '' });
});

test('a target becomes a valid model name', () => {
  expect(modelName('Price (EUR) ')).toBe('price_eur');
  expect(modelName('3rd')).toBe('rd');
  expect(modelName('价格')).toBe('model');
});

test('what tells rows apart, in words', () => {
  expect(describeRowIdentity({ by: 'key', columns: ['shop', 'day'] })).toMatch(/^By shop, day: rows/);
  expect(describeRowIdentity({ by: 'key', columns: ['a', 'b', 'c', 'd'] })).toMatch(/^By 4 columns: rows/);
  expect(describeRowIdentity({ by: 'content', columns: ['a'] })).toMatch(/but what is predicted: 1 column\.$/);
});
