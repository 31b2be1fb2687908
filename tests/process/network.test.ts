import { expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import { seededRandom } from '../../engine/base/random.ts';
import type { LearningTask } from '../../engine/train/learners/learner.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { sharedSet } from '../support/sample-frames.ts';
import { quietControl, trainOn } from '../support/train-sample.ts';

const network = findLearner('network');
const [parameters = {}] = resolveParameters([network], { hidden: '64-32', batch_size: 256, epochs: 20 });

function drawTask(rows: number): LearningTask {
  const width = 30;
  const random = seededRandom(1);
  const dense = Float64Array.from({ length: rows * width }, () => 4 * random() - 2);
  const target = Float64Array.from({ length: rows }, (_, row) =>
    Number((dense[row * width] as number) + random() > 0.5),
  );
  return {
    task: 'binary',
    classCount: 2,
    features: { rows, width, denseWidth: width, dense, blocks: [] },
    target,
    seed: 1,
  };
}

for (const name of ['spam', 'arrests', 'diamonds', 'titanic']) {
  test(`${name}: with default parameters no more than 0.02 below the best of scikit-learn`, async (context) => {
    const { reference, frame } = sharedSet(context, name);
    const features = [...reference.numeric, ...reference.categorical];
    const { metrics } = await trainOn(frame, { target: reference.target, features }, 'network');
    const metric = reference.task === 'regression' ? 'r2' : 'roc_auc';
    const best = Math.max(...Object.values(reference.holdout ?? {}).map((one) => one[metric] ?? 0));
    expect(metrics[metric]).toBeGreaterThan(best - 0.02);
  });
}

test('memory is flat over 20 epochs', async () => {
  const megabytes: number[] = [];
  await network.fit(drawTask(40_000), parameters, {
    ...quietControl,
    progress: (_done, _total, metrics) => {
      if (metrics) megabytes.push(process.memoryUsage().rss / 1e6);
    },
  });
  expect(megabytes).toHaveLength(20);
  expect((megabytes[19] as number) - Math.max(...megabytes.slice(4, 10))).toBeLessThan(30);
});

test('a fit ends within half a second of work after it was told to', async () => {
  let told: NodeJS.CpuUsage | undefined;
  const control = {
    ...quietControl,
    throwIfCanceled: () => {
      if (told) throw new GalleyError('job.canceled', 'The job was stopped.');
    },
  };
  setTimeout(() => {
    told = process.cpuUsage();
  }, 1000);
  await expect(network.fit(drawTask(100_000), { ...parameters, epochs: 10_000 }, control)).rejects.toMatchObject({
    code: 'job.canceled',
  });
  const { user, system } = process.cpuUsage(told);
  expect((user + system) / 1000).toBeLessThan(500);
});
