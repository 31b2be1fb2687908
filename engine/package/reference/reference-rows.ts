import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import type { Signature } from '../../contract/values.ts';
import type { DataPhase, ReadableVersion } from '../../data/index.ts';
import type { DriftColumn } from '../../statistics/drift-sample.ts';
import { predictionOutput } from '../../statistics/profile/reference-profile.ts';
import { type HoldoutPredictions, knownTargetOf, readTarget, rowsInWindow, type StoredRun } from '../../train/index.ts';

/** The rows that a run learned from, and what came true of them. */
export interface TrainingRows {
  positions: Int32Array;
  /** A row of the version each: the number, or the index of the class; NaN where it is missing. */
  target: Float64Array;
  /** Empty for a regression. */
  classes: readonly string[];
}

/** Positions of the rows that a run learned from: those of the window with a target that were not held out. */
export async function trainingPositions(...given: Parameters<typeof trainingRows>): Promise<Int32Array> {
  return (await trainingRows(...given)).positions;
}

/** The same with the target. */
export async function trainingRows(
  data: Pick<DataPhase, 'frame'>,
  dataset: ReadableVersion,
  { recipe }: StoredRun,
  holdout: HoldoutPredictions,
): Promise<TrainingRows> {
  const columns = [recipe.target, ...(recipe.window ? [recipe.window.column] : [])];
  const frame: Frame = await data.frame(dataset, [...new Set(columns)]);
  const known = recipe.adopted && knownTargetOf(recipe.adopted, { version: dataset, target: recipe.target });
  const { classes, values: target } = readTarget(findColumn(frame, recipe.target) as FrameColumn, known);
  const isHeldOut = new Set(holdout.positions);
  const positions = rowsInWindow(frame, recipe.window).filter(
    (row) => !Number.isNaN(target[row]) && !isHeldOut.has(row),
  );
  return { positions, target, classes };
}

/** Answers for the holdout: numbers of a regression, the second class's probability of two, the label of more. */
export function predictionsOf(
  { classes = [], task }: Signature,
  { values, target }: Pick<HoldoutPredictions, 'values' | 'target'>,
): DriftColumn {
  if (task === 'regression') return { name: predictionOutput, kind: 'number', values };
  if (task === 'binary') {
    return { name: predictionOutput, kind: 'number', values: values.filter((_, index) => index % 2 === 1) };
  }
  const labels = Array.from(target, (_, row) => {
    const probabilities = values.subarray(row * classes.length, (row + 1) * classes.length);
    return classes[probabilities.indexOf(Math.max(...probabilities))] ?? null;
  });
  return { name: predictionOutput, kind: 'text', values: labels };
}
