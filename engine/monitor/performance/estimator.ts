import { seededRandom } from '../../base/random.ts';
import { count } from '../../base/words.ts';
import type { EstimateMethod } from '../../contract/monitor-performance.ts';
import { fitCbpe } from '../../statistics/cbpe.ts';
import type { Figures } from './figures.ts';
import type { HoldoutRows } from './holdouts.ts';
import { type JudgingRule, labelledPositions } from './judging.ts';

/** Estimates what answers are worth before their labels are known. */
export interface PerformanceEstimator {
  estimate: EstimateMethod;
  /** Of the answers of some rows; null where nothing can be estimated. */
  estimateOf(answers: Float64Array): Figures | null;
}

/** Held-out rows that an estimate is fitted on at least. */
const fewestRows = 30;
const seed = 0;

/** CBPE of a classification, fitted on what was held out. */
export function performanceEstimator(rule: JudgingRule, holdout: HoldoutRows): PerformanceEstimator {
  const known = labelledPositions(holdout);
  if (rule.task === 'regression') return impossible('The error of a regression cannot be estimated yet.');
  if (known.length < fewestRows) {
    return impossible(
      `The version was held to ${count(known.length, 'row')} only; an estimate needs ${fewestRows} to be fitted on.`,
    );
  }
  const { classes, threshold } = rule;
  const width = classes.length;
  const probabilities = new Float64Array(known.length * width);
  for (const [index, row] of known.entries()) {
    probabilities.set(holdout.answers.subarray(row * width, (row + 1) * width), index * width);
  }
  const labels = Int32Array.from(known, (row) => holdout.targets[row] as number);
  const cbpe = fitCbpe({ classes, threshold, probabilities, labels }, seededRandom(seed));
  const calibrated = cbpe.calibrated.some(Boolean) ? 'calibrated' : 'which needed no calibration';
  return {
    estimate: {
      method: 'cbpe',
      says: `Estimated from the probabilities (CBPE), ${calibrated} on ${count(known.length, 'held-out row')}; it does not see where the same inputs come to mean something else.`,
    },
    estimateOf: (answers) => {
      const usable = usableAnswers(answers, width);
      if (usable.length === 0) return null;
      const nothing = { value: null, low: null, high: null };
      const figures = Object.entries(cbpe.estimate(usable));
      return Object.fromEntries(figures.map(([name, figure]) => [name, figure ?? nothing]));
    },
  };
}

function impossible(says: string): PerformanceEstimator {
  return { estimate: { method: null, says }, estimateOf: () => null };
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
