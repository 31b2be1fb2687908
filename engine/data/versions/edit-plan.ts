import { GalleyError } from '../../base/errors.ts';
import type { RowEdits } from '../../contract/data-edits.ts';
import type { SchemaColumn } from '../schema.ts';
import { unknownColumn } from '../unknown-column.ts';
import { cellInput } from './cell-input.ts';
import type { Cell } from './views.ts';

/** Texts of cells by the place of their column; columns that are not there stay as they are, or missing in new rows. */
export type PlannedCells = Record<number, string | null>;

/** Edits of a version that are known to fit it. Rows are counted from 0. */
export interface EditPlan {
  edits: { row: number; cells: PlannedCells }[];
  removed: number[];
  /** In order; `before` is the number of rows for the end. */
  inserted: { before: number; cells: PlannedCells }[];
}

/** The version that is edited, as far as edits have to fit it. */
interface Edited {
  schema: readonly SchemaColumn[];
  rows: number;
}

function plannedCells(schema: readonly SchemaColumn[], values: Record<string, Cell>, row: number | null): PlannedCells {
  const cells: PlannedCells = {};
  for (const [name, value] of Object.entries(values)) {
    const place = schema.findIndex((column) => column.name === name);
    const column = schema[place];
    if (!column) {
      const names = schema.map((known) => known.name);
      throw unknownColumn(name, names, 'to edit');
    }
    cells[place] = cellInput(column, value, row);
  }
  return cells;
}

function requireRow(row: number, { rows }: Edited): void {
  if (row < rows) return;
  throw new GalleyError('data.no_such_row', `There is no row ${row + 1}; the version has ${rows} rows.`, {
    details: { row, rows },
  });
}

function requireOnce(rows: readonly number[]): void {
  const seen = new Set<number>();
  for (const row of rows) {
    if (seen.has(row)) {
      throw new GalleyError('data.row_edited_twice', `Row ${row + 1} is changed or removed twice.`, {
        details: { row },
      });
    }
    seen.add(row);
  }
}

/**
 * Checks edits against the version that they are for.
 * @throws GalleyError `data.no_such_row`, `data.unknown_column`, `data.value_does_not_fit`, `data.row_edited_twice`,
 * `data.no_rows`, `call.invalid_input` where there is nothing to do
 */
export function planEdits(version: Edited, { edits = [], remove = [], insert = [] }: RowEdits): EditPlan {
  if (edits.length + remove.length + insert.length === 0) {
    throw new GalleyError('call.invalid_input', 'data.edit needs something to change, to remove or to insert.');
  }
  for (const row of [...edits.map((edit) => edit.row), ...remove]) requireRow(row, version);
  requireOnce([...edits.map((edit) => edit.row), ...remove]);
  if (remove.length === version.rows && insert.length === 0) {
    throw new GalleyError('data.no_rows', 'A version has at least one row; delete the dataset instead.');
  }
  return {
    edits: edits.map(({ row, values }) => ({ row, cells: plannedCells(version.schema, values, row) })),
    removed: remove,
    inserted: insert.map(({ before = version.rows, values }) => {
      if (before !== version.rows) requireRow(before, version);
      return { before, cells: plannedCells(version.schema, values, null) };
    }),
  };
}
