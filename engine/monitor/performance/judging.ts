import type { TaskKind } from '../../contract/values.ts';
import { type Judged, selectJudged } from '../../train/for-jobs.ts';
import type { JudgeableRows } from './answered-rows.ts';

/** How answers are judged. */
export interface JudgingRule {
  task: TaskKind;
  classes: readonly string[];
  threshold: number;
}

/** The rows whose label is known. */
export function labelledPositions({ targets }: Pick<JudgeableRows, 'targets'>): Int32Array {
  const positions = new Int32Array(targets.length);
  let found = 0;
  for (let row = 0; row < targets.length; row++) {
    if (!Number.isNaN(targets[row] as number)) positions[found++] = row;
  }
  return positions.subarray(0, found);
}

export function judgedRows(
  rule: JudgingRule,
  { answers, targets }: JudgeableRows,
  positions: ArrayLike<number>,
): Judged {
  const all: Judged = { ...rule, answers: { values: answers }, target: targets };
  return positions.length === targets.length ? all : selectJudged(all, positions);
}
