import { type Frame, findColumn } from '../../base/frame.ts';
import type { RowWindow, Split } from '../../contract/train.ts';
import { drawHoldout, hasFewContents, type RowsToldApart, rowsOf, rowUnits } from '../../train/index.ts';

/** Which rows of a dataset version a run trained on. */
export interface TrainingRows extends RowsToldApart {
  /** All columns of the version. */
  frame: Frame;
  window: RowWindow | null;
  split: Split;
}

/**
 * Rows of the challenger's holdout that the champion was not trained on either, as positions in the challenger's frame.
 * Rows of the two versions are told apart by their key, else by the content of the columns that both have, without the
 * target where the challenger's were divided without it; a row that only looks like one that was trained on is left out as
 * well, unless copies were told apart in both.
 */
export function commonRows(challenger: TrainingRows, champion: TrainingRows): Int32Array {
  const told = sharedIdentity(challenger, champion);
  const units = rowUnits(champion.frame, told);
  const known = new Set(Array.from(trainingPositions(champion), (row) => units[row] as number));
  const ownUnits = rowUnits(challenger.frame, told);
  return holdoutPositions(challenger).filter((row) => !known.has(ownUnits[row] as number));
}

/** Rows of the newer dataset that the older one has too, told apart as in `commonRows`. */
export function sharedUnits(newer: TrainingRows, older: TrainingRows): number {
  const told = sharedIdentity(newer, older);
  const known = new Set(rowUnits(older.frame, told));
  return rowUnits(newer.frame, told).reduce((sum, unit) => sum + Number(known.has(unit)), 0);
}

function sharedIdentity(challenger: TrainingRows, champion: TrainingRows): RowsToldApart {
  const shared = challenger.frame.columns
    .filter(({ name, kind }) => findColumn(champion.frame, name)?.kind === kind)
    .map(({ name }) => name);
  const { rowIdentity, keyColumns } = challenger;
  const columns = rowIdentity?.columns ?? keyColumns;
  const areShared = columns.length > 0 && columns.every((name) => shared.includes(name));
  if (rowIdentity?.by !== 'content') return { keyColumns: areShared ? columns : shared };
  const keyed: RowsToldApart = { keyColumns: shared.filter((name) => columns.includes(name)) };
  const content: RowsToldApart = { ...keyed, rowIdentity: { by: 'content', columns: [...keyed.keyColumns] } };
  return [challenger, champion].every(({ frame }) => hasFewContents(frame, content)) ? content : keyed;
}

function sides(trained: TrainingRows) {
  const rows = rowsOf(trained.frame, trained);
  return { rows, isHeldOut: drawHoldout(trained.frame, rows, trained.split, trained) };
}

/** Rows that were trained on, as positions in the frame. */
export function trainingPositions(trained: TrainingRows): Int32Array {
  const { rows, isHeldOut } = sides(trained);
  return rows.filter((row) => !isHeldOut(row));
}

/** Held-out rows, as positions in the frame. */
export function holdoutPositions(trained: TrainingRows): Int32Array {
  const { rows, isHeldOut } = sides(trained);
  return rows.filter((row) => isHeldOut(row));
}
