import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../engine/base/onnx/graph-builder.ts';
import { seededRandom } from '../../../engine/base/random.ts';
import type { FeatureMatrix } from '../../../engine/train/features/feature-matrix.ts';
import type { LearningTask } from '../../../engine/train/learners/learner.ts';
import { findLearner } from '../../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../../engine/train/learners/parameters.ts';
import { quietControl } from '../../support/train-sample.ts';

const network = findLearner('network');
const rows = 60;

function drawTask(classCount: number): LearningTask {
  const random = seededRandom(1);
  const features: FeatureMatrix = {
    rows,
    width: 5,
    denseWidth: 2,
    dense: Float64Array.from({ length: rows * 2 }, () => 1000 * (random() - 0.5) ** 3),
    blocks: [{ offset: 2, levels: 3, codes: Int32Array.from({ length: rows }, () => Math.floor(random() * 4)) }],
  };
  const target = Float64Array.from({ length: rows }, (_, row) =>
    classCount === 0 ? 1e4 * random() : row % classCount,
  );
  const task = classCount === 0 ? 'regression' : classCount === 2 ? 'binary' : 'multiclass';
  return { task, classCount, features, target, seed: 2 };
}

test.each([
  ['relu', false, 2],
  ['tanh', true, 0],
  ['silu', true, 3],
] as const)('%s, normalised by batch: %s: the graph answers as the trainer', async (activation, norm, classCount) => {
  const [parameters = {}] = resolveParameters([network], { activation, batch_norm: norm, epochs: 3, hidden: '8-5' });
  const task = drawTask(classCount);
  const fitted = await network.fit(task, parameters, quietControl);
  const builder = new GraphBuilder();
  const dense = builder.input('dense', 'double', ['N', 2]);
  const codes = builder.input('codes', 'int64', ['N', 1]);
  const answer = fitted.writeGraph(builder, {
    rowCount: () => builder.node('Shape', [dense], { start: { integer: 0 }, end: { integer: 1 } }),
    denseWidth: 2,
    dense,
    blocks: [{ offset: 2, levels: 3, codes }],
  });
  builder.output('answer', answer, 'double', ['N', Math.max(1, classCount)]);
  const producer = { name: 'galley', version: '1' };
  const session = await InferenceSession.create(builder.build({ name: 'g', description: '', producer, metadata: {} }));
  const results = await session.run({
    dense: new Tensor('float64', task.features.dense, [rows, 2]),
    codes: new Tensor('int64', BigInt64Array.from(task.features.blocks[0]?.codes ?? [], BigInt), [rows, 1]),
  });
  const found = (results.answer as Tensor).data as Float64Array;
  fitted.predict(task.features).forEach((value, place) => {
    expect(Math.abs((found[place] as number) - value)).toBeLessThan(1e-11 * Math.max(1, Math.abs(value)));
  });
  await session.release();
});
