import { describe, expect, test } from 'vitest';
import type { Run } from '../../engine/contract/train.ts';
import type { FitCurve, Sweep, Trial } from '../../engine/contract/train-sweeps.ts';
import { rowsOfCurves, rowsOfRuns, rowsOfTrials } from '../../renderer/train/board/board-rows.ts';
import { curveLines, curveMetrics } from '../../renderer/train/board/fit-curves.ts';
import {
  bestSoFar,
  choiceTitle,
  describeSearch,
  isResumable,
  leadWords,
  shareUsed,
  workingOn,
} from '../../renderer/train/sweep/sweep-words.ts';

function run(parts: Partial<Run>): Run {
  return {
    id: 'run_1',
    learner: 'linear',
    params: {},
    status: 'succeeded',
    task: 'regression',
    metrics: {},
    intervals: {},
    metric: { name: 'r2', lowerIsBetter: false },
    rows: { training: 80, holdout: 20, dropped: 0 },
    seconds: 1,
    ...parts,
  } as Run;
}

function trial(parts: Partial<Trial>): Trial {
  return {
    number: 1,
    learner: 'trees',
    params: {},
    state: 'complete',
    rungs: [],
    folds: [],
    score: null,
    standardError: null,
    seconds: 1,
    startedAfter: 0,
    why: null,
    ...parts,
  };
}

const sweep = {
  kind: 'auto',
  number: 3,
  state: 'running',
  learners: ['linear', 'trees'],
  method: 'tpe',
  halving: true,
  folds: 5,
  repeats: 1,
  budget: { seconds: 60, trials: 10 },
  metric: { name: 'log_loss', lowerIsBetter: true },
  seconds: 15,
  trials: { complete: 4, pruned: 1, stopped: 0, failed: 0, running: 2 },
} as unknown as Sweep;

describe('the leaderboard', () => {
  test('names the simplest run within the interval of the best', () => {
    const rows = rowsOfRuns([
      run({ id: 'network', learner: 'network', metrics: { r2: 0.88 }, intervals: { r2: [0.84, 0.92] } }),
      run({ id: 'linear', metrics: { r2: 0.86 }, intervals: { r2: [0.8, 0.9] } }),
      run({ id: 'baseline', learner: 'baseline', metrics: { r2: 0 } }),
    ]);
    expect(rows.map(({ id, chip }) => [id, chip])).toEqual([
      ['network', undefined],
      ['linear', 'simplest of the best'],
      ['baseline', undefined],
    ]);
  });

  test('shows how far each fit is while it runs, by the loss that each learner tells', () => {
    const rows = rowsOfCurves([
      { learner: 'linear', points: [{ step: 3, metrics: { loss: 0.61 } }], done: 3, total: 0 },
      {
        learner: 'network',
        points: [{ step: 61, metrics: { loss: 0.31, validation_loss: 0.42 } }],
        done: 61,
        total: 100,
      },
      { learner: 'forest', points: [{ step: 100, metrics: { oob_loss: 0.44 } }], done: 100, total: 100 },
      { learner: 'baseline', points: [], done: 1, total: 1 },
    ]);
    expect(rows.map(({ learner, value, note, running }) => [learner, value, note, running])).toEqual([
      ['linear', 0.61, 'iteration 3; training loss', true],
      ['network', 0.42, 'batch 61 of 100; validation loss', true],
      ['forest', 0.44, 'fitted; out-of-bag loss', false],
      ['baseline', null, 'fitted', false],
    ]);
    expect(rows[1]?.share).toBe(0.61);
  });

  test('shows the best trial of each learner in a search, by the direction of the metric', () => {
    const rows = rowsOfTrials(sweep, [
      trial({ number: 1, score: 0.5, standardError: 0.1 }),
      trial({ number: 2, score: 0.4, standardError: 0.1, params: { leaves: 8 } }),
      trial({ number: 3, learner: 'linear', score: 0.3, standardError: null }),
      trial({ number: 4, learner: 'network', state: 'running' }),
    ]);
    expect(rows.map(({ learner, value }) => [learner, value])).toEqual([
      ['linear', 0.3],
      ['trees', 0.4],
      ['network', null],
    ]);
    expect(rows[1]?.note).toBe('leaves 8; 2 tried');
    expect(rows[1]?.interval?.[0]).toBeCloseTo(0.204);
    expect(rows[0]?.interval).toBeUndefined();
  });

  test('shows the mean of the folds there are, as provisional, where a trial has no score yet', () => {
    const [row] = rowsOfTrials({ ...sweep, state: 'succeeded' }, [
      trial({ number: 1, score: null, folds: [0.5, null, 0.7] }),
    ]);
    expect(row).toMatchObject({ value: 0.6, note: '2 folds so far; 1 tried', running: true });
    expect(row?.interval).toBeUndefined();
  });
});

