import type { DifferentRows, RowChange } from '../../../engine/contract/data-comparison.ts';

type Column = DifferentRows['columns'][number];
type Row = DifferentRows['rows'][number];
type Cell = null | boolean | number | string;

export interface ShownColumn {
  name: string;
  /** In the rows' cells. */
  place: number;
  isNumber: boolean;
}

export interface ShownCell {
  place: number;
  text: string;
  /** What stood there before; undefined where nothing changed. */
  before?: string;
  isNumber: boolean;
  isMissing: boolean;
}

export interface ShownRow {
  key: string;
  /** Its number, or both where it moved. */
  place: string;
  cells: ShownCell[];
}

/** So many columns are shown at first. */
const firstColumns = 12;
const numberTypes = ['int64', 'float64', 'decimal'];

/**
 * Columns in the order in which they tell most: of changed rows the key, then those with changed cells, most first; of
 * added and removed rows the key, then the others as they stand.
 */
export function shownColumns(
  columns: readonly Column[],
  {
    change,
    changedColumns,
    keyColumns,
    allColumns,
  }: {
    change: RowChange;
    changedColumns: Record<string, number>;
    keyColumns: readonly string[];
    allColumns: boolean;
  },
): ShownColumn[] {
  const all = columns.map(({ name, type }, place) => ({ name, place, isNumber: numberTypes.includes(type) }));
  const keys = all.filter(({ name }) => keyColumns.includes(name));
  const others = all.filter(({ name }) => !keyColumns.includes(name));
  if (change !== 'changed') return allColumns ? [...keys, ...others] : [...keys, ...others].slice(0, firstColumns);
  const count = ({ name }: ShownColumn) => changedColumns[name] ?? 0;
  const changed = others.filter((column) => count(column) > 0).sort((a, b) => count(b) - count(a));
  if (!allColumns) return [...keys, ...changed.slice(0, firstColumns)];
  return [...keys, ...changed, ...others.filter((column) => count(column) === 0)];
}

/** The rows of a page as a table shows them. */
export function shownRows(rows: readonly Row[], columns: readonly ShownColumn[]): ShownRow[] {
  return rows.map((row) => ({
    key: `${row.fromRow} ${row.toRow}`,
    place: placeWords(row),
    cells: columns.map(({ place, isNumber }) => {
      const value = (row.after ?? row.before)?.[place] ?? null;
      const isChanged = row.changed.includes(place);
      return {
        place,
        text: cellText(value),
        ...(isChanged && { before: cellText(row.before?.[place] ?? null) }),
        isNumber,
        isMissing: value === null,
      };
    }),
  }));
}

function placeWords({ fromRow, toRow }: Row): string {
  if (fromRow === null || toRow === null || fromRow === toRow) return String(toRow ?? fromRow ?? '');
  return `${fromRow} → ${toRow}`;
}

function cellText(value: Cell): string {
  if (value === null) return 'missing';
  return value === '' ? 'empty text' : String(value);
}
