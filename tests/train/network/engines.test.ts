import { expect, test } from 'vitest';
import { seededRandom } from '../../../engine/base/random.ts';
import { dropoutMasks, epochRandom, shuffledPositions } from '../../../engine/train/learners/network/batches.ts';
import type { BatchRun, EngineStart, NetworkEngine } from '../../../engine/train/learners/network/engine.ts';
import { initialWeights } from '../../../engine/train/learners/network/initial-weights.ts';
import type { NetworkRows } from '../../../engine/train/learners/network/network-rows.ts';
import { startOnnxRuntime } from '../../../engine/train/learners/network/onnxruntime-engine.ts';
import { type NetworkShape, tableOffsets } from '../../../engine/train/learners/network/shape.ts';
import { startTensorflow } from '../../../engine/train/learners/network/tfjs-engine.ts';

/*
 * Both engines from the same weights over the same batches. TensorFlow.js derives its gradients itself, so where the loss
 * curves agree, the gradients, the penalty, the clipping and the steps of ONNX Runtime's graph are right.
 */

const rows = 96;
const batchSize = 16;
const plain: NetworkShape = {
  denseWidth: 4,
  blockLevels: [],
  hidden: [8],
  outputs: 1,
  activation: 'relu',
  batchNorm: false,
};
const settings: EngineStart['settings'] = { loss: 'squared', weighted: false, dropout: 0, l2: 0, gradientClip: 0 };

function drawRows(shape: NetworkShape, { loss, weighted }: EngineStart['settings']): NetworkRows {
  const random = seededRandom(5);
  const { denseWidth, blockLevels, outputs } = shape;
  const offsets = tableOffsets(shape);
  const dense = Float32Array.from({ length: rows * denseWidth }, () => 4 * random() - 2);
  const code = (block: number) =>
    (offsets[block] as number) + Math.floor(random() * ((blockLevels[block] as number) + 1));
  const codes = Int32Array.from({ length: rows * blockLevels.length }, (_, place) => code(place % blockLevels.length));
  const target = Float32Array.from({ length: rows }, (_, row) => {
    const value = (dense[row * denseWidth] ?? 0) * (dense[row * denseWidth + 1] ?? 1) + ((codes[row] ?? 0) % 3) - 1;
    if (loss === 'squared') return value;
    return loss === 'binary' ? Number(value > 0) : Math.min(outputs - 1, Math.max(0, Math.round(value + outputs / 2)));
  });
  const weights = weighted ? Float32Array.from({ length: rows }, () => 2 * random()) : undefined;
  return { rows, dense, codes, target, weights };
}

function epochRuns(shape: NetworkShape, dropout: number, epoch: number): BatchRun {
  const random = epochRandom(9, epoch);
  const batches = rows / batchSize;
  const order = shuffledPositions(rows, random);
  const step = (index: number) => ({ number: epoch * batches + index + 1, learningRate: 0.02 / (1 + epoch) });
  return {
    size: batchSize,
    order,
    steps: Array.from({ length: batches }, (_, index) => step(index)),
    masks: dropoutMasks(shape.hidden, dropout, { batches, size: batchSize }, random),
  };
}

async function curveOf(engine: NetworkEngine, { shape, settings: { dropout } }: EngineStart) {
  const losses: number[] = [];
  for (let epoch = 0; epoch < 4; epoch++) losses.push(...(await engine.train(epochRuns(shape, dropout, epoch))));
  return losses;
}

const cases: [string, Partial<NetworkShape>, Partial<EngineStart['settings']>][] = [
  ['a regression', {}, {}],
  ['two classes', { activation: 'tanh' }, { loss: 'binary' }],
  ['three classes', { outputs: 3, activation: 'silu' }, { loss: 'multiclass' }],
  ['codes beside numbers', { blockLevels: [3, 5] }, { loss: 'binary' }],
  ['codes alone', { denseWidth: 0, blockLevels: [3] }, {}],
  ['row weights', {}, { weighted: true }],
  ['dropout', { hidden: [8, 6] }, { dropout: 0.3 }],
  ['batch normalisation', { hidden: [8, 6], batchNorm: true }, {}],
  ['the L2 penalty and clipping', { blockLevels: [2] }, { l2: 0.1, gradientClip: 0.3 }],
  [
    'everything at once',
    { blockLevels: [2, 4], hidden: [8, 6, 5], outputs: 4, batchNorm: true, activation: 'silu' },
    { loss: 'multiclass', weighted: true, dropout: 0.2, l2: 0.01, gradientClip: 0.5 },
  ],
];

