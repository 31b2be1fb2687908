import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FrameColumn } from '../../base/frame.ts';
import { targetReader } from '../../base/label-target.ts';
import type { Signature } from '../../contract/values.ts';
import { predictionColumn, probabilityColumn } from '../../deploy/index.ts';
import { throwIfAborted } from '../../store/duck.ts';
import type { LabelStore } from '../label-store.ts';
import type { LoggedColumn, LoggedRows, VersionParts } from '../logged-rows.ts';

/** What was answered for rows, and what came true. */
export interface JudgeableRows {
  /** Rows x classes probabilities, or rows x 1 predictions; row-major. */
  answers: Float64Array;
  /** Numbers, or indexes of the signature's classes; NaN where a row cannot be judged: its label is unknown or none of them, or its answer is none. */
  targets: Float64Array;
}

/** Logged rows. */
export interface AnsweredRows extends JudgeableRows {
  /** UTC epoch milliseconds. */
  eventTimes: Float64Array;
}

/** Rows whose labels are looked up in one turn of the event loop. */
const rowsPerTurn = 2000;

/**
 * Joins logged rows with their labels by row id; the last label of a row counts. Rows of versions that have not all classes
 * are left out; those whose answer is no number or no probability have NaN as their target.
 * @param labels null where none is to be looked up
 */
export async function answeredRows(
  rows: LoggedRows,
  labels: LabelStore | null,
  deploymentId: string,
  signature: Signature,
  signal?: AbortSignal,
): Promise<AnsweredRows> {
  const frame = await rows.read((group) => {
    const columns = answerColumns(group, signature);
    return columns && [...(labels ? [rowId] : []), ...columns];
  });
  const [times, ...others] = frame.columns;
  const answered = (labels ? others.slice(1) : others) as Extract<FrameColumn, { kind: 'number' }>[];
  const answers = interleaved(
    frame.rows,
    answered.map(({ values }) => values),
  );
  const targets = new Float64Array(frame.rows).fill(Number.NaN);
  const ids = (others[0]?.values ?? []) as (string | null)[];
  const targetOf = targetReader(signature);
  for (let start = 0; labels !== null && start < frame.rows; start += rowsPerTurn) {
    throwIfAborted(signal);
    for (const [index, label] of labels.latest(deploymentId, ids.slice(start, start + rowsPerTurn)).entries()) {
      if (label !== null) targets[start + index] = targetOf(label);
    }
    await nextTurn();
  }
  withoutUnusable(answers, targets, signature);
  return { eventTimes: (times?.values as Float64Array | undefined) ?? new Float64Array(0), answers, targets };
}

const rowId: LoggedColumn = { name: 'row_id', type: 'text' };

/** Where a version's answers stand; null where it has not all classes, so that it cannot be judged beside the others. */
export function answerColumns(group: VersionParts, { classes = [], task }: Signature): LoggedColumn[] | null {
  const isRegression = group.signature.task === 'regression';
  if (isRegression !== (task === 'regression')) return null;
  if (isRegression) return [{ name: predictionColumn, type: 'float64' }];
  const positions = classes.map((name) => (group.signature.classes ?? []).indexOf(name));
  if (positions.includes(-1)) return null;
  return positions.map((position) => ({ name: probabilityColumn(position), type: 'float64' }));
}

function interleaved(rows: number, columns: readonly Float64Array[]): Float64Array {
  const values = new Float64Array(rows * columns.length);
  for (const [offset, column] of columns.entries()) {
    for (let row = 0; row < rows; row++) values[row * columns.length + offset] = column[row] as number;
  }
  return values;
}

function withoutUnusable(answers: Float64Array, targets: Float64Array, { task }: Signature): void {
  const width = targets.length === 0 ? 1 : answers.length / targets.length;
  const isUsable = task === 'regression' ? Number.isFinite : (value: number) => value >= 0 && value <= 1;
  for (let place = 0; place < answers.length; place++) {
    if (!isUsable(answers[place] as number)) targets[Math.floor(place / width)] = Number.NaN;
  }
}
