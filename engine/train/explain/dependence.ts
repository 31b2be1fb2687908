import { type Frame, type FrameColumn, findColumn, selectRows } from '../../base/frame.ts';
import type { Dependence } from '../../contract/train-explanations.ts';
import { constantColumn, onlyColumns, withColumn } from '../evaluation/raw-frame.ts';
import { inputColumns } from '../evaluation/subject.ts';
import { evenly } from '../evenly.ts';
import { answerRows, type Model } from '../model.ts';
import { columnGrid } from './grid.ts';

const judgedRows = 200;
const shownCurves = 30;

/**
 * Partial dependence (Friedman 2001): the mean answer when a column is set to each of its values in every row; and
 * individual conditional expectations (Goldstein et al. 2015): the answers of single rows. What the model has learnt of
 * combinations that never occur is part of both.
 * @param frame holdout rows. @param positions of them in the dataset version.
 * @param scored index of the class whose probability is drawn; ignored for a regression.
 */
export function dependenceOn(
  model: Model,
  frame: Frame,
  positions: Int32Array,
  column: string,
  scored: number,
): Dependence {
  const rows = evenly(frame.rows, judgedRows);
  const chosen = onlyColumns(selectRows(frame, rows), inputColumns(model));
  const whole = findColumn(frame, column) as FrameColumn;
  const { kind, values, density } = columnGrid(whole);
  const isBoolean = whole.type === 'boolean';
  const width = Math.max(1, model.classes.length);
  const place = model.classes.length === 0 ? 0 : scored;
  const answers = values.map((value) => {
    const set = withColumn(chosen, constantColumn(whole, value, rows.length));
    const all = answerRows(model, set).values;
    return Float64Array.from(rows, (_, row) => all[row * width + place] as number);
  });
  const curves = evenly(rows.length, shownCurves);
  return {
    column,
    kind: isBoolean ? 'category' : kind,
    class: model.classes[scored] ?? null,
    rows: rows.length,
    values: isBoolean ? values.map((value) => (value === null ? null : String(value === 1))) : values,
    mean: answers.map((ofRows) => ofRows.reduce((sum, answer) => sum + answer, 0) / rows.length),
    density,
    curves: Array.from(curves, (row) => ({
      row: positions[rows[row] as number] as number,
      answers: answers.map((ofRows) => ofRows[row] as number),
    })),
  };
}

/** The class that is drawn where none is named: the second of two, else the most frequent among these. */
export function drawnClass(classes: readonly string[], target: Float64Array): number {
  if (classes.length <= 2) return Math.max(0, classes.length - 1);
  const counts = new Array<number>(classes.length).fill(0);
  for (const label of target) counts[label] = (counts[label] as number) + 1;
  return counts.indexOf(Math.max(...counts));
}
