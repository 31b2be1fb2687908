import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../engine/base/canonical-json.ts';
import { GalleyError } from '../../engine/base/errors.ts';
import { largestFloat32 } from '../../engine/base/float32.ts';
import { seededRandom } from '../../engine/base/random.ts';
import type { FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import type { LearningTask, Parameters } from '../../engine/train/learners/learner.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { binFeatures } from '../../engine/train/learners/trees/bin-features.ts';
import { cutPoints } from '../../engine/train/learners/trees/cut-points.ts';
import { HistogramPool } from '../../engine/train/learners/trees/histograms.ts';
import { graphAnswers, rawMatrix, taskOn } from '../support/raw-features.ts';
import { quietControl } from '../support/train-sample.ts';

const trees = findLearner('trees');

function parametersOf(given: Parameters = {}): Parameters {
  return resolveParameters([trees], given)[0] as Parameters;
}

interface BoostedFixture {
  numbers: (number | null)[][];
  categories: number[];
  targets: Record<string, number[]>;
  cases: {
    name: string;
    target: string;
    parameters: Parameters;
    monotone: number[] | null;
    weights: number[] | null;
    answers: number[];
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/trees/boosted.json', import.meta.url), 'utf8'),
) as BoostedFixture;

describe('as scikit-learn', () => {
  const rows = fixture.numbers.length;
  const dense = Float64Array.from(fixture.numbers.flat(), (value) => Math.fround(value ?? Number.NaN));
  const codes = Int32Array.from(fixture.categories);
  const features: FeatureMatrix = {
    rows,
    width: 8,
    denseWidth: 2,
    dense,
    blocks: [{ offset: 2, levels: 6, codes }],
  };
  const withoutMissing = dense.map((value) => (Number.isNaN(value) ? 0 : value));
  const numbersOnly: FeatureMatrix = { ...features, width: 2, dense: withoutMissing, blocks: [] };

  for (const { name, target, parameters, monotone, weights, answers } of fixture.cases) {
    test(name, async () => {
      const classCount = { binary: 2, multiclass: 3 }[target] ?? 0;
      const task: LearningTask = {
        task: classCount === 0 ? 'regression' : classCount === 2 ? 'binary' : 'multiclass',
        classCount,
        features: monotone ? numbersOnly : features,
        target: Float64Array.from(fixture.targets[target] as number[]),
        weights: weights ? Float64Array.from(weights) : undefined,
        monotone: monotone ? Int8Array.from(monotone) : undefined,
        seed: 0,
      };
      const fitted = await trees.fit(task, parametersOf(parameters), quietControl);
      const found = fitted.predict(task.features);
      expect(found.length).toBe(answers.length);
      const largest = found.reduce(
        (most, value, place) => Math.max(most, Math.abs(value - (answers[place] as number))),
        0,
      );
      expect(largest).toBeLessThan(1e-6);
    });
  }
});

for (const classCount of [0, 2, 4]) {
  test(`${classCount} classes: the same fit again, after storing, and in the graph`, async () => {
    const task = taskOn(rawMatrix(900, 1), classCount);
    const parameters = parametersOf({ rounds: 20, row_share: 0.8, column_share: 0.7 });
    const fitted = await trees.fit(task, parameters, quietControl);
    const answers = fitted.predict(task.features);
    expect((await trees.fit(task, parameters, quietControl)).predict(task.features)).toEqual(answers);
    const stored = JSON.parse(JSON.stringify(fitted.state())) as Json;
    expect(trees.restore(stored).predict(task.features)).toEqual(answers);
    expect(trees.restore(stored).state()).toEqual(stored);

    const unseen = rawMatrix(500, 2);
    const expected = fitted.predict(unseen);
    const found = await graphAnswers(fitted, unseen, Math.max(1, classCount));
    const largest = expected.reduce(
      (most, value, place) => Math.max(most, Math.abs(value - (found[place] as number))),
      0,
    );
    expect(largest).toBeLessThan(1e-12);
  });
}

test('answers rise with a monotone column and fall with another, missing values or not', async () => {
  const task = { ...taskOn(rawMatrix(1200, 4), 2), monotone: Int8Array.of(1, -1) };
  const fitted = await trees.fit(task, parametersOf({ rounds: 40 }), quietControl);
  const { features } = task;
  const sweep = (column: number) => {
    const steps = Array.from({ length: 81 }, (_, step) => -2 + step / 20);
    for (let row = 0; row < 40; row++) {
      const dense = Float64Array.from(
        steps.flatMap((value) => [...features.dense.subarray(2 * row, 2 * row + 2)].with(column, value)),
      );
      const codes = new Int32Array(steps.length).fill(features.blocks[0]?.codes[row] as number);
      const moved = { ...features, rows: steps.length, dense, blocks: [{ offset: 2, levels: 6, codes }] };
      const answers = fitted.predict(moved).filter((_, place) => place % 2 === 1);
      for (let step = 1; step < answers.length; step++) {
        const rise = (answers[step] as number) - (answers[step - 1] as number);
        expect(column === 0 ? rise : -rise).toBeGreaterThanOrEqual(0);
      }
    }
  };
  sweep(0);
  sweep(1);
});

test('stops early and keeps the best round', async () => {
  const parameters = parametersOf({ rounds: 400, learning_rate: 0.3, early_stopping: 'on', patience: 5 });
  expect(trees.validationShare?.(parameters, 100)).toBe(0.1);
  expect(trees.validationShare?.(parametersOf(), 10_000)).toBe(0);
  expect(trees.validationShare?.(parametersOf(), 10_001)).toBe(0.1);
  const features = rawMatrix(400, 6);
  const noise = seededRandom(8);
  const target = Float64Array.from({ length: 400 }, () => Number(noise() > 0.5));
  const validation = { features: rawMatrix(200, 7), target: target.subarray(0, 200) };
  const seen: number[] = [];
  const control = {
    ...quietControl,
    progress: (_done: number, _total: number, metrics?: Record<string, number>) => {
      expect(metrics?.loss).toBeGreaterThan(0);
      seen.push(metrics?.validation_loss as number);
    },
  };
  const task: LearningTask = { task: 'binary', classCount: 2, features, target, validation, seed: 1 };
  const fitted = await trees.fit(task, parameters, control);
  const best = seen.indexOf(Math.min(...seen)) + 1;
  expect(seen.length).toBe(best + 5);
  expect(fitted.summary.iterations).toBe(best);
  const again = await trees.fit({ ...task, validation: undefined }, { ...parameters, rounds: best }, quietControl);
  expect(again.predict(features)).toEqual(fitted.predict(features));
});

test('bins that were made before give the same model', async () => {
  const task = taskOn(rawMatrix(600, 9), 2);
  const parameters = parametersOf({ rounds: 10 });
  const binned = binFeatures(task.features, 255);
  expect(binned.columnBins[0]?.buffer).toBeInstanceOf(SharedArrayBuffer);
  const fitted = await trees.fit(task, parameters, quietControl);
  const shared = await trees.fit({ ...task, binned }, parameters, quietControl);
  expect(shared.predict(task.features)).toEqual(fitted.predict(task.features));
});

test('cuts lie between values, are float32, and big values have bins of their own', () => {
  expect([...cutPoints(Float32Array.of(1, 1, 2, 4), 255)]).toEqual([1.5, 3]);
  expect([...cutPoints(Float32Array.of(-0, 0, 0), 255)]).toEqual([]);
  expect([...cutPoints(new Float32Array(0), 255)]).toEqual([]);
  const one = Math.fround(1);
  const next = Math.fround(1 + 2 ** -23);
  expect([...cutPoints(Float32Array.of(one, next), 255)]).toEqual([one]);
  expect([...cutPoints(Float32Array.of(-largestFloat32, largestFloat32), 255)]).toEqual([0]);
  const heavy = Float32Array.from({ length: 10_000 }, (_, place) => Math.max(0, place - 7000)).sort();
  const cuts = cutPoints(heavy, 16);
  expect(cuts.length).toBe(15);
  expect(cuts[0]).toBe(0.5);
  const spread = cutPoints(
    Float32Array.from({ length: 10_000 }, (_, place) => place),
    255,
  );
  expect(spread.length).toBe(254);
  const widths = Array.from(spread).map((cut, place) => cut - (spread[place - 1] ?? -0.5));
  expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
});

test('ten thousand categories share bins, and an unknown one has an answer', async () => {
  const task = taskOn(rawMatrix(2000, 10, 9999), 2);
  const fitted = await trees.fit(task, parametersOf({ rounds: 5 }), quietControl);
  const answers = fitted.predict(task.features);
  expect(answers.every((value) => value > 0 && value < 1)).toBe(true);
  const found = await graphAnswers(fitted, task.features, 2);
  expect(Math.max(...answers.map((value, place) => Math.abs(value - (found[place] as number))))).toBeLessThan(1e-12);
});

test('hardly any rows, no columns that tell anything, and counts below zero', async () => {
  const features: FeatureMatrix = {
    rows: 3,
    width: 1,
    denseWidth: 1,
    dense: Float64Array.of(NaN, NaN, NaN),
    blocks: [],
  };
  const task: LearningTask = { task: 'regression', classCount: 0, features, target: Float64Array.of(1, 2, 6), seed: 0 };
  const fitted = await trees.fit(task, parametersOf({ rounds: 3, min_samples_leaf: 1 }), quietControl);
  expect([...fitted.predict(features)].map((value) => value.toFixed(9))).toEqual([
    '3.000000000',
    '3.000000000',
    '3.000000000',
  ]);
  expect((await graphAnswers(fitted, features, 1))[0]).toBeCloseTo(3, 12);
  const counts = { ...task, target: Float64Array.of(1, -2, 0) };
  await expect(trees.fit(counts, parametersOf({ loss: 'poisson' }), quietControl)).rejects.toMatchObject({
    code: 'train.target_unusable',
  });
});

test('a class without weight, or one class alone, and counts above 0 without weight leave a model that can be stored', async () => {
  const features = rawMatrix(60, 14);
  const labels = Float64Array.from({ length: 60 }, (_, row) => row % 2);
  const first = labels.map((label) => 1 - label);
  const cases: [Partial<LearningTask>, number][] = [
    [{ target: labels, weights: first }, 0],
    [{ target: labels, weights: labels }, 1],
    [{ target: labels.map(() => 1) }, 1],
    [{ target: labels, weights: first, task: 'regression', classCount: 0 }, 0],
  ];
  for (const [given, expected] of cases) {
    const task: LearningTask = { task: 'binary', classCount: 2, features, target: labels, seed: 0, ...given };
    const parameters = parametersOf(task.task === 'regression' ? { loss: 'poisson', rounds: 5 } : { rounds: 5 });
    const fitted = await trees.fit(task, parameters, quietControl);
    const again = trees.restore(JSON.parse(canonicalJson(fitted.state())) as Json);
    const answers = again.predict(features);
    expect(answers).toEqual(fitted.predict(features));
    const second = task.classCount === 2 ? answers.filter((_, place) => place % 2 === 1) : answers;
    expect(Math.max(...second.map((answer) => Math.abs(answer - expected)))).toBeLessThan(1e-9);
  }
});

test('a fit stops when it is canceled, at its start and between splits', async () => {
  for (const calls of [0, 4, 50]) {
    let left = calls;
    const control = {
      ...quietControl,
      throwIfCanceled: () => {
        if (left-- <= 0) throw new GalleyError('job.canceled', 'The job was stopped.');
      },
    };
    await expect(trees.fit(taskOn(rawMatrix(500, 11), 2), parametersOf(), control)).rejects.toMatchObject({
      code: 'job.canceled',
    });
  }
});

test('a fit goes on from a checkpoint as if it had never been stopped', async () => {
  for (const classCount of [0, 3]) {
    const task = { ...taskOn(rawMatrix(500, 12), classCount), validation: taskOn(rawMatrix(200, 13), classCount) };
    const parameters = parametersOf({ rounds: 12, row_share: 0.7, early_stopping: 'on', patience: 3 });
    const states: Json[] = [];
    const checkpoint = (state: () => Json) => states.push(state());
    const whole = await trees.fit(task, parameters, { ...quietControl, checkpoint });
    expect(states.length).toBeGreaterThan(5);
    const resumeFrom = JSON.parse(JSON.stringify(states[4])) as Json;
    expect(trees.restore(resumeFrom).predict(task.features).length).toBe(whole.predict(task.features).length);
    const resumed = await trees.fit(task, parameters, { ...quietControl, resumeFrom });
    expect(resumed.state()).toEqual(whole.state());
  }
});

test('more than can be addressed is refused', () => {
  const rows = 2 ** 20;
  const columns = [{ kind: 'number' as const, bins: 2, cuts: new Float32Array(0) }];
  const binned = { rows, maximumBins: 255, columns, columnBins: [new Uint8Array(rows)] };
  expect(() => new HistogramPool(binned, 600, false)).toThrow(
    expect.objectContaining({ code: 'train.too_wide', message: expect.stringContaining('more than 4.0 GB') }),
  );
});

test('the loss of many rows is of those that have a weight', async () => {
  const task = taskOn(rawMatrix(50_000, 7), 2);
  const weights = Float64Array.from(task.target, (_, row) => row % 2);
  const losses: unknown[] = [];
  const progress = (_done: number, _total: number, metrics?: Record<string, number>) => losses.push(metrics?.loss);
  await trees.fit({ ...task, weights }, parametersOf({ rounds: 2 }), { ...quietControl, progress });
  expect(losses).toHaveLength(2);
  expect(losses.every(Number.isFinite)).toBe(true);
});
