import { base64Of, bytesOf } from '../../../base/base64.ts';
import type { Json } from '../../../base/canonical-json.ts';
import type { FitSummary } from '../learner.ts';
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
  const stored: StoredModel = { ...rest, weights: base64Of(weights), statistics: base64Of(statistics) };
  return stored as unknown as Json;
}

export function decodeState(json: Json): NetworkModel {
  const { shape, scaling, target, classCount, weights, statistics, summary } = json as unknown as StoredModel;
  return {
    shape,
    scaling,
    target,
    classCount,
    weights: new Float32Array(bytesOf(weights)),
    statistics: new Float32Array(bytesOf(statistics)),
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
    weights: base64Of(now.weights),
    firstMoments: base64Of(now.firstMoments),
    secondMoments: base64Of(now.secondMoments),
    statistics: base64Of(now.statistics),
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
      weights: new Float32Array(bytesOf(progress.weights)),
      firstMoments: new Float32Array(bytesOf(progress.firstMoments)),
      secondMoments: new Float32Array(bytesOf(progress.secondMoments)),
      statistics: new Float32Array(bytesOf(progress.statistics)),
    },
  };
}
