import { GalleyError } from '../../base/errors.ts';
import type { RowFilter, SortKey } from '../../contract/data-rows.ts';
import { filterSql } from './row-filter.ts';
import type { RowSource } from './row-source.ts';

/** Which rows in which order. */
export interface ViewOrder {
  filter?: RowFilter;
  sort?: SortKey[];
}

/** A view as SQL over its source. */
export interface RowView {
  source: RowSource;
  /** ` WHERE …`, or nothing. */
  where: string;
  /** ` ORDER BY …`, or nothing where rows come in their own order. */
  order: string;
  /** The same for the same view of the same rows. */
  key: string;
}

/** @throws GalleyError `data.unknown_column`, `data.invalid_filter` */
export function rowView(source: RowSource, { filter, sort = [] }: ViewOrder): RowView {
  const keys = sort.map(({ column: name, descending }) => {
    const column = source.columns.find((known) => known.name === name);
    if (!column) {
      throw new GalleyError('data.unknown_column', `There is no column "${name}" to sort by.`, {
        details: { column: name, columns: source.columns.map((known) => known.name) },
      });
    }
    return `${column.sql} ${descending ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  const where = filter ? ` WHERE ${filterSql(source.columns, filter)}` : '';
  const order = keys.length > 0 ? ` ORDER BY ${keys.join(', ')}, file_index, file_row_number` : '';
  return { source, where, order, key: JSON.stringify([source.files.map((file) => file.path), where, order]) };
}

/** True where all rows come in their own order: nothing has to be counted or kept. */
export function isPlain(view: RowView): boolean {
  return view.where === '' && view.order === '';
}
