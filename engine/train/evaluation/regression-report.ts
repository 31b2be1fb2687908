import type { RegressionReport } from '../../contract/train-regression.ts';
import { risingOrder } from '../../statistics/correlation.ts';
import { normalQuantile } from '../../statistics/special-functions.ts';
import { mean, quantileOfSorted, standardDeviation } from '../../statistics/summary.ts';
import { evenly } from '../evenly.ts';
import type { Judged } from './judged.ts';

const shownPairs = 1000;
const residualBins = 20;
const rowsOfBin = 10;
const shownQuantiles = 100;

/** @param positions of the rows in the dataset version. */
export function regressionReport(judged: Judged, positions: Int32Array): Omit<RegressionReport, 'intervals'> {
  const { target, answers } = judged;
  const residuals = target.map((actual, row) => actual - (answers.values[row] as number));
  return {
    pairs: Array.from(evenly(target.length, shownPairs), (row) => ({
      row: positions[row] as number,
      actual: target[row] as number,
      predicted: answers.values[row] as number,
    })),
    residuals: residualsByPrediction(answers.values, residuals),
    quantiles: normalQuantiles(residuals),
  };
}

function residualsByPrediction(predictions: Float64Array, residuals: Float64Array): RegressionReport['residuals'] {
  const order = risingOrder(predictions);
  const bins = Math.max(1, Math.min(residualBins, Math.floor(order.length / rowsOfBin)));
  return Array.from({ length: bins }, (_, bin) => {
    const rows = order.subarray(Math.floor((bin * order.length) / bins), Math.floor(((bin + 1) * order.length) / bins));
    const sorted = Float64Array.from(rows, (row) => residuals[row] as number).sort();
    return {
      from: predictions[rows[0] as number] as number,
      to: predictions[rows.at(-1) as number] as number,
      rows: rows.length,
      mean: mean(sorted) as number,
      lower: quantileOfSorted(sorted, 0.05),
      median: quantileOfSorted(sorted, 0.5),
      upper: quantileOfSorted(sorted, 0.95),
    };
  });
}

/** Standardised residuals beside the quantiles that normal ones would have, at (i - 1/2) / n. */
function normalQuantiles(residuals: Float64Array): RegressionReport['quantiles'] {
  const [center, deviation] = [mean(residuals) as number, standardDeviation(residuals) as number];
  if (!(deviation > 0)) return [];
  const sorted = residuals.slice().sort();
  const points = Math.min(shownQuantiles, sorted.length);
  return Array.from({ length: points }, (_, index) => {
    const share = (index + 0.5) / points;
    return { normal: normalQuantile(share), residual: (quantileOfSorted(sorted, share) - center) / deviation };
  });
}
