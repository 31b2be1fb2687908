import type { FairnessReport } from '../../contract/train-fairness.ts';
import { fairnessReport, type SensitiveGroups } from '../../train/for-jobs.ts';
import type { AnsweredRows, JudgeableRows } from '../performance/answered-rows.ts';
import { type JudgingRule, judgedRows, labelledPositions } from '../performance/judging.ts';
import { positionsByWindow, type TimeWindow } from '../windows.ts';

export interface FairnessInput {
  rule: JudgingRule;
  current: AnsweredRows;
  /** The holdout. */
  reference: JudgeableRows;
  /** The groups of both sides: the same names, and a code for each row of the current and of the reference side. */
  groups: Omit<SensitiveGroups, 'codes'> & { current: Int32Array; reference: Int32Array };
  windows: readonly TimeWindow[];
  favourable: string | undefined;
  /** Rows that a group needs. */
  minimumGroupRows: number;
  /** Labelled rows that a window needs. */
  minimumRows: number;
}

export interface MeasuredFairness {
  reference: FairnessReport | null;
  whole: FairnessReport | null;
  windows: { rows: number; report: FairnessReport | null }[];
}

const seed = 0;

/** How groups were treated on the labelled rows of a range, of each of its windows, and on the holdout. */
export function measureFairness(input: FairnessInput): MeasuredFairness {
  const { rule, current, groups, reference, windows, favourable, minimumGroupRows, minimumRows } = input;
  const report = (rows: JudgeableRows, codes: Int32Array, labelled: Int32Array): FairnessReport | null => {
    if (labelled.length < minimumRows) return null;
    const judged = judgedRows(rule, rows, labelled);
    const { by, names } = groups;
    const own = { by, names, codes: Int32Array.from(labelled, (row) => codes[row] as number) };
    return fairnessReport(judged, favourable, own, seed, minimumGroupRows);
  };
  const labelled = labelledPositions(current);
  const times = Float64Array.from(labelled, (row) => current.eventTimes[row] as number);
  return {
    reference: report(reference, groups.reference, labelledPositions(reference)),
    whole: report(current, groups.current, labelled),
    windows: positionsByWindow(times, windows).map((positions) => ({
      rows: positions.length,
      report: report(
        current,
        groups.current,
        Int32Array.from(positions, (position) => labelled[position] as number),
      ),
    })),
  };
}
