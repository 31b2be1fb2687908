import type { ConceptChange, EstimateMethod } from '../../contract/monitor-performance.ts';
import type { TaskKind } from '../../contract/values.ts';
import { type Judged, selectJudged } from '../../train/for-jobs.ts';
import { positionsByWindow, type TimeWindow } from '../windows.ts';
import type { AnsweredRows } from './answered-rows.ts';
import { conceptChanges } from './concept-changes.ts';
import { performanceEstimator } from './estimator.ts';
import { type Figures, figuresOf, wholeEffort, windowEffort } from './figures.ts';
import type { HoldoutRows } from './holdouts.ts';

/** How answers are judged. */
export interface JudgingRule {
  task: TaskKind;
  classes: readonly string[];
  threshold: number;
}

export interface PerformanceInput {
  rule: JudgingRule;
  rows: AnsweredRows;
  windows: readonly TimeWindow[];
  /** Labelled rows that a window needs. */
  minimumRows: number;
  holdout: HoldoutRows;
}

export interface MeasuredWindow {
  rows: number;
  labelled: number;
  realised: Figures | null;
  /** From the answers of all rows. */
  estimated: Figures | null;
}

export interface MeasuredPerformance {
  whole: MeasuredWindow;
  windows: MeasuredWindow[];
  estimate: EstimateMethod;
  changes: ConceptChange[];
}

/** What a deployment's answers were worth over a range and in each of its windows. */
export function measurePerformance({
  rule,
  rows,
  windows,
  minimumRows,
  holdout,
}: PerformanceInput): MeasuredPerformance {
  const labelled = labelledPositions(rows);
  const judged = judgedRows(rule, rows, labelled);
  const times = Float64Array.from(labelled, (row) => rows.eventTimes[row] as number);
  const realised = positionsByWindow(times, windows);
  const { estimate, estimateOf } = performanceEstimator(rule, holdout);
  return {
    whole: {
      rows: rows.targets.length,
      labelled: labelled.length,
      realised: labelled.length === 0 ? null : figuresOf(judged, wholeEffort),
      estimated: estimateOf(rows.answers),
    },
    windows: positionsByWindow(rows.eventTimes, windows).map((answered, index) => {
      const positions = realised[index] ?? [];
      return {
        rows: answered.length,
        labelled: positions.length,
        realised: positions.length < minimumRows ? null : figuresOf(selectJudged(judged, positions), windowEffort),
        estimated: answered.length === 0 ? null : estimateOf(answersAt(rows, answered)),
      };
    }),
    estimate,
    changes: conceptChanges(judged, times),
  };
}

/** The metrics of the labelled rows; null where there is none. */
export function measureFigures({ rule, rows }: { rule: JudgingRule; rows: HoldoutRows }): Figures | null {
  const labelled = labelledPositions(rows);
  return labelled.length === 0 ? null : figuresOf(judgedRows(rule, rows, labelled), wholeEffort);
}

function answersAt({ answers, targets }: AnsweredRows, positions: readonly number[]): Float64Array {
  const width = answers.length / targets.length;
  const chosen = new Float64Array(positions.length * width);
  for (const [index, row] of positions.entries()) {
    chosen.set(answers.subarray(row * width, (row + 1) * width), index * width);
  }
  return chosen;
}

/** The rows whose label is known. */
export function labelledPositions({ targets }: Pick<AnsweredRows, 'targets'>): Int32Array {
  const positions = new Int32Array(targets.length);
  let found = 0;
  for (let row = 0; row < targets.length; row++) {
    if (!Number.isNaN(targets[row] as number)) positions[found++] = row;
  }
  return positions.subarray(0, found);
}

export function judgedRows(
  rule: JudgingRule,
  { answers, targets }: Omit<AnsweredRows, 'eventTimes'>,
  positions: ArrayLike<number>,
): Judged {
  const all: Judged = { ...rule, answers: { values: answers }, target: targets };
  return positions.length === targets.length ? all : selectJudged(all, positions);
}
