import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RowWeights } from '../../engine/contract/train-features.ts';
import type { TaskKind } from '../../engine/contract/values.ts';
import type { FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import type { LearningTask, Parameters } from '../../engine/train/learners/learner.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { leastSquares } from '../../engine/train/learners/linear/least-squares.ts';
import { fista, proximalNewton } from '../../engine/train/learners/linear/proximal.ts';
import { squaredLoss } from '../../engine/train/learners/linear/squared-loss.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { rowWeights } from '../../engine/train/weights.ts';
import { quietControl } from '../support/train-sample.ts';

const fixtures = new URL('../fixtures/', import.meta.url);
const linear = findLearner('linear');

function matrixOf(rows: readonly (readonly number[])[]): FeatureMatrix {
  const width = rows[0]?.length ?? 0;
  return { rows: rows.length, width, denseWidth: width, dense: Float64Array.from(rows.flat()), blocks: [] };
}

interface Case {
  name: string;
  task: TaskKind;
  target: number[];
  weights: number[] | null;
  classes: RowWeights['classes'] | null;
  parameters: Parameters;
  coefficients: number[][];
}
const { design, cases } = JSON.parse(readFileSync(new URL('linear/linear.json', fixtures), 'utf8')) as {
  design: number[][];
  cases: Case[];
};

/** The class weights of a case, as a training makes them. */
function classWeights({ task, target, classes }: Case, count: number): Float64Array | undefined {
  if (classes === null) return undefined;
  const labels = Array.from({ length: count }, (_, index) => String(index));
  const rows = Int32Array.from(target.keys());
  const values = Float64Array.from(target);
  return rowWeights({ rows: target.length, columns: [] }, rows, { task, classes: labels, values }, { classes });
}

for (const one of cases) {
  test(`${one.name}: the coefficients of scikit-learn`, async () => {
    const classCount = one.task === 'regression' ? 0 : new Set(one.target).size;
    const task: LearningTask = {
      task: one.task,
      classCount,
      features: matrixOf(design),
      target: Float64Array.from(one.target),
      weights: one.weights ? Float64Array.from(one.weights) : classWeights(one, classCount),
      seed: 0,
    };
    const [parameters = {}] = resolveParameters([linear], { ...one.parameters, tolerance: 1e-10 });
    const fitted = await linear.fit(task, parameters, quietControl);
    expect(fitted.summary.converged).toBe(true);
    const { coefficients } = fitted.state() as { coefficients: number[] };
    const expected = one.coefficients.flat();
    expect(coefficients.length).toBe(expected.length);
    coefficients.forEach((value, place) => {
      expect(Math.abs(value - (expected[place] as number))).toBeLessThan(1e-6);
      if (expected[place] === 0) expect(value).toBe(0);
    });
  });
}

test('FISTA, for many columns, reaches the minimum of proximal Newton', () => {
  const learning = { features: matrixOf(design), target: Float64Array.from(cases[0]?.target ?? []) };
  const objective = squaredLoss(learning, 0.05);
  const limits = new Float64Array(objective.size).fill(0.1);
  limits[objective.size - 1] = 0;
  const start = new Float64Array(objective.size);
  const options = { tolerance: 1e-9, maximumIterations: 5000, onIteration: () => {} };
  const one = proximalNewton(objective, limits, start, options);
  const other = fista(objective, limits, start, options);
  expect([one.converged, other.converged]).toEqual([true, true]);
  other.point.forEach((value, place) => {
    expect(value).toBeCloseTo(one.point[place] as number, 7);
  });
});

interface Problem {
  intercept: boolean;
  x: number[][];
  y: number[];
  /** The intercept first. */
  certified: number[];
  exact: number[];
}
const problems = JSON.parse(readFileSync(new URL('least-squares/nist.json', fixtures), 'utf8')) as Record<
  string,
  Problem
>;

/** Correct digits of the worst coefficient. */
function digits(found: readonly number[], expected: readonly number[]): number {
  const errors = found.map((value, place) => Math.abs(value / (expected[place] as number) - 1));
  return -Math.log10(Math.max(...errors, 1e-16));
}

for (const [name, { x, y, certified, exact }] of Object.entries(problems).filter(([, one]) => one.intercept)) {
  test(`${name}: NIST's certified coefficients to 9 digits, where double precision can hold the design`, async () => {
    const features = matrixOf(x);
    const target = Float64Array.from(y);
    const solved = leastSquares(features, target, undefined) as Float64Array;
    const found = [solved.at(-1) as number, ...solved.slice(0, -1)];
    expect(digits(found, exact)).toBeGreaterThan(9);
    // The powers of Filip's x, rounded to doubles, leave 7.7 of the certified digits.
    expect(digits(found, certified)).toBeGreaterThan(name === 'Filip' ? 7.5 : 9);
    const [parameters = {}] = resolveParameters([linear], { alpha: 0 });
    const task: LearningTask = { task: 'regression', classCount: 0, features, target, seed: 0 };
    const { coefficients } = (await linear.fit(task, parameters, quietControl)).state() as { coefficients: number[] };
    expect(coefficients).toEqual([...solved]);
  });
}

test('weights count as repeated rows; dependent columns are left to the penalty', () => {
  const features = matrixOf([[1], [2], [4], [4]]);
  const target = Float64Array.of(1, 3, 2, 5);
  const weighted = leastSquares(features, target, Float64Array.of(1, 2, 1, 1)) as Float64Array;
  const repeated = leastSquares(matrixOf([[1], [2], [2], [4], [4]]), Float64Array.of(1, 3, 3, 2, 5), undefined);
  weighted.forEach((value, place) => {
    expect(value).toBeCloseTo(repeated?.[place] as number, 12);
  });
  expect(
    leastSquares(
      matrixOf([
        [1, 2],
        [2, 4],
        [3, 6],
        [4, 8],
      ]),
      target,
      undefined,
    ),
  ).toBeUndefined();
  expect(leastSquares(matrixOf([[1, 2]]), Float64Array.of(1), undefined)).toBeUndefined();
});
