import type { Json } from '../../../base/canonical-json.ts';
import type { FitSummary } from '../learner.ts';
import { decodeNumbers, encodeNumbers } from './encoding.ts';
import type { NetworkWeights } from './initial-weights.ts';
import type { InputScaling } from './input-scaling.ts';
import type { TargetScale } from './network-rows.ts';
import type { NetworkShape } from './shape.ts';
import type { TrainingState } from './training.ts';

/** A trained network. */
export interface NetworkModel {
  shape: NetworkShape;
  scaling: InputScaling;
  target: TargetScale;
  /** 0 for a regression. */
  classCount: number;
  weights: Float32Array;
  statistics: Float32Array;
  summary: FitSummary;
}

type StoredModel = Omit<NetworkModel, 'weights' | 'statistics'> & { weights: string; statistics: string };

/** What a checkpoint holds beside the model of its best epoch. */
interface StoredProgress {
  epoch: number;
  steps: number;
  plateaus: number;
  plateauSince: number;
  best: { epoch: number; loss: number };
  weights: string;
  firstMoments: string;
  secondMoments: string;
  statistics: string;
}

export function encodeState({ weights, statistics, ...rest }: NetworkModel): Json {
  const stored: StoredModel = { ...rest, weights: encodeNumbers(weights), statistics: encodeNumbers(statistics) };
  return stored as unknown as Json;
}

export function decodeState(json: Json): NetworkModel {
  const { shape, scaling, target, classCount, weights, statistics, summary } = json as unknown as StoredModel;
  return {
    shape,
    scaling,
    target,
    classCount,
    weights: decodeNumbers(weights),
    statistics: decodeNumbers(statistics),
    summary,
  };
}

/** A checkpoint: the model of the best epoch so far, and all that training needs to go on. */
export function encodeProgress(model: NetworkModel, state: TrainingState, now: NetworkWeights): Json {
  const { epoch, steps, plateaus, plateauSince, best } = state;
  const progress: StoredProgress = {
    epoch,
    steps,
    plateaus,
    plateauSince,
    best: { epoch: best.epoch, loss: best.loss },
    weights: encodeNumbers(now.weights),
    firstMoments: encodeNumbers(now.firstMoments),
    secondMoments: encodeNumbers(now.secondMoments),
    statistics: encodeNumbers(now.statistics),
  };
  return { ...(encodeState(model) as Record<string, Json>), progress: progress as unknown as Json };
}

export function decodeProgress(json: Json): { state: TrainingState; weights: NetworkWeights } {
  const { weights, statistics } = decodeState(json);
  const { progress } = json as unknown as { progress: StoredProgress };
  const { epoch, steps, plateaus, plateauSince, best } = progress;
  return {
    state: { epoch, steps, plateaus, plateauSince, best: { ...best, weights, statistics } },
    weights: {
      weights: decodeNumbers(progress.weights),
      firstMoments: decodeNumbers(progress.firstMoments),
      secondMoments: decodeNumbers(progress.secondMoments),
      statistics: decodeNumbers(progress.statistics),
    },
  };
}
