import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../engine/base/canonical-json.ts';
import { GalleyError } from '../../engine/base/errors.ts';
import type { FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import type { LearningTask, Parameters } from '../../engine/train/learners/learner.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { restoreEnsemble } from '../../engine/train/learners/trees/ensemble-state.ts';
import { graphAnswers, rawMatrix, taskOn } from '../support/raw-features.ts';
import { quietControl } from '../support/train-sample.ts';

const forest = findLearner('forest');

function parametersOf(given: Parameters = {}): Parameters {
  return resolveParameters([forest], given)[0] as Parameters;
}

function readFixture<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../fixtures/trees/${name}`, import.meta.url), 'utf8')) as Content;
}

function largestDifference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  expect(one.length).toBe(other.length);
  return Array.from(one).reduce((most, value, place) => Math.max(most, Math.abs(value - (other[place] as number))), 0);
}

describe('one tree on all rows and columns is the decision tree of scikit-learn', () => {
  const data = readFixture<{ numbers: (number | null)[][]; targets: Record<string, number[]> }>('boosted.json');
  const single = readFixture<{ weights: number[]; cases: { name: string; target: string; answers: number[] }[] }>(
    'single.json',
  );
  const dense = Float64Array.from(data.numbers.flat(), (value) => Math.fround(value ?? Number.NaN));
  const features: FeatureMatrix = { rows: data.numbers.length, width: 2, denseWidth: 2, dense, blocks: [] };
  const whole = { trees: 1, bootstrap: false, column_share: 1, min_samples_leaf: 4 };

  for (const { name, target, answers } of single.cases) {
    test(name, async () => {
      const classCount = { binary: 2, multiclass: 3 }[target] ?? 0;
      const task: LearningTask = {
        task: classCount === 0 ? 'regression' : classCount === 2 ? 'binary' : 'multiclass',
        classCount,
        features,
        target: Float64Array.from(data.targets[target] as number[]),
        weights: Float64Array.from(single.weights),
        seed: 0,
      };
      const fitted = await forest.fit(
        task,
        parametersOf({ ...whole, max_depth: name === 'max depth' ? 3 : 0 }),
        quietControl,
      );
      expect(largestDifference(fitted.predict(features), answers)).toBeLessThan(1e-9);
    });
  }
});

for (const classCount of [0, 2, 4]) {
  for (const random_cuts of [false, true]) {
    test(`${classCount} classes, ${random_cuts ? 'random' : 'best'} cuts: the same again, stored, and in the graph`, async () => {
      const task = taskOn(rawMatrix(800, 1), classCount);
      const parameters = parametersOf({ trees: 12, random_cuts });
      const fitted = await forest.fit(task, parameters, quietControl);
      const answers = fitted.predict(task.features);
      expect((await forest.fit(task, parameters, quietControl)).predict(task.features)).toEqual(answers);
      expect((await forest.fit({ ...task, seed: 6 }, parameters, quietControl)).predict(task.features)).not.toEqual(
        answers,
      );
      const stored = JSON.parse(JSON.stringify(fitted.state())) as Json;
      expect(forest.restore(stored).predict(task.features)).toEqual(answers);
      expect(forest.restore(stored).state()).toEqual(stored);
      const unseen = rawMatrix(400, 2);
      const found = await graphAnswers(fitted, unseen, Math.max(1, classCount));
      expect(largestDifference(fitted.predict(unseen), found)).toBeLessThan(1e-12);
    });
  }
}

test('the loss on unseen rows falls with the trees and is near that of other rows', async () => {
  const losses: number[] = [];
  const control = {
    ...quietControl,
    progress: (_done: number, _total: number, metrics?: Record<string, number>) => {
      losses.push(metrics?.oob_loss as number);
    },
  };
  const task = taskOn(rawMatrix(1500, 3), 2);
  const fitted = await forest.fit(task, parametersOf({ trees: 60, min_samples_leaf: 20 }), control);
  expect(losses.length).toBe(60);
  expect(losses[59]).toBeLessThan(losses[2] as number);
  const others = taskOn(rawMatrix(1500, 4), 2, 9);
  const answers = fitted.predict(others.features);
  const loss = others.target.reduce(
    (sum, label, row) => sum - Math.log(Math.max(1e-15, answers[2 * row + label] as number)) / 1500,
    0,
  );
  expect(Math.abs(loss - (losses[59] as number))).toBeLessThan(0.05);
});

test('rows without weight do not matter', async () => {
  const task = taskOn(rawMatrix(400, 5), 0);
  const weights = new Float64Array(400).fill(1).fill(0, 0, 100);
  const target = task.target.map((value, row) => (row < 100 ? 1e6 : value));
  const fitted = await forest.fit({ ...task, weights, target }, parametersOf({ trees: 5 }), quietControl);
  expect(Math.max(...fitted.predict(task.features))).toBeLessThan(100);
});

test('a forest stops when it is canceled', async () => {
  for (const calls of [0, 3, 40]) {
    let left = calls;
    const control = {
      ...quietControl,
      throwIfCanceled: () => {
        if (left-- <= 0) throw new GalleyError('job.canceled', 'The job was stopped.');
      },
    };
    await expect(forest.fit(taskOn(rawMatrix(500, 6), 4), parametersOf(), control)).rejects.toMatchObject({
      code: 'job.canceled',
    });
  }
});

test('a fit goes on from a checkpoint as if it had never been stopped', async () => {
  for (const classCount of [0, 3]) {
    const task = taskOn(rawMatrix(500, 12), classCount);
    const parameters = parametersOf({ trees: 12 });
    const states: Json[] = [];
    const checkpoint = (state: () => Json) => states.push(state());
    const whole = await forest.fit(task, parameters, { ...quietControl, checkpoint });
    expect(states.length).toBeGreaterThan(5);
    const resumeFrom = JSON.parse(JSON.stringify(states[4])) as Json;
    expect(forest.restore(resumeFrom).predict(task.features).length).toBe(whole.predict(task.features).length);
    const resumed = await forest.fit(task, parameters, { ...quietControl, resumeFrom });
    expect(resumed.state()).toEqual(whole.state());
  }
});

test('a stored forest takes less than 40 bytes a node, so that 300 trees on 50,000 rows are some 100 MB', async () => {
  const fitted = await forest.fit(taskOn(rawMatrix(3000, 14), 2), parametersOf({ trees: 10 }), quietControl);
  const state = fitted.state() as { ensemble: Json };
  const nodes = restoreEnsemble(state.ensemble).columns.length;
  expect(nodes).toBeGreaterThan(2000);
  expect(JSON.stringify(state).length / nodes).toBeLessThan(40);
});
