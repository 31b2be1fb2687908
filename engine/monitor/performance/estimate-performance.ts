import { GalleyError } from '../../base/errors.ts';
import { type Frame, findColumn, selectRows } from '../../base/frame.ts';
import { seededRandom } from '../../base/random.ts';
import { count } from '../../base/words.ts';
import type { EstimateMethod } from '../../contract/monitor-performance.ts';
import { fitCbpe } from '../../statistics/cbpe.ts';
import { fitDirectLoss } from '../../statistics/direct-loss.ts';
import { sideRegression } from '../../train/for-jobs.ts';
import { positionsByWindow, type TimeWindow } from '../windows.ts';
import type { AnsweredRows, JudgeableRows } from './answered-rows.ts';
import type { Figures } from './figures.ts';
import { type JudgingRule, labelledPositions } from './judging.ts';

/** What is known of rows beside the answer, for a regression: the inputs and, as the last column, the prediction. */
export interface DescribedRows {
  /** Held-out rows, with what came true. */
  holdout: Frame;
  targets: Float64Array;
  /** Logged rows; the event time is the first column. */
  logged: Frame;
}

export interface EstimatedPerformance {
  estimate: EstimateMethod;
  whole: Figures | null;
  /** Null where a window has no rows. */
  windows: (Figures | null)[];
}

/** Held-out rows that an estimate is fitted on at least. */
const fewestRows = 30;
const seed = 0;
const blind = 'It does not see where the same inputs come to mean something else.';

/**
 * What answers are worth, before it is known what came true: CBPE of a classification, DLE of a regression, fitted on what
 * was held out.
 * @param described of a regression
 */
export function estimatePerformance(
  rule: JudgingRule,
  rows: Pick<AnsweredRows, 'answers' | 'eventTimes'>,
  windows: readonly TimeWindow[],
  holdout: JudgeableRows,
  described: DescribedRows | null,
): EstimatedPerformance {
  const known = labelledPositions(described ?? holdout);
  if (known.length < fewestRows) {
    const held = `The version was held to ${count(known.length, 'row')} only`;
    return impossible(`${held}; an estimate needs ${fewestRows} to be fitted on.`, windows);
  }
  if (rule.task !== 'regression') return byConfidence(rule, rows, windows, holdout, known);
  if (!described) return impossible('Nothing is known of the rows but their answers.', windows);
  try {
    return byDirectLoss(described, windows, known);
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    return impossible('No input tells one row from another, so that errors cannot be told from inputs.', windows);
  }
}

function impossible(says: string, windows: readonly TimeWindow[]): EstimatedPerformance {
  return { estimate: { method: null, says }, whole: null, windows: windows.map(() => null) };
}

function byConfidence(
  { classes, threshold }: JudgingRule,
  { answers, eventTimes }: Pick<AnsweredRows, 'answers' | 'eventTimes'>,
  windows: readonly TimeWindow[],
  holdout: JudgeableRows,
  known: Int32Array,
): EstimatedPerformance {
  const width = classes.length;
  const probabilities = rowsAt(holdout.answers, width, known);
  const labels = Int32Array.from(known, (row) => holdout.targets[row] as number);
  const cbpe = fitCbpe({ classes, threshold, probabilities, labels }, seededRandom(seed));
  const estimateOf = (positions: ArrayLike<number>) => {
    const usable = usableAnswers(rowsAt(answers, width, positions), width);
    return usable.length === 0 ? null : figuresOfEstimate(cbpe.estimate(usable));
  };
  const calibrated = cbpe.calibrated.some(Boolean) ? 'calibrated' : 'which needed no calibration,';
  return {
    estimate: {
      method: 'cbpe',
      says: `Estimated from the probabilities (CBPE), ${calibrated} on ${count(known.length, 'held-out row')}. ${blind}`,
    },
    whole: estimateOf(eventTimes.map((_, row) => row)),
    windows: positionsByWindow(eventTimes, windows).map(estimateOf),
  };
}

function byDirectLoss(
  { holdout, targets, logged }: DescribedRows,
  windows: readonly TimeWindow[],
  known: Int32Array,
): EstimatedPerformance {
  const fitted = selectRows(holdout, known);
  const { name } = holdout.columns.at(-1) as Frame['columns'][number];
  const predictionsOf = (frame: Frame) => findColumn(frame, name)?.values as Float64Array;
  const side = sideRegression(fitted);
  const judged = {
    targets: Float64Array.from(known, (row) => targets[row] as number),
    predictions: predictionsOf(fitted),
  };
  const loss = fitDirectLoss(judged, side.fit, seededRandom(seed));
  const [times, ...columns] = logged.columns;
  const eventTimes = (times?.values ?? new Float64Array(0)) as Float64Array;
  const usable = (positions: ArrayLike<number>) => {
    const answers = predictionsOf({ ...logged, columns });
    return Array.from(positions).filter((row) => Number.isFinite(answers[row]));
  };
  const estimateOf = (positions: ArrayLike<number>) => {
    const frame = selectRows({ rows: logged.rows, columns }, usable(positions));
    return frame.rows === 0 ? null : figuresOfEstimate(loss.estimate(side.rowsOf(frame), predictionsOf(frame)));
  };
  return {
    estimate: {
      method: 'dle',
      says: `Estimated by a second model of the errors (DLE), fitted on ${count(known.length, 'held-out row')}. ${blind}`,
    },
    whole: logged.rows === 0 ? null : estimateOf(eventTimes.map((_, row) => row)),
    windows: positionsByWindow(eventTimes, windows).map(estimateOf),
  };
}

function figuresOfEstimate(figures: Record<string, Figures[string] | null>): Figures {
  const nothing = { value: null, low: null, high: null };
  return Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, figure ?? nothing]));
}

function rowsAt(answers: Float64Array, width: number, positions: ArrayLike<number>): Float64Array {
  if (positions.length * width === answers.length) return answers;
  const chosen = new Float64Array(positions.length * width);
  for (let index = 0; index < positions.length; index++) {
    const row = positions[index] as number;
    chosen.set(answers.subarray(row * width, (row + 1) * width), index * width);
  }
  return chosen;
}

/** The rows whose answers are all probabilities. */
function usableAnswers(answers: Float64Array, width: number): Float64Array {
  const isUsable = (value: number) => value >= 0 && value <= 1;
  if (answers.every(isUsable)) return answers;
  const rows: number[] = [];
  for (let start = 0; start < answers.length; start += width) {
    const row = answers.subarray(start, start + width);
    if (row.every(isUsable)) rows.push(...row);
  }
  return Float64Array.from(rows);
}
