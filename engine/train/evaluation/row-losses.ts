import type { WorstRow } from '../../contract/train-evaluation.ts';
import { logLosses } from '../../statistics/classification-metrics.ts';
import { risingOrder } from '../../statistics/correlation.ts';
import { classificationInput, type Judged, predictedLabels } from './judged.ts';

const shownRows = 50;

/** Error of each row, less is better: absolute of a number, -ln of the true class's probability. */
export function rowLosses(judged: Judged): { name: 'absolute_error' | 'log_loss'; losses: Float64Array } {
  if (judged.task !== 'regression') return { name: 'log_loss', losses: logLosses(classificationInput(judged)) };
  const { target, answers } = judged;
  return {
    name: 'absolute_error',
    losses: target.map((actual, row) => Math.abs(actual - (answers.values[row] as number))),
  };
}

/** The rows with the largest errors, worst first. */
export function worstRows(judged: Judged, losses: Float64Array, positions: Int32Array): WorstRow[] {
  const { classes, target, answers } = judged;
  const labels = judged.task === 'regression' ? undefined : predictedLabels(judged);
  return Array.from(risingOrder(losses).reverse().subarray(0, shownRows), (row) => {
    const actual = target[row] as number;
    const place = { row: positions[row] as number, loss: losses[row] as number };
    if (labels === undefined) {
      return { ...place, actual, predicted: answers.values[row] as number, probability: null };
    }
    return {
      ...place,
      actual: classes[actual] as string,
      predicted: classes[labels[row] as number] as string,
      probability: answers.values[row * classes.length + actual] as number,
    };
  });
}
