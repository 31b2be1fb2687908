/** A cell of the grid; row -1 is the header, column 0 the row number. Pure. */
export interface GridCell {
  row: number;
  column: number;
}

export interface GridSize {
  rows: number;
  /** With the row number. */
  columns: number;
  /** Whole rows that a page shows. */
  page: number;
}

/** Where a key leads from a cell, as the grid pattern of ARIA has it; undefined for other keys. */
export function cellAfterKey(
  { row, column }: GridCell,
  { rows, columns, page }: GridSize,
  { key, isControl }: { key: string; isControl: boolean },
): GridCell | undefined {
  const at = (toRow: number, toColumn: number): GridCell => ({
    row: Math.min(rows - 1, Math.max(-1, toRow)),
    column: Math.min(columns - 1, Math.max(0, toColumn)),
  });
  switch (key) {
    case 'ArrowUp':
      return isControl ? at(0, column) : at(row - 1, column);
    case 'ArrowDown':
      return isControl ? at(rows - 1, column) : at(row + 1, column);
    case 'ArrowLeft':
      return isControl ? at(row, 0) : at(row, column - 1);
    case 'ArrowRight':
      return isControl ? at(row, columns - 1) : at(row, column + 1);
    case 'PageUp':
      return at(Math.max(0, row - page), column);
    case 'PageDown':
      return at(row + page, column);
    case 'Home':
      return isControl ? at(0, 0) : at(row, 0);
    case 'End':
      return isControl ? at(rows - 1, columns - 1) : at(row, columns - 1);
    default:
      return undefined;
  }
}

/** The cells between two corners, both included; the header never belongs to it. */
export function cellsBetween(from: GridCell, to: GridCell) {
  return {
    firstRow: Math.max(0, Math.min(from.row, to.row)),
    lastRow: Math.max(from.row, to.row),
    firstColumn: Math.min(from.column, to.column),
    lastColumn: Math.max(from.column, to.column),
  };
}

/** Cells as tab-separated text, as spreadsheets paste it; missing cells are empty. */
export function tabSeparated(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => row.map(cellText).join('\t')).join('\n');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
