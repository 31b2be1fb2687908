import { selectRows } from '../../base/frame.ts';
import type { Estimate } from '../../contract/train-estimates.ts';
import type { SliceReport } from '../../contract/train-slices.ts';
import { searchSlices } from '../../statistics/slice-search.ts';
import { mean, standardDeviation } from '../../statistics/summary.ts';
import { evenly } from '../evenly.ts';
import { columnParts } from './column-parts.ts';
import { onlyColumns } from './raw-frame.ts';
import { rowLosses } from './row-losses.ts';
import { type EvaluationControl, type EvaluationSubject, inputColumns, judgedOf } from './subject.ts';

const searchedRows = 50_000;
const fewestRows = 30;
const fewestShare = 0.01;
const widthOf95 = 1.96;

/**
 * The parts of the holdout on which the model is worst, found by themselves. Of a large holdout 50,000 rows are searched.
 * @param others columns that are searched beside those of the model.
 */
export function sliceReport(
  subject: EvaluationSubject,
  others: readonly string[],
  control: EvaluationControl,
): SliceReport {
  const { name, losses: all } = rowLosses(judgedOf(subject));
  const rows = evenly(all.length, searchedRows);
  const losses = Float64Array.from(rows, (row) => all[row] as number);
  const columns = [...new Set([...inputColumns(subject.model), ...others])];
  const frame = selectRows(onlyColumns(subject.holdout.frame, columns), rows);
  control.throwIfCanceled();
  const parts = frame.columns.flatMap((column) => columnParts(column, { mostValues: 20, ranges: 5 }));
  const minimumRows = Math.max(fewestRows, Math.ceil(fewestShare * rows.length));
  const { slices, looked } = searchSlices(
    losses,
    parts.map(({ codes, conditions }) => ({ codes, parts: conditions.length })),
    { minimumRows, minimumEffect: 0.2, level: 0.05, beam: 20, most: 10 },
  );
  return {
    loss: name,
    overall: meanEstimate(losses),
    rows: rows.length,
    looked,
    minimumRows,
    slices: slices.map(({ conditions, rows: inside, meanLoss, error, effect, p }) => ({
      conditions: conditions.flatMap(({ column, part }) => parts[column]?.conditions[part] ?? []),
      says: conditions.map(({ column, part }) => parts[column]?.says[part] ?? '').join(' and '),
      rows: inside,
      loss: { value: meanLoss, low: meanLoss - widthOf95 * error, high: meanLoss + widthOf95 * error },
      effect,
      p,
    })),
  };
}

function meanEstimate(losses: Float64Array): Estimate {
  const value = mean(losses);
  const deviation = standardDeviation(losses, 1);
  if (value === null || deviation === null) return { value, low: null, high: null };
  const half = (widthOf95 * deviation) / Math.sqrt(losses.length);
  return { value, low: value - half, high: value + half };
}
