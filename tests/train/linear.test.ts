import { expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import { seededRandom } from '../../engine/base/random.ts';
import { expandOneHot, type FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import type { LearningTask } from '../../engine/train/learners/learner.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { solveSymmetric } from '../../engine/train/learners/linear/cholesky.ts';
import { logisticObjective } from '../../engine/train/learners/linear/logistic.ts';
import { limitedMemoryBfgs, newton } from '../../engine/train/learners/linear/minimise.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { quietControl } from '../support/train-sample.ts';

const linear = findLearner('linear');
const [defaults = {}] = resolveParameters([linear]);

/** Two dense columns and a category of three levels, of which code 3 is none. */
function randomMatrix(rows: number, seed: number): FeatureMatrix {
  const random = seededRandom(seed);
  return {
    rows,
    width: 5,
    denseWidth: 2,
    dense: Float64Array.from({ length: rows * 2 }, () => random() * 4 - 2),
    blocks: [{ offset: 2, levels: 3, codes: Int32Array.from({ length: rows }, () => Math.floor(random() * 4)) }],
  };
}

function classification(rows: number, classCount: number): LearningTask {
  const features = randomMatrix(rows, 1);
  const random = seededRandom(2);
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const lean = (features.dense[row * 2] as number) + (features.blocks[0]?.codes[row] as number) / 2 + random() * 3;
    return Math.min(classCount - 1, Math.max(0, Math.floor((lean + 2) / (7 / classCount))));
  });
  return { task: classCount === 2 ? 'binary' : 'multiclass', classCount, features, target, seed: 0 };
}

const options = { tolerance: 1e-10, maximumIterations: 2000, onIteration: () => {} };

test('ridge solves the normal equations with a free intercept', async () => {
  const features = randomMatrix(60, 3);
  const random = seededRandom(4);
  const target = Float64Array.from({ length: 60 }, () => random() * 10);
  const task: LearningTask = { task: 'regression', classCount: 0, features, target, seed: 0 };
  const fitted = await linear.fit(task, { ...defaults, alpha: 2.5 }, quietControl);
  const predictions = fitted.predict(features);
  const { coefficients } = fitted.state() as { coefficients: number[] };
  const expanded = expandOneHot(features);
  const residuals = target.map((value, row) => value - (predictions[row] as number));
  expect(Math.abs(residuals.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9);
  for (let column = 0; column < features.width; column++) {
    let slope = 0;
    residuals.forEach((residual, row) => {
      slope += residual * (expanded[row * features.width + column] as number);
    });
    expect(slope).toBeCloseTo(2.5 * (coefficients[column] as number), 8);
  }
});

for (const classCount of [2, 4]) {
  test(`${classCount} classes: the gradient is that of finite differences`, () => {
    const objective = logisticObjective(classification(80, classCount), 0.7);
    const random = seededRandom(5);
    const point = Float64Array.from({ length: objective.size }, () => random() - 0.5);
    const { gradient, hessian } = objective.evaluate(point);
    const second = hessian();
    for (let place = 0; place < objective.size; place++) {
      const at = (shift: number) => objective.evaluate(point.with(place, (point[place] as number) + shift));
      const slope = (at(1e-5).value - at(-1e-5).value) / 2e-5;
      expect(gradient[place]).toBeCloseTo(slope, 8);
      const curvature = ((at(1e-5).gradient[place] as number) - (at(-1e-5).gradient[place] as number)) / 2e-5;
      const isFreeIntercept = classCount > 2 && (place + 1) % 6 === 0;
      const added = isFreeIntercept ? 1 / classCount : 0;
      expect(second[place * objective.size + place]).toBeCloseTo(curvature + added, 6);
    }
  });

  test(`${classCount} classes: Newton and L-BFGS reach the same minimum`, () => {
    const objective = logisticObjective(classification(200, classCount), 1);
    const start = new Float64Array(objective.size);
    const one = newton(objective, start, options);
    const other = limitedMemoryBfgs(objective, start, options);
    expect([one.converged, other.converged]).toEqual([true, true]);
    one.point.forEach((value, place) => {
      expect(value).toBeCloseTo(other.point[place] as number, 6);
    });
  });
}

test('a weight of two is the row twice', async () => {
  const task = classification(50, 3);
  const rows = [...task.target.keys(), 0, 1, 2];
  const pick = (values: ArrayLike<number>, width = 1) =>
    rows.flatMap((row) => Array.from({ length: width }, (_, k) => values[row * width + k] as number));
  const doubled: LearningTask = {
    ...task,
    target: Float64Array.from(pick(task.target)),
    features: {
      ...task.features,
      rows: rows.length,
      dense: Float64Array.from(pick(task.features.dense, 2)),
      blocks: task.features.blocks.map((block) => ({ ...block, codes: Int32Array.from(pick(block.codes)) })),
    },
  };
  const weights = new Float64Array(50).fill(1).fill(2, 0, 3);
  const parameters = { ...defaults, tolerance: 1e-12 };
  const weighted = await linear.fit({ ...task, weights }, parameters, quietControl);
  const repeated = await linear.fit(doubled, parameters, quietControl);
  const answers = repeated.predict(task.features);
  weighted.predict(task.features).forEach((value, place) => {
    expect(value).toBeCloseTo(answers[place] as number, 8);
  });
});

test('separable classes and a stronger or weaker penalty converge', async () => {
  const task = classification(100, 2);
  task.target.forEach((_, row) => {
    task.target[row] = Number((task.features.dense[row * 2] as number) > 0);
  });
  for (const C of [1e-4, 1, 1e6]) {
    const fitted = await linear.fit(task, { ...defaults, C }, quietControl);
    expect(fitted.summary.converged).toBe(true);
    expect(fitted.predict(task.features).every((value) => value >= 0 && value <= 1)).toBe(true);
  }
});

test('a singular system is solved with the least raise of its diagonal', () => {
  const solution = solveSymmetric(Float64Array.from([1, 0, 1, 1]), Float64Array.from([2, 2]));
  expect(solution[0]).toBeCloseTo(1, 3);
  expect(solution[1]).toBeCloseTo(1, 3);
});

test('a fit stops when it is canceled', async () => {
  const control = {
    ...quietControl,
    throwIfCanceled: () => {
      throw new GalleyError('job.canceled', 'The job was stopped.');
    },
  };
  await expect(linear.fit(classification(50, 2), defaults, control)).rejects.toMatchObject({ code: 'job.canceled' });
});

test('parameters have defaults, and what does not fit is named', () => {
  const learners = [findLearner('baseline'), linear];
  expect(resolveParameters(learners, { C: 0.5 })).toEqual([{}, { ...defaults, C: 0.5 }]);
  expect(() => resolveParameters(learners, { c: 0.5 })).toThrow('Did you mean "C"?');
  expect(() => resolveParameters(learners, { C: 0 })).toThrow(
    expect.objectContaining({ code: 'train.invalid_parameter' }),
  );
  expect(() => resolveParameters(learners, { C: 'strong' })).toThrow(/C must be a number/);
  expect(() => findLearner('liner')).toThrow(expect.objectContaining({ code: 'train.unknown_learner' }));
});