test.each(cases)('%s: the engines have the same loss curve', async (_, ofShape, ofSettings) => {
  const shape = { ...plain, ...ofShape };
  const step = { ...settings, ...ofSettings };
  const weights = initialWeights(shape, new Array(shape.outputs).fill(0.1), seededRandom(1));
  const start: EngineStart = { shape, settings: step, rows: drawRows(shape, step), weights };
  const engines = [await startOnnxRuntime(start), await startTensorflow(start)] as const;
  const [ours, theirs] = [await curveOf(engines[0], start), await curveOf(engines[1], start)];
  expect(new Set(ours).size).toBe(ours.length);
  ours.forEach((loss, index) => {
    expect(Math.abs(loss - (theirs[index] as number)), `step ${index}`).toBeLessThan(2e-5 * Math.max(1, loss));
  });
  const [mine, other] = [await engines[0].scores(start.rows), await engines[1].scores(start.rows)];
  mine.forEach((score, index) => {
    expect(score).toBeCloseTo(other[index] as number, 3);
  });
  for (const engine of engines) await engine.release();
});

test('the steps are those of an Adam by others', async () => {
  const tf = await import('@tensorflow/tfjs-core');
  const shape: NetworkShape = { ...plain, hidden: [5], activation: 'tanh' };
  const weights = initialWeights(shape, [0], seededRandom(2));
  const start: EngineStart = { shape, settings, rows: drawRows(shape, settings), weights };
  const engine = await startOnnxRuntime(start);
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const rate = 0.01;
  const count = 40;
  const losses: number[] = [];
  for (let number = 1; number <= count; number++) {
    losses.push(...(await engine.train({ size: rows, order, steps: [{ number, learningRate: rate }], masks: [] })));
  }
  await engine.release();

  await startTensorflow(start);
  const at = (from: number, to: number, dimensions: number[]) =>
    tf.variable(tf.tensor(weights.weights.slice(from, to), dimensions));
  const [kernel, bias, outKernel, outBias] = [at(0, 20, [4, 5]), at(20, 25, [5]), at(25, 30, [5, 1]), at(30, 31, [1])];
  const x = tf.tensor2d(start.rows.dense, [rows, 4]);
  const y = tf.tensor2d(start.rows.target, [rows, 1]);
  const optimizer = tf.train.adam(rate, 0.9, 0.999, 1e-7);
  for (let step = 0; step < count; step++) {
    const loss = optimizer.minimize(() => {
      const hidden = tf.tanh(tf.add(tf.matMul(x, kernel as never), bias as never));
      const scores = tf.add(tf.matMul(hidden as never, outKernel as never), outBias as never);
      return tf.div(tf.mean(tf.squaredDifference(scores, y)), 2);
    }, true);
    expect(losses[step]).toBeCloseTo((loss as unknown as { dataSync(): Float32Array }).dataSync()[0] as number, 4);
  }
});

test('how many batches a run holds changes no bit', async () => {
  const shape: NetworkShape = { ...plain, blockLevels: [3], hidden: [8, 6], batchNorm: true };
  const step = { ...settings, dropout: 0.2 };
  const weights = initialWeights(shape, [0], seededRandom(1));
  const start: EngineStart = { shape, settings: step, rows: drawRows(shape, step), weights };
  const [whole, parts] = [await startOnnxRuntime(start), await startOnnxRuntime(start)];
  const run = epochRuns(shape, step.dropout, 0);
  const losses = [...(await whole.train(run))];
  const lossesOfParts: number[] = [];
  for (const [from, to] of [
    [0, 1],
    [1, 4],
    [4, 6],
  ] as const) {
    lossesOfParts.push(
      ...(await parts.train({
        size: batchSize,
        order: run.order.slice(from * batchSize, to * batchSize),
        steps: run.steps.slice(from, to),
        masks: run.masks.map((mask) => mask.slice((from * mask.length) / 6, (to * mask.length) / 6)),
      })),
    );
  }
  expect(lossesOfParts).toEqual(losses);
  expect(parts.weights()).toEqual(whole.weights());
  for (const engine of [whole, parts]) await engine.release();
});
