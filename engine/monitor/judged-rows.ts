import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FrameColumn } from '../base/frame.ts';
import { targetReader } from '../base/label-target.ts';
import type { Metrics, Signature } from '../contract/values.ts';
import { predictionColumn, probabilityColumn } from '../deploy/index.ts';
import { classificationMetrics } from '../statistics/classification-metrics.ts';
import { regressionMetrics } from '../statistics/regression-metrics.ts';
import type { LabelStore } from './label-store.ts';
import type { LoggedColumn, LoggedRows, VersionParts } from './logged-rows.ts';

/** Logged rows whose label is known. */
export interface JudgedRows {
  signature: Signature;
  /** UTC epoch milliseconds. */
  eventTimes: Float64Array;
  /** Numbers, or indexes of the signature's classes. */
  targets: Float64Array;
  /** Rows x classes probabilities, or rows x 1 predictions; row-major. */
  answers: Float64Array;
}

/** Rows whose labels are looked up in one turn of the event loop. */
const rowsPerTurn = 2000;

/**
 * Joins logged rows with their labels by row id; the last label of a row counts. Left out are rows without a label, with a
 * label that the signature's classes do not have, and with an answer that is not finite.
 */
export async function judgeRows(
  rows: LoggedRows,
  labels: LabelStore,
  deploymentId: string,
  signature: Signature,
): Promise<JudgedRows> {
  const targetOf = targetReader(signature);
  const eventTimes: number[] = [];
  const targets: number[] = [];
  const answers: number[] = [];
  const frame = await rows.read((group) => {
    const columns = answerColumns(group, signature);
    return columns && [{ name: 'row_id', type: 'text' }, ...columns];
  });
  const [times, ids, ...answered] = frame.columns as [FrameColumn, FrameColumn, ...FrameColumn[]];
  for (let start = 0; start < frame.rows; start += rowsPerTurn) {
    const some = (ids.values as (string | null)[]).slice(start, start + rowsPerTurn);
    for (const [index, label] of labels.latest(deploymentId, some).entries()) {
      const row = start + index;
      const target = label === null ? Number.NaN : targetOf(label);
      const answer = answered.map(({ values }) => values[row] as number);
      if (Number.isNaN(target) || !answer.every(Number.isFinite)) continue;
      eventTimes.push(times.values[row] as number);
      targets.push(target);
      answers.push(...answer);
    }
    await nextTurn();
  }
  return {
    signature,
    eventTimes: Float64Array.from(eventTimes),
    targets: Float64Array.from(targets),
    answers: Float64Array.from(answers),
  };
}

/** Metrics by scikit-learn's definitions, of all rows or of those at the positions. */
export function metricsOf({ signature, targets, answers }: JudgedRows, positions?: readonly number[]): Metrics {
  const { classes = [], threshold, task } = signature;
  const width = task === 'regression' ? 1 : classes.length;
  const chosen = positions ?? Array.from(targets, (_, row) => row);
  const targetsOf = Float64Array.from(chosen, (row) => targets[row] as number);
  const answersOf = new Float64Array(chosen.length * width);
  for (const [index, row] of chosen.entries()) {
    answersOf.set(answers.subarray(row * width, (row + 1) * width), index * width);
  }
  if (task === 'regression') return regressionMetrics({ targets: targetsOf, predictions: answersOf });
  const labels = Int32Array.from(targetsOf);
  return classificationMetrics({ classes, threshold, probabilities: answersOf, labels });
}

/** Where a version's answers stand; null where it has not all classes, so that it cannot be judged beside the others. */
function answerColumns(group: VersionParts, { classes = [], task }: Signature): LoggedColumn[] | null {
  const isRegression = group.signature.task === 'regression';
  if (isRegression !== (task === 'regression')) return null;
  if (isRegression) return [{ name: predictionColumn, type: 'float64' }];
  const positions = classes.map((name) => (group.signature.classes ?? []).indexOf(name));
  if (positions.includes(-1)) return null;
  return positions.map((position) => ({ name: probabilityColumn(position), type: 'float64' }));
}
