import { expect, test } from 'vitest';
import { findLearner } from '../../../engine/train/learners/learners.ts';
import type { NetworkEngine } from '../../../engine/train/learners/network/engine.ts';
import { networkSettings } from '../../../engine/train/learners/network/settings.ts';
import { trainNetwork } from '../../../engine/train/learners/network/training.ts';
import { resolveParameters } from '../../../engine/train/learners/parameters.ts';
import { rawMatrix, taskOn } from '../../support/raw-features.ts';
import { quietControl } from '../../support/train-sample.ts';

test('without rows to judge by, a plateau halves the rate, and the last weights are taken', async () => {
  const given = { schedule: 'plateau', epochs: 9, patience: 6, batch_size: 10, learning_rate: 0.4 };
  const [parameters = {}] = resolveParameters([findLearner('network')], given);
  const settings = networkSettings(parameters, taskOn(rawMatrix(10, 1), 0));
  const losses = [4, 3, 5, 5, 5, 5, 2, 5, 5];
  const rates: number[] = [];
  const none = new Float32Array(0);
  const engine: NetworkEngine = {
    train: async ({ steps }) => {
      rates.push(...steps.map(({ learningRate }) => learningRate));
      return Float32Array.of(losses[rates.length - 1] as number);
    },
    scores: async () => none,
    weights: () => {
      return { weights: Float32Array.of(rates.length), statistics: none, firstMoments: none, secondMoments: none };
    },
    release: async () => {},
  };
  const best = { epoch: 0, loss: Number.POSITIVE_INFINITY, weights: none, statistics: none };
  const outcome = await trainNetwork(
    { engine, settings, loss: 'squared', outputs: 1, rows: 10, seed: 1 },
    { epoch: 0, steps: 0, best, plateaus: 0, plateauSince: 0 },
    quietControl,
  );
  expect(rates).toEqual([0.4, 0.4, 0.4, 0.4, 0.2, 0.2, 0.1, 0.1, 0.1]);
  expect(outcome).toMatchObject({ epochs: 9, stoppedEarly: false, best: { epoch: 7, loss: 2 } });
  expect([...outcome.best.weights]).toEqual([9]);
});
