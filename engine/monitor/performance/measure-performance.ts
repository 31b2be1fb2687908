import type { ConceptChange, EstimateMethod } from '../../contract/monitor-performance.ts';
import { selectJudged } from '../../train/for-jobs.ts';
import { positionsByWindow, type TimeWindow } from '../windows.ts';
import type { AnsweredRows, JudgeableRows } from './answered-rows.ts';
import { conceptChanges } from './concept-changes.ts';
import { type DescribedRows, estimatePerformance } from './estimate-performance.ts';
import { type Figures, figuresOf, wholeEffort, windowEffort } from './figures.ts';
import { type JudgingRule, judgedRows, labelledPositions } from './judging.ts';
import { judgeable, type PerformanceDay } from './performance-days.ts';
import { daysByWindow, type RealisedWindow, realisedWindow } from './realised.ts';

export interface PerformanceInput {
  rule: JudgingRule;
  rows: AnsweredRows;
  windows: readonly TimeWindow[];
  /** Labelled rows that a window needs. */
  minimumRows: number;
  holdout: JudgeableRows;
  /** Of a regression. */
  described: DescribedRows | null;
  /** Rows that the log keeps no more. */
  days: readonly PerformanceDay[];
}

export interface MeasuredWindow extends RealisedWindow {
  rows: number;
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
export function measurePerformance(input: PerformanceInput): MeasuredPerformance {
  const { rule, rows, windows, minimumRows, holdout, described } = input;
  const days = input.days.map((day) => judgeable(day, rule));
  const labelled = labelledPositions(rows);
  const judged = judgedRows(rule, rows, labelled);
  const times = Float64Array.from(labelled, (row) => rows.eventTimes[row] as number);
  const realised = positionsByWindow(times, windows);
  const removed = daysByWindow(days, windows);
  const { estimate, ...estimated } = estimatePerformance(rule, rows, windows, holdout, described);
  return {
    whole: {
      rows: rows.targets.length + rowsOf(days),
      ...realisedWindow(labelled.length === 0 ? null : judged, days, 1, wholeEffort),
      estimated: rows.targets.length === 0 ? null : estimated.whole,
    },
    windows: positionsByWindow(rows.eventTimes, windows).map((answered, index) => {
      const positions = realised[index] ?? [];
      const own = positions.length === 0 ? null : selectJudged(judged, positions);
      const gone = removed[index] ?? [];
      return {
        rows: answered.length + rowsOf(gone),
        ...realisedWindow(own, gone, minimumRows, windowEffort),
        estimated: estimated.windows[index] ?? null,
      };
    }),
    estimate,
    changes: conceptChanges(judged, times),
  };
}

function rowsOf(days: readonly PerformanceDay[]): number {
  return days.reduce((sum, { rows }) => sum + rows, 0);
}

/** The metrics of the labelled rows; null where there is none. */
export function measureFigures({ rule, rows }: { rule: JudgingRule; rows: JudgeableRows }): Figures | null {
  const labelled = labelledPositions(rows);
  return labelled.length === 0 ? null : figuresOf(judgedRows(rule, rows, labelled), wholeEffort);
}
