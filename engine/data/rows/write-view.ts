import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../../store/duck.ts';
import { rowsWhere } from './row-source.ts';
import { orderOf, type RowView } from './row-view.ts';

/** A view of more cells keeps only where its rows stand, which takes less room but longer to read. */
const mostCells = 150_000_000;

/** A view that was written into a database file of its own: its row `n` is the `n`-th of the view. */
export interface KeptView {
  /** `database.table`: columns of the source and `position`, or `position` alone. */
  table: string;
  holds: 'rows' | 'positions';
  total: number;
}

export interface WriteViewInput {
  view: RowView;
  /** The database file, and under which name it is attached. */
  path: string;
  name: string;
}

/**
 * Writes a view into a database file, which stays attached. Rows in their own order are found as quickly by their
 * positions.
 */
export async function writeView(
  connection: DuckDBConnection,
  { source, condition, where, sorted }: RowView,
  path: string,
  name: string,
): Promise<KeptView> {
  const met = condition === undefined ? source : await rowsWhere(connection, source, condition);
  const holds = sorted.length > 0 && source.rows * source.columns.length <= mostCells ? 'rows' : 'positions';
  const columns = holds === 'rows' ? met.columns.map((column) => `${column.sql}, `).join('') : '';
  await connection.run(`ATTACH ${sqlText(path)} AS ${name}`);
  const table = `${name}.kept`;
  await connection.run(
    `CREATE TABLE ${table} AS SELECT ${columns}${met.position} AS position FROM ${met.table}${where}${orderOf(met, sorted)}`,
  );
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
  return { table, holds, total: Number(counted.getRows()[0]?.[0]) };
}
