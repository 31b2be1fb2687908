import type { DuckDBConnection } from '@duckdb/node-api';
import type { RowPage, SortKey } from '../../contract/data-rows.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { StoredVersion } from '../store.ts';
import { cellOf } from '../versions/views.ts';
import type { KeptViews } from './kept-views.ts';
import type { NamedColumn } from './row-filter.ts';
import { chosenColumns, oneFile, type RowSource, rowSource } from './row-source.ts';
import { isPlain, type RowView, rowView, type ViewOrder } from './row-view.ts';
import type { KeptView } from './write-view.ts';

export interface PageOrder extends ViewOrder {
  offset: number;
  limit: number;
  columns?: string[];
  sort?: SortKey[];
}

/** Up to here the first rows of a view are looked for directly; beyond, the whole view is written out first. */
const firstRows = 1000;

type Found = unknown[][];

function selection(columns: readonly NamedColumn[], position: string): string {
  return [...columns.map((column) => column.sql), `(${position})::DOUBLE AS position`].join(', ');
}

async function read(connection: DuckDBConnection, sql: string): Promise<Found> {
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

/** Rows in their own order: only the row groups that hold them are touched. */
async function plainRows(
  connection: DuckDBConnection,
  source: RowSource,
  columns: readonly NamedColumn[],
  { offset, limit }: PageOrder,
): Promise<Found> {
  const found: Found = [];
  for (const file of source.files) {
    const from = Math.max(offset, file.first) - file.first;
    const to = Math.min(offset + limit, file.first + file.rows) - file.first;
    if (from >= to) continue;
    const sql = `SELECT ${selection(columns, `${file.first} + file_row_number`)} FROM ${oneFile(source, file.path)}`;
    found.push(...(await read(connection, `${sql} WHERE file_row_number BETWEEN ${from} AND ${to - 1}`)));
  }
  return found;
}

/** The first rows of a view without having it written out. */
function firstOf(
  connection: DuckDBConnection,
  { source, where, order }: RowView,
  columns: readonly NamedColumn[],
  { offset, limit }: PageOrder,
): Promise<Found> {
  const sql = `SELECT ${selection(columns, source.position)} FROM ${source.table}${where}${order}`;
  return read(connection, `${sql} LIMIT ${limit} OFFSET ${offset}`);
}

/** Rows of a view that was written out. */
async function keptRows(
  connection: DuckDBConnection,
  { source }: RowView,
  kept: KeptView,
  columns: readonly NamedColumn[],
  { offset, limit }: PageOrder,
): Promise<Found> {
  const wanted = `FROM ${kept.table} WHERE rowid BETWEEN ${offset} AND ${offset + limit - 1} ORDER BY rowid`;
  if (kept.holds === 'rows') return read(connection, `SELECT ${selection(columns, 'position')} ${wanted}`);
  const positions = (await read(connection, `SELECT position::DOUBLE ${wanted}`)).map(([position]) => Number(position));
  const rows = new Map<number, unknown[]>();
  for (const file of source.files) {
    const inFile = positions.map((position) => position - file.first).filter((row) => row >= 0 && row < file.rows);
    if (inFile.length === 0) continue;
    const sql = `SELECT ${selection(columns, `${file.first} + file_row_number`)} FROM ${oneFile(source, file.path)}`;
    const range = `file_row_number BETWEEN ${Math.min(...inFile)} AND ${Math.max(...inFile)}`;
    for (const row of await read(connection, `${sql} WHERE ${range} AND file_row_number IN (${inFile.join(', ')})`))
      rows.set(Number(row.at(-1)), row);
  }
  return positions.map((position) => rows.get(position) as unknown[]);
}

async function countOf(connection: DuckDBConnection, { source, where, isFiltered }: RowView): Promise<number> {
  if (!isFiltered) return source.rows;
  return Number((await read(connection, `SELECT count(*)::DOUBLE FROM ${source.table}${where}`))[0]?.[0]);
}

/**
 * Rows of a version in their order, or filtered and sorted.
 * @throws GalleyError `data.unknown_column`, `data.invalid_filter`, `data.invalid_sql`, `call.canceled`
 */
export async function rowPage(
  context: EngineContext,
  views: KeptViews,
  version: StoredVersion,
  order: PageOrder,
  signal?: AbortSignal,
): Promise<RowPage> {
  const source = await rowSource(context, version);
  const columns = chosenColumns(source, order.columns);
  const view = rowView(source, order);
  const isFirst = view.condition === undefined && order.offset + order.limit <= firstRows;
  const kept = isPlain(view)
    ? undefined
    : ((await views.ready(view)) ?? (isFirst ? undefined : await views.make(view, signal)));
  const { found, total } = await context.duck.use(async (connection) => {
    if (isPlain(view)) return { found: await plainRows(connection, source, columns, order), total: source.rows };
    if (kept) return { found: await keptRows(connection, view, kept, columns, order), total: kept.total };
    return { found: await firstOf(connection, view, columns, order), total: await countOf(connection, view) };
  }, signal);
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: found.map((row) => columns.map(({ type }, index) => cellOf(type, row[index]))),
    positions: found.map((row) => Number(row[columns.length])),
    total,
  };
}

/** Makes a view ready for pages far down. @throws GalleyError as `rowPage` */
export async function prepareRows(
  context: EngineContext,
  views: KeptViews,
  version: StoredVersion,
  order: ViewOrder,
  signal?: AbortSignal,
): Promise<{ total: number }> {
  const source = await rowSource(context, version);
  const view = rowView(source, order);
  return { total: isPlain(view) ? source.rows : (await views.make(view, signal)).total };
}
