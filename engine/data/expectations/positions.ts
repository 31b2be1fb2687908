import type { DuckDBConnection } from '@duckdb/node-api';
import { parquetTable, sqlText } from '../../store/duck.ts';

/** Name of the column of `positionedTable` that says the row's place in all files together, from 0. */
export const positionColumn = '__galley_position';

/** Rows of Parquet files in their order, with each row's place. */
export async function positionedTable(connection: DuckDBConnection, paths: readonly string[]): Promise<string> {
  const list = paths.map(sqlText).join(', ');
  const counted = await connection.runAndReadAll(
    `SELECT file_name, num_rows::DOUBLE FROM parquet_file_metadata([${list}])`,
  );
  const counts = new Map(counted.getRows().map(([name, rows]) => [String(name), Number(rows)]));
  let before = 0;
  const starts = paths.map((path) => {
    const start = before;
    before += counts.get(path) ?? 0;
    return start;
  });
  const start = starts.length === 1 ? '0' : `[${starts.join(', ')}][(file_index + 1)::BIGINT]`;
  return `(SELECT *, (file_row_number + ${start})::BIGINT AS ${positionColumn} FROM ${parquetTable(paths)})`;
}
