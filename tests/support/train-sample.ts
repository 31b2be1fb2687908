import type { Frame, FrameColumn } from '../../engine/base/frame.ts';
import type { Split } from '../../engine/contract/train.ts';
import type { TrainingRequest } from '../../engine/train/draw-rows.ts';
import { type FitOutcome, fitLearner } from '../../engine/train/fit.ts';
import type { FitControl, Parameters } from '../../engine/train/learners/learner.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import type { PreparedTraining } from '../../engine/train/prepare.ts';
import { prepareTraining } from './prepare-training.ts';

export const quietControl: FitControl = { progress: () => {}, throwIfCanceled: () => {} };

export const everyFifth: Split = { kind: 'every-nth', every: 5 };

/** Prepares and fits in one go. */
export async function trainOn(
  frame: Frame,
  request: Partial<TrainingRequest> & { target: string },
  learner = 'linear',
  given: Parameters = {},
): Promise<FitOutcome & { prepared: PreparedTraining }> {
  const used = findLearner(learner);
  const whole = { split: everyFifth, window: null, keyColumns: [], ...request };
  const prepared = prepareTraining(frame, whole, [used.layout]);
  const [parameters = {}] = resolveParameters([used], given);
  const outcome = await fitLearner(prepared, { target: request.target, learner, parameters, seed: 0 }, quietControl);
  return { ...outcome, prepared };
}

export function numberColumn(
  name: string,
  values: readonly number[],
  type: FrameColumn['type'] = 'float64',
): FrameColumn {
  return { name, type, kind: 'number', values: Float64Array.from(values) };
}

export function textColumn(name: string, values: readonly (string | null)[]): FrameColumn {
  return { name, type: 'text', kind: 'text', values: [...values] };
}

/** @param texts ISO 8601; null is missing. */
export function timeColumn(name: string, type: 'date' | 'timestamp', texts: readonly (string | null)[]): FrameColumn {
  const values = Float64Array.from(texts, (text) => (text === null ? Number.NaN : Date.parse(text)));
  return { name, type, kind: 'time', values };
}

export function frameOf(...columns: FrameColumn[]): Frame {
  return { rows: columns[0]?.values.length ?? 0, columns };
}
