import type { DuckDBConnection } from '@duckdb/node-api';
import { rowRanges } from './delta-read.ts';
import { neutralNames, positionedRows } from './delta-sql.ts';
import type { PartFile } from './leaf-reader.ts';
import { type ReadForm, rowsOf } from './stored-form.ts';

/**
 * True where a stored version, read back as every reader will read it, has exactly the rows of these files, from some row
 * on, in their order. So it has their identity, too.
 */
export async function readsBackAs(
  connection: DuckDBConnection,
  form: ReadForm,
  { files, from: first = 0 }: { files: readonly PartFile[]; from?: number },
  throwIfCanceled: () => void,
): Promise<boolean> {
  const ranges = await rowRanges(connection, form);
  if (ranges.reduce((sum, range) => sum + range.rows, 0) !== rowsOf(files) - first) return false;
  const differs = form.schema.map((_, place) => `stored.c${place} IS DISTINCT FROM wanted.c${place}`).join(' OR ');
  const names = neutralNames(form.schema);
  let from = first;
  for (const { sql, rows } of ranges) {
    throwIfCanceled();
    const wanted = positionedRows(form.schema, files, from, from + rows);
    const reader = await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE, (count(*) FILTER (WHERE ${differs}))::DOUBLE` +
        ` FROM (SELECT ${names} FROM (${sql}) AS merged) AS stored` +
        ` POSITIONAL JOIN (SELECT ${names} FROM (${wanted}) AS given ORDER BY position) AS wanted`,
    );
    const [count, different] = (reader.getRows()[0] ?? []).map(Number);
    if (count !== rows || different !== 0) return false;
    from += rows;
  }
  return true;
}
