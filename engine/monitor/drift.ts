import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Frame, FrameColumn } from '../base/frame.ts';
import type { ColumnDrift, DriftThresholds } from '../contract/monitor-drift.ts';
import { chunkScoresOf, type DriftColumn, type DriftDefinition, driftOfSamples } from '../statistics/drift.ts';
import { driftColumn, selectDriftRows, thinned } from '../statistics/drift-columns.ts';
import type { JudgeOptions } from '../statistics/drift-judgement.ts';
import { type DriftSample, sampleOf } from '../statistics/drift-sample.ts';
import { positionsByWindow, type TimeWindow } from './windows.ts';

/** Logged rows, and rows of their reference, that are compared: more do not change a verdict and take long to sort. */
export const comparedRows = 50_000;
/** The same for one window of a timeline, of which there may be hundreds. */
const comparedRowsOfWindow = 5000;

export interface DriftSettings extends Pick<JudgeOptions, 'threshold' | 'falseAlarmRate'> {
  definition: DriftDefinition;
  /** Columns that are judged together: the more, the less a single one may come from sampling alone. */
  columnCount: number;
  minimumRows: number;
  /** Default `sampling`. */
  thresholds?: DriftThresholds;
}

/** Drift of one column over a range, and of each window in it. */
export interface DriftOverTime {
  whole: ColumnDrift;
  /** Null where a window has too few rows. */
  windows: (number | null)[];
  /** Whether the column drifted in each window. */
  drifted: boolean[];
}

/** A column of one side and the other, compared. */
export function compareSamples(
  reference: DriftSample,
  current: DriftSample,
  type: string,
  importance: number | null,
  settings: DriftSettings & { chunkScores?: Float64Array },
): ColumnDrift {
  const { kind: _, ...result } = driftOfSamples(reference, current, settings);
  return { ...result, type, importance };
}

/** The same of columns by row. */
export function compareColumns(
  reference: DriftColumn,
  current: DriftColumn,
  type: string,
  importance: number | null,
  settings: DriftSettings,
): ColumnDrift {
  const ofColumn = settingsFor(reference, current.values.length, settings);
  return compareSamples(sampleOf(reference), sampleOf(current), type, importance, ofColumn);
}

/** Where the spread over chunks of the reference is the threshold, the settings with their scores. */
export function settingsFor(reference: DriftColumn, currentRows: number, settings: DriftSettings) {
  const { definition, thresholds } = settings;
  if (thresholds !== 'chunks' || definition === 'evidently') return settings;
  return { ...settings, chunkScores: chunkScoresOf(reference, currentRows, definition) };
}

/**
 * Compares a logged column with its reference, over all rows and by window.
 * @param frame event time, then the column
 */
export async function driftOverTime(
  reference: DriftColumn,
  frame: Frame,
  type: string,
  importance: number | null,
  windows: readonly TimeWindow[],
  settings: DriftSettings,
): Promise<DriftOverTime> {
  const [times, values] = frame.columns as [FrameColumn, FrameColumn] | [];
  const current = values ? driftColumn(reference.name, values) : selectDriftRows(reference, []);
  const whole = compareColumns(reference, current, type, importance, settings);
  const few = thinned(reference, comparedRowsOfWindow);
  const small = sampleOf(few);
  const forWindows = settingsFor(few, current.values.length / Math.max(windows.length, 1), settings);
  const scores: (number | null)[] = [];
  const drifted: boolean[] = [];
  for (const positions of positionsByWindow(times?.values as Float64Array | undefined, windows)) {
    if (scores.length % 10 === 0) await nextTurn();
    const ofWindow = thinned(selectDriftRows(current, positions), comparedRowsOfWindow);
    const isEnough = positions.length >= settings.minimumRows;
    const found = isEnough ? driftOfSamples(small, sampleOf(ofWindow), forWindows) : null;
    scores.push(found?.score ?? null);
    drifted.push(found?.drifted ?? false);
  }
  return { whole, windows: scores, drifted };
}

/** What a window of a time line says of drift. */
export function driftOfWindow(inputs: readonly DriftOverTime[], prediction: DriftOverTime, index: number) {
  return {
    drift: Object.fromEntries(inputs.map(({ whole, windows }) => [whole.name, windows[index] ?? null])),
    drifted: inputs.flatMap(({ whole, drifted }) => (drifted[index] ? [whole.name] : [])),
    predictionDrift: prediction.windows[index] ?? null,
  };
}

/** Share of the judged columns that drifted; 0 where none could be judged. */
export function driftedShare(columns: readonly ColumnDrift[]): number {
  const judged = columns.filter(({ verdict }) => verdict !== 'too_few_rows');
  return judged.length === 0 ? 0 : judged.filter(({ drifted }) => drifted).length / judged.length;
}

/**
 * Columns whose drift is a reason to look: those whose loss would cost at least a tenth of what the most important one's
 * does, all where that was not measured. Dates are left out: of them only the weekday is compared, and a model that lives
 * on the weekday would hide every other column.
 */
export function importantColumns(columns: readonly ColumnDrift[]): ColumnDrift[] {
  const candidates = columns.filter(({ type }) => type !== 'date' && type !== 'timestamp');
  const largest = Math.max(0, ...candidates.map(({ importance }) => importance ?? 0));
  return largest === 0 ? candidates : candidates.filter(({ importance }) => (importance ?? 0) >= largest / 10);
}
