import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { treeContributions } from '../../engine/train/explain/tree-shap.ts';
import type { FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import { selectMatrixRows } from '../../engine/train/features/feature-matrix.ts';
import type { FittedLearner, LearningTask, Parameters } from '../../engine/train/learners/learner.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { sideFinder, type TreeEnsemble } from '../../engine/train/learners/trees/ensemble.ts';
import { restoreEnsemble } from '../../engine/train/learners/trees/ensemble-state.ts';
import { rawMatrix, taskOn } from '../support/raw-features.ts';
import { quietControl } from '../support/train-sample.ts';

function readFixture<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../fixtures/trees/${name}`, import.meta.url), 'utf8')) as Content;
}

function largestDifference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  expect(one.length).toBe(other.length);
  return Array.from(one).reduce((most, value, place) => Math.max(most, Math.abs(value - (other[place] as number))), 0);
}

function ensembleOf(fitted: FittedLearner): TreeEnsemble {
  return restoreEnsemble((fitted.state() as { ensemble: never }).ensemble);
}

describe('as the package shap', () => {
  const data = readFixture<{ numbers: (number | null)[][]; targets: Record<string, number[]> }>('boosted.json');
  const { weights } = readFixture<{ weights: number[] }>('single.json');
  const cases =
    readFixture<
      { name: string; target: string; learner: string; weighted: boolean; base: number[]; values: number[] }[]
    >('shap.json');
  const dense = Float64Array.from(data.numbers.flat(), (value) => Math.fround(value ?? 0));
  const features: FeatureMatrix = { rows: data.numbers.length, width: 2, denseWidth: 2, dense, blocks: [] };

  for (const { name, target, learner, weighted, base, values } of cases) {
    test(name, async () => {
      const classCount = { binary: 2, multiclass: 3 }[target] ?? 0;
      const task: LearningTask = {
        task: classCount === 0 ? 'regression' : classCount === 2 ? 'binary' : 'multiclass',
        classCount,
        features,
        target: Float64Array.from(data.targets[target] as number[]),
        weights: weighted ? Float64Array.from(weights) : undefined,
        seed: 0,
      };
      const given: Parameters =
        learner === 'trees'
          ? { rounds: 25, max_leaves: 8, min_samples_leaf: 10 }
          : { trees: 1, bootstrap: false, column_share: 1, min_samples_leaf: 20 };
      const used = findLearner(learner);
      const fitted = await used.fit(task, resolveParameters([used], given)[0] ?? {}, quietControl);
      const explained = fitted.explain?.(
        selectMatrixRows(
          features,
          Array.from({ length: 40 }, (_, row) => row),
        ),
        features,
      );
      // scikit-learn takes the mean from the scores of several classes, which changes no probability.
      const shift = target === 'multiclass' ? (explained?.base[0] as number) - (base[0] as number) : 0;
      expect(largestDifference(explained?.base.map((value) => value - shift) ?? [], base)).toBeLessThan(1e-6);
      expect(largestDifference(explained?.values ?? [], values)).toBeLessThan(1e-6);
    });
  }
});

/** Shapley's formula over all subsets of columns, with the mean that a tree has where only a subset is known. */
function shapleyByHand(ensemble: TreeEnsemble, features: FeatureMatrix, row: number, output: number): number[] {
  const { columns, cuts, links, covers, leafValues, leafWidth, outputs, roots } = ensemble;
  const goesLeft = sideFinder(ensemble, features);
  const width = features.denseWidth + features.blocks.length;
  const mean = (node: number, known: number): number => {
    const column = columns[node] as number;
    if (column < 0) return leafValues[(links[node] as number) * leafWidth + (leafWidth === 1 ? 0 : output)] as number;
    const [left, right] = [node + 1, links[node] as number];
    if ((known >> column) & 1) return mean(goesLeft(node, column, cuts[node] as number, row) ? left : right, known);
    const share = (covers[left] as number) / (covers[node] as number);
    return share * mean(left, known) + (1 - share) * mean(right, known);
  };
  const counted = Array.from(roots).filter((_, tree) => leafWidth > 1 || tree % outputs === output);
  const value = (known: number) => counted.reduce((sum, root) => sum + mean(root, known), 0);
  const factorial = (number: number): number => (number < 2 ? 1 : number * factorial(number - 1));
  return Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let known = 0; known < 2 ** width; known++) {
      if ((known >> column) & 1) continue;
      const size = Array.from({ length: width }, (_, other) => (known >> other) & 1).reduce(
        (one, other) => one + other,
        0,
      );
      const weight = (factorial(size) * factorial(width - size - 1)) / factorial(width);
      sum += weight * (value(known | (1 << column)) - value(known));
    }
    return sum;
  });
}

for (const learner of ['trees', 'forest']) {
  for (const classCount of [0, 2, 3]) {
    test(`${learner}, ${classCount} classes: equal to the sum over all subsets, with missing values and categories`, async () => {
      const task = taskOn(rawMatrix(500, 1), classCount);
      const used = findLearner(learner);
      const given: Parameters = learner === 'trees' ? { rounds: 4 } : { trees: 4 };
      const fitted = await used.fit(task, resolveParameters([used], given)[0] ?? {}, quietControl);
      const ensemble = ensembleOf(fitted);
      const unseen = rawMatrix(6, 2);
      const { values } = treeContributions(ensemble, unseen);
      const { outputs } = ensemble;
      for (let row = 0; row < unseen.rows; row++) {
        for (let output = 0; output < outputs; output++) {
          const own = Array.from({ length: 3 }, (_, column) => values[(row * 3 + column) * outputs + output] as number);
          expect(largestDifference(own, shapleyByHand(ensemble, unseen, row, output))).toBeLessThan(1e-10);
        }
      }
    });
  }
}

test('base and contributions add up to the margin, the number, or the share', async () => {
  const sums = async (learner: string, classCount: number) => {
    const task = taskOn(rawMatrix(600, 3), classCount);
    const used = findLearner(learner);
    const fitted = await used.fit(task, resolveParameters([used], {})[0] ?? {}, quietControl);
    const some = rawMatrix(50, 4);
    const explained = fitted.explain?.(some, task.features);
    const { base = new Float64Array(0), values = new Float64Array(0), outputs = 1 } = explained ?? {};
    const answers = fitted.predict(some);
    return Array.from({ length: some.rows }, (_, row) => {
      const own = Array.from({ length: 3 }, (_, column) => values[(row * 3 + column) * outputs] as number);
      return {
        sum: own.reduce((one, other) => one + other, base[0] as number),
        answers: answers.subarray(row * Math.max(1, classCount)),
      };
    });
  };
  for (const { sum, answers } of await sums('trees', 2)) {
    expect(sum).toBeCloseTo(Math.log((answers[1] as number) / (answers[0] as number)), 8);
  }
  for (const { sum, answers } of await sums('trees', 0)) expect(sum).toBeCloseTo(answers[0] as number, 8);
  for (const { sum, answers } of await sums('forest', 2)) expect(sum).toBeCloseTo(answers[1] as number, 8);
  for (const { sum, answers } of await sums('forest', 3)) expect(sum).toBeCloseTo(answers[0] as number, 8);
});
