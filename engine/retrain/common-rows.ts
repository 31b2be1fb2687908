import { type Frame, findColumn } from '../base/frame.ts';
import type { RowWindow, Split } from '../contract/train.ts';
import { drawHoldout, hashRows, rowsOf } from '../train/index.ts';

/** Which rows of a dataset version a run trained on. */
export interface TrainingRows {
  /** All columns of the version. */
  frame: Frame;
  window: RowWindow | null;
  split: Split;
  /** Columns that name a row; where empty, its content does. */
  keyColumns: readonly string[];
}

/**
 * Rows of the challenger's holdout that the champion was not trained on either, as positions in the challenger's frame.
 * Rows of the two versions are told apart by their key, else by the content of the columns that both have; a row that
 * only looks like one that was trained on is left out as well.
 */
export function commonRows(challenger: TrainingRows, champion: TrainingRows): Int32Array {
  const names = identifyingColumns(challenger, champion);
  const trainedOn = trainingPositions(champion);
  const hashesOfChampion = hashRows(onlyColumns(champion.frame, names));
  const known = new Set(Array.from(trainedOn, (row) => hashesOfChampion[row] as number));
  const hashes = hashRows(onlyColumns(challenger.frame, names));
  return holdoutPositions(challenger).filter((row) => !known.has(hashes[row] as number));
}

function identifyingColumns(challenger: TrainingRows, champion: TrainingRows): string[] {
  const shared = challenger.frame.columns
    .filter(({ name, kind }) => findColumn(champion.frame, name)?.kind === kind)
    .map(({ name }) => name);
  const { keyColumns } = challenger;
  return keyColumns.length > 0 && keyColumns.every((name) => shared.includes(name)) ? [...keyColumns] : shared;
}

function onlyColumns(frame: Frame, names: readonly string[]): Frame {
  return { rows: frame.rows, columns: frame.columns.filter(({ name }) => names.includes(name)) };
}

function sides({ frame, window, split, keyColumns }: TrainingRows) {
  const rows = rowsOf(frame, { window, split });
  return { rows, isHeldOut: drawHoldout(frame, rows, split, keyColumns) };
}

function trainingPositions(trained: TrainingRows): Int32Array {
  const { rows, isHeldOut } = sides(trained);
  return rows.filter((row) => !isHeldOut(row));
}

function holdoutPositions(trained: TrainingRows): Int32Array {
  const { rows, isHeldOut } = sides(trained);
  return rows.filter((row) => isHeldOut(row));
}
