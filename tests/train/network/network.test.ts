import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../../engine/base/canonical-json.ts';
import { GalleyError } from '../../../engine/base/errors.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import type { FeatureMatrix } from '../../../engine/train/features/feature-matrix.ts';
import type { LearningRows, LearningTask, Parameters } from '../../../engine/train/learners/learner.ts';
import { findLearner } from '../../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../../engine/train/learners/parameters.ts';
import { quietControl } from '../../support/train-sample.ts';

const network = findLearner('network');

function parametersOf(given: Parameters = {}): Parameters {
  const [parameters = {}] = resolveParameters([network], given);
  return parameters;
}

/** Two numbers and a category of three levels, of which code 3 is none; the target bends with both numbers. */
function drawRows(rows: number, classCount: number, seed: number): LearningRows {
  const random = seededRandom(seed);
  const dense = Float64Array.from({ length: rows * 2 }, () => random() * 4 - 2);
  const codes = Int32Array.from({ length: rows }, () => Math.floor(random() * 4));
  const features: FeatureMatrix = { rows, width: 5, denseWidth: 2, dense, blocks: [{ offset: 2, levels: 3, codes }] };
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const [a = 0, b = 0] = dense.subarray(row * 2, row * 2 + 2);
    const value = a * b + (codes[row] as number) - 1.5 + (random() - 0.5) / 5;
    return classCount === 0
      ? 1000 + 50 * value
      : Math.min(classCount - 1, Math.max(0, Math.floor(value + classCount / 2)));
  });
  return { features, target };
}

function drawTask(classCount: number, rows = 400): LearningTask {
  const task = classCount === 0 ? 'regression' : classCount === 2 ? 'binary' : 'multiclass';
  return { task, classCount, ...drawRows(rows, classCount, 1), validation: drawRows(100, classCount, 2), seed: 3 };
}

for (const [classCount, best] of [
  [0, 60],
  [2, 0.25],
  [4, 0.45],
] as const) {
  test(`${classCount || 'no'} classes: learns what a line cannot, and again the same from its state`, async () => {
    const task = drawTask(classCount);
    const fitted = await network.fit(task, parametersOf(), quietControl);
    const fresh = drawRows(500, classCount, 4);
    const answers = fitted.predict(fresh.features);
    expect(meanLoss(answers, fresh.target, classCount)).toBeLessThan(best);
    const restored = network.restore(JSON.parse(canonicalJson(fitted.state())) as Json);
    expect(restored.predict(fresh.features)).toEqual(answers);
    expect(restored.summary).toEqual(fitted.summary);
    const again = await network.fit(task, parametersOf(), quietControl);
    expect(canonicalJson(again.state())).toBe(canonicalJson(fitted.state()));
  });
}

/** Squared error, or log loss. */
function meanLoss(answers: Float64Array, target: Float64Array, classCount: number): number {
  const losses = target.map((truth, row) =>
    classCount === 0 ? ((answers[row] as number) - truth) ** 2 : -Math.log(answers[row * classCount + truth] as number),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

test('training goes on from a checkpoint to the same result, bit for bit', async () => {
  const task = drawTask(3);
  const parameters = parametersOf({ epochs: 12, dropout: 0.2, batch_norm: true, schedule: 'plateau', patience: 3 });
  const checkpoints: Json[] = [];
  const whole = await network.fit(task, parameters, {
    ...quietControl,
    checkpoint: (state) => checkpoints.push(JSON.parse(canonicalJson(state())) as Json),
  });
  expect(checkpoints.length).toBeGreaterThan(4);
  for (const resumeFrom of checkpoints.slice(0, 5)) {
    const resumed = await network.fit(task, parameters, { ...quietControl, resumeFrom });
    expect(canonicalJson(resumed.state())).toBe(canonicalJson(whole.state()));
  }
  const early = network.restore(checkpoints[0] as Json);
  expect(early.predict(task.features).every((value) => value >= 0 && value <= 1)).toBe(true);
});

test('a loss that is no longer finite ends the fit with a remedy', async () => {
  const task = drawTask(0);
  const parameters = parametersOf({ hidden: '8-8-8-8', learning_rate: 1e9, schedule: 'constant' });
  await expect(network.fit(task, parameters, quietControl)).rejects.toMatchObject({
    code: 'train.diverged',
    hint: expect.stringContaining('learning_rate'),
  });
});

test('a fit stops when it is canceled, and says within its epochs how far it is', async () => {
  let asked = 0;
  const told: number[] = [];
  const control = {
    progress: (done: number) => told.push(done),
    throwIfCanceled: () => {
      if (asked++ === 5) throw new GalleyError('job.canceled', 'The job was stopped.');
    },
  };
  await expect(network.fit(drawTask(2), parametersOf(), control)).rejects.toMatchObject({ code: 'job.canceled' });
  expect(told.length).toBeGreaterThan(2);
});
