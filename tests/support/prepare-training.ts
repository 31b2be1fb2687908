import type { Frame } from '../../engine/base/frame.ts';
import { drawRows, type TrainingRequest } from '../../engine/train/draw-rows.ts';
import type { Layout } from '../../engine/train/features/feature-matrix.ts';
import { type PreparedTraining, prepareDrawn } from '../../engine/train/prepare.ts';

/** Draws the rows and fits the features, as a job does. */
export function prepareTraining(
  frame: Frame,
  request: TrainingRequest,
  layouts: readonly Layout[] = ['scaled'],
): PreparedTraining {
  return prepareDrawn(frame, request, drawRows(frame, request), layouts);
}
