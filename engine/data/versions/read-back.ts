import type { DuckDBConnection } from '@duckdb/node-api';
import { rowRanges } from './delta-read.ts';
import { positionedRows } from './delta-sql.ts';
import type { PartFile } from './leaf-reader.ts';
import { type ReadForm, rowsOf } from './stored-form.ts';

/** As many columns are compared in one pass: DuckDB holds a vector of each on both sides. */
const columnsAtOnce = 500;

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
  let from = first;
  for (const { sql, rows } of ranges) {
    const wanted = positionedRows(form.schema, files, from, from + rows);
    for (let column = 0; column < form.schema.length; column += columnsAtOnce) {
      throwIfCanceled();
      const end = Math.min(form.schema.length, column + columnsAtOnce);
      const names = Array.from({ length: end - column }, (_, index) => `c${column + index}`);
      if (!(await sameRows(connection, { stored: sql, wanted, names, rows }))) return false;
    }
    from += rows;
  }
  return true;
}

/** Whether two queries give so many rows each, equal in the named columns. */
async function sameRows(
  connection: DuckDBConnection,
  { stored, wanted, names, rows }: { stored: string; wanted: string; names: readonly string[]; rows: number },
): Promise<boolean> {
  const differs = names.map((name) => `stored.${name} IS DISTINCT FROM wanted.${name}`).join(' OR ');
  const reader = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE, (count(*) FILTER (WHERE ${differs}))::DOUBLE` +
      ` FROM (SELECT ${names.join(', ')} FROM (${stored}) AS merged) AS stored` +
      ` POSITIONAL JOIN (SELECT ${names.join(', ')} FROM (${wanted}) AS given ORDER BY position) AS wanted`,
  );
  const [count, different] = (reader.getRows()[0] ?? []).map(Number);
  return count === rows && different === 0;
}
