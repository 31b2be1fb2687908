import { type FrameColumn, findColumn, selectRows } from '../../base/frame.ts';
import type { ShapSummary } from '../../contract/train-explanations.ts';
import { averageRanks } from '../../statistics/correlation.ts';
import { type EvaluationControl, type EvaluationSubject, inputColumns } from '../evaluation/subject.ts';
import { evenly } from '../evenly.ts';
import type { Model } from '../model.ts';
import { explainRows, hasExactContributions, type RowContributions } from './contributions.ts';
import { drawnClass } from './dependence.ts';
import { cellsOfRow } from './sampled-shap.ts';

const exactRows = 500;
/** Of exact methods at the most, or what `sampledRows` need: some seconds. */
const exactSteps = 2e7;
/** Each costs the model some thousand answers; fewer of many columns. */
const sampledRows = 40;
const sampledCells = 40_000_000;
const fewestRows = 5;
const shownColumns = 20;

/** Mean size of the contributions of each column over rows of the holdout, and those of the rows for the picture. */
export function shapSummary(subject: EvaluationSubject, control: EvaluationControl): ShapSummary {
  const { model, holdout, training } = subject;
  const rows = evenly(holdout.frame.rows, explainedRows(model));
  const frame = selectRows(holdout.frame, rows);
  const explained = explainRows(model, frame, training.background, subject.seed, control.throwIfCanceled);
  const { method, unit, columns, outputs } = explained;
  const sizes = columns.map((_, column) => meanSize(explained, column, rows.length));
  const order = Array.from(columns.keys()).sort((a, b) => (sizes[b] as number) - (sizes[a] as number));
  const shown = order.slice(0, shownColumns);
  const output = outputs === 1 ? 0 : drawnClass(model.classes, holdout.target);
  return {
    method,
    unit,
    rows: rows.length,
    background: training.background.rows,
    columns: order.map((column) => ({ name: columns[column] as string, mean: sizes[column] as number })),
    points: {
      rows: Array.from(rows, (row) => holdout.positions[row] as number),
      values: shown.map((column) => rankShares(findColumn(frame, columns[column] as string) as FrameColumn)),
      contributions: shown.map((column) =>
        Array.from(rows, (_, row) => explained.values[(row * columns.length + column) * outputs + output] as number),
      ),
    },
  };
}

function explainedRows(model: Model): number {
  if (!hasExactContributions(model)) {
    const affordable = Math.floor(sampledCells / cellsOfRow(inputColumns(model).length));
    return Math.max(fewestRows, Math.min(sampledRows, affordable));
  }
  const affordable = Math.floor(exactSteps / (model.fitted.explainSteps ?? 1));
  return Math.max(sampledRows, Math.min(exactRows, affordable));
}

function meanSize({ columns, outputs, values }: RowContributions, column: number, rows: number): number {
  let total = 0;
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      total += Math.abs(values[(row * columns.length + column) * outputs + output] as number);
    }
  }
  return total / (rows * outputs);
}

/** Where each value stands among the others, 0 to 1; null where it has no order or is missing. */
function rankShares(column: FrameColumn): (number | null)[] {
  if (column.kind === 'text') return column.values.map(() => null);
  const ranks = averageRanks(column.values);
  const present = Math.max(1, ...ranks.filter((rank) => !Number.isNaN(rank)));
  return Array.from(ranks, (rank) => (Number.isNaN(rank) ? null : present <= 1 ? 0.5 : (rank - 1) / (present - 1)));
}
