import type { RowFilter, SortKey } from '../../contract/data-rows.ts';
import { unknownColumn } from '../unknown-column.ts';
import { filterSql } from './row-filter.ts';
import type { RowSource } from './row-source.ts';

/** Which rows in which order. */
export interface ViewOrder {
  where?: string;
  filter?: RowFilter;
  sort?: SortKey[];
}

/** A view as SQL over its source. */
export interface RowView {
  source: RowSource;
  /** A condition that a user wrote in SQL: it comes before the others. */
  condition: string | undefined;
  /** ` WHERE …`, or nothing. */
  where: string;
  /** True where only some of the rows are let through. */
  isFiltered: boolean;
  /** Sorted columns as SQL, none where rows come in their own order. */
  sorted: string[];
  /** ` ORDER BY …`, or nothing where rows come in their own order. */
  order: string;
  /** The same for the same view of the same rows. */
  key: string;
}

/** @throws GalleyError `data.unknown_column`, `data.invalid_filter` */
export function rowView(source: RowSource, { where: condition, filter, sort = [] }: ViewOrder): RowView {
  const sorted = sort.map(({ column: name, descending }) => {
    const column = source.columns.find((known) => known.name === name);
    if (!column) {
      const columns = source.columns.map((known) => known.name);
      throw unknownColumn(name, columns, 'to sort by');
    }
    return `${column.sql} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const where = filter ? ` WHERE ${filterSql(source.columns, filter)}` : '';
  const order = orderOf(source, sorted);
  const isFiltered = filter !== undefined || condition !== undefined;
  const key = JSON.stringify([source.files.map((file) => file.path), condition, where, order]);
  return { source, condition, where, sorted, order, isFiltered, key };
}

/** ` ORDER BY …` the sorted columns, equal rows as they stand; nothing where none is sorted. */
export function orderOf({ file, fileRow }: RowSource, sorted: readonly string[]): string {
  return sorted.length > 0 ? ` ORDER BY ${sorted.join(', ')}, ${file}, ${fileRow}` : '';
}

/** True where all rows come in their own order: nothing has to be counted or kept. */
export function isPlain(view: RowView): boolean {
  return !view.isFiltered && view.order === '';
}