test('curves are drawn by the share of their steps, at most six of them', () => {
  const curves: FitCurve[] = Array.from({ length: 9 }, (_, index) => ({
    learner: 'trees',
    trial: index + 1,
    points: [
      { step: 50, metrics: { loss: 1, r2: 0.5 } },
      { step: 100, metrics: { loss: Number.NaN } as Record<string, number> },
    ],
    done: 100,
    total: 200,
  }));
  expect(
    curveMetrics([...curves, { learner: 'linear', points: [{ step: 1, metrics: { loss: 2 } }], done: 1, total: 0 }]),
  ).toEqual(['loss', 'r2']);
  const lines = curveLines(curves, 'loss');
  expect(lines).toHaveLength(6);
  expect(lines[0]).toEqual({
    name: 'trees 4',
    learner: 'trees',
    running: true,
    points: [{ step: 50, share: 0.25, value: 1 }],
  });
  expect(curveLines(curves, 'missing')).toEqual([]);
});

describe('a search in words', () => {
  const trials = [
    trial({ number: 1, score: 0.5, startedAfter: 0, seconds: 4 }),
    trial({ number: 2, score: 0.6, startedAfter: 1, seconds: 1 }),
    trial({ number: 3, score: 0.4, startedAfter: 5, seconds: 3 }),
    trial({ number: 4, state: 'running', rungs: [{ share: 0.25, score: 0.5 }] }),
    trial({ number: 5, state: 'running', learner: 'linear', folds: [0.4] }),
  ];

  test('says how it searches, how much of its budget is used and who leads', () => {
    expect(describeSearch(sweep)).toBe(
      'linear, trees by TPE with successive halving, 5 folds, at most 1 min, at most 10 trials',
    );
    expect(shareUsed(sweep)).toBe(0.5);
    expect(shareUsed({ ...sweep, budget: {} })).toBeUndefined();
    const lead = leadWords(sweep, trials);
    expect(lead.before + lead.figure + lead.after).toBe('trees leads with Log loss 0.400 after 3 trials');
    expect(leadWords({ ...sweep, metric: null }, []).before).toBe('No trial is complete yet');
    expect(leadWords({ ...sweep, state: 'succeeded' }, []).before).toBe('It ended before a trial was complete');
  });

  test('says what it does right now', () => {
    expect(workingOn(trials)).toBe('trees, trial 4, measured at 25 %; linear, trial 5, 1 fold done');
    expect(workingOn([])).toBe('');
  });

  test('draws the best so far in the order in which trials ended', () => {
    expect(bestSoFar(trials, true)).toEqual([
      [2, 0.6],
      [4, 0.5],
      [8, 0.4],
    ]);
    expect(bestSoFar(trials, false)).toEqual([[2, 0.6]]);
  });

  test('one run may be offered as several things', () => {
    expect(choiceTitle({ roles: ['best', 'simplest'] } as never)).toBe('Best, simplest within one standard error');
    expect(isResumable({ state: 'interrupted' })).toBe(true);
    expect(isResumable({ state: 'succeeded' })).toBe(false);
  });
});
