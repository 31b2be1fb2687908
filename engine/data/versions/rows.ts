import { GalleyError } from '../../base/errors.ts';
import type { RowPage } from '../../contract/data.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { parquetTable, sqlName } from '../../store/duck.ts';
import type { StoredVersion } from '../store.ts';
import { readablePaths } from './readable-paths.ts';
import { cellOf } from './views.ts';

export interface PageOrder {
  offset: number;
  limit: number;
  sort?: { column: string; descending: boolean };
}

/** Rows of a version in their order, or sorted by a column with missing values last. @throws GalleyError `data.unknown_column` */
export async function rowPage(context: EngineContext, version: StoredVersion, order: PageOrder): Promise<RowPage> {
  const columns = version.manifest.schema.map(({ name, type }) => ({ name, type }));
  const { sort } = order;
  if (sort && !columns.some((column) => column.name === sort.column)) {
    throw new GalleyError('data.unknown_column', `There is no column "${sort.column}" to sort by.`, {
      details: { column: sort.column, columns: columns.map((column) => column.name) },
    });
  }
  const direction = sort?.descending ? 'DESC' : 'ASC';
  const sorting = sort ? ` ORDER BY ${sqlName(sort.column)} ${direction} NULLS LAST, filename, file_row_number` : '';
  const names = columns.map((column) => sqlName(column.name)).join(', ');
  const sql =
    `SELECT ${names} FROM ${parquetTable(await readablePaths(context, version))}${sorting}` +
    ` LIMIT ${order.limit} OFFSET ${order.offset}`;
  const rows = await context.duck.use(async (connection) => (await connection.runAndReadAll(sql)).getRowsJson());
  return {
    columns,
    rows: rows.map((row) => row.map((value, index) => cellOf((columns[index] as { type: 'text' }).type, value))),
    total: version.rows,
  };
}
