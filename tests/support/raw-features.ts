import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../engine/base/onnx/graph-builder.ts';
import { seededRandom } from '../../engine/base/random.ts';
import type { FeatureMatrix } from '../../engine/train/features/feature-matrix.ts';
import type { FittedLearner, LearningTask } from '../../engine/train/learners/learner.ts';

/** Two numbers, the first with missing values, and a category of `levels` of which code `levels` is none. */
export function rawMatrix(rows: number, seed: number, levels = 6): FeatureMatrix {
  const random = seededRandom(seed);
  const dense = Float64Array.from({ length: 2 * rows }, () => Math.fround(random() * 4 - 2));
  for (let row = 0; row < rows; row++) if (random() < 0.2) dense[2 * row] = Number.NaN;
  const codes = Int32Array.from({ length: rows }, () => Math.floor(random() * (levels + 1)));
  return { rows, width: 2 + levels, denseWidth: 2, dense, blocks: [{ offset: 2, levels, codes }] };
}

export function taskOn(features: FeatureMatrix, classCount: number, seed = 3): LearningTask {
  const random = seededRandom(seed);
  const target = Float64Array.from({ length: features.rows }, (_, row) => {
    const first = features.dense[2 * row] as number;
    const code = features.blocks[0]?.codes[row] as number;
    const score =
      (Number.isNaN(first) ? 1 : first) + Math.sin(3 * (features.dense[2 * row + 1] as number)) + (code % 3) + random();
    if (classCount === 0) return score;
    return Math.min(classCount - 1, Math.max(0, Math.floor(((score + 1) * classCount) / 5)));
  });
  const task = classCount === 0 ? 'regression' : classCount === 2 ? 'binary' : 'multiclass';
  return { task, classCount, features, target, seed: 5 };
}

/** The answers of the learner's part of a graph, from the matrix itself. */
export async function graphAnswers(
  fitted: FittedLearner,
  features: FeatureMatrix,
  outputs: number,
): Promise<Float64Array> {
  const builder = new GraphBuilder();
  const dense = builder.input('dense', 'double', ['N', features.denseWidth]);
  const blocks = features.blocks.map(({ offset, levels }, place) => ({
    offset,
    levels,
    codes: builder.input(`codes${place}`, 'int64', ['N', 1]),
  }));
  const rowCount = () => builder.node('Shape', [dense], { start: { integer: 0 }, end: { integer: 1 } });
  const answer = fitted.writeGraph(builder, { rowCount, denseWidth: features.denseWidth, dense, blocks });
  builder.output('answer', answer, 'double', ['N', outputs]);
  const bytes = builder.build({ name: 't', description: '', producer: { name: 't', version: '0' }, metadata: {} });
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const feeds: Record<string, Tensor> = {
    dense: new Tensor('float64', features.dense, [features.rows, features.denseWidth]),
  };
  features.blocks.forEach(({ codes }, place) => {
    feeds[`codes${place}`] = new Tensor('int64', BigInt64Array.from(codes, BigInt), [features.rows, 1]);
  });
  const results = await session.run(feeds);
  await session.release();
  return results.answer?.data as Float64Array;
}
