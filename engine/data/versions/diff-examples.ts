import type { DuckDBConnection } from '@duckdb/node-api';
import type { Difference } from '../../contract/data-comparison.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import type { DiffSide } from './diff-job.ts';
import { type DiffMasking, maskedCell } from './diff-masking.ts';
import { type ComparedTables, changeNumbers, numbers, positioned, positionName, rowsOfFiles } from './diff-tables.ts';

/** Of each sort of difference at most so many rows are kept, fewer of wide tables. */
const keptRows = 10_000;
const keptCells = 2_000_000;

const order = 'change, coalesce(after_position, before_position)';

/**
 * Writes the first rows of each sort to a Parquet file: `change` (0 added, 1 removed, 2 changed), `before_position` and
 * `after_position` from 0, `before` and `after`: the row's cells as texts, in the order of its version's schema.
 */
export async function keepExamples(
  connection: DuckDBConnection,
  { from, to }: ComparedTables,
  file: string,
): Promise<Difference['kept']> {
  const limit = Math.min(keptRows, Math.floor(keptCells / Math.max(1, from.schema.length, to.schema.length)));
  await connection.run(
    `CREATE TABLE kept AS SELECT * EXCLUDE (place) FROM (
       SELECT *, row_number() OVER (PARTITION BY change ORDER BY coalesce(after_position, before_position)) AS place
       FROM differing) WHERE place <= ${limit}`,
  );
  const [added = 0, removed = 0, changed = 0] = await numbers(
    connection,
    `SELECT ${Object.values(changeNumbers)
      .map((change) => `count(*) FILTER (WHERE change = ${change})::DOUBLE`)
      .join(', ')} FROM kept`,
  );
  if (added + removed + changed > 0) {
    const before = await cellsOf(connection, 'before', from);
    const after = await cellsOf(connection, 'after', to);
    await connection.run(
      `COPY (SELECT kept.*, ${before}.cells AS before, ${after}.cells AS after FROM kept
         LEFT JOIN ${before} USING (before_position) LEFT JOIN ${after} USING (after_position) ORDER BY ${order})
       TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  }
  return { added, removed, changed };
}

/** A table with the cells of the kept rows of one side as texts, by their position. */
async function cellsOf(connection: DuckDBConnection, side: 'before' | 'after', version: DiffSide): Promise<string> {
  const table = `${side}_cells`;
  const cells = version.schema.map(({ name }) => `v.${sqlName(name)}::VARCHAR`).join(', ');
  await connection.run(
    `CREATE TABLE ${table} AS SELECT v.${sqlName(positionName)} AS ${side}_position, [${cells}]::VARCHAR[] AS cells
     FROM (SELECT DISTINCT ${side}_position FROM kept WHERE ${side}_position IS NOT NULL) k
     JOIN ${await wholeRows(connection, version)} v ON v.${sqlName(positionName)} = k.${side}_position`,
  );
  return table;
}

async function wholeRows(connection: DuckDBConnection, { paths, schema }: DiffSide): Promise<string> {
  const names = schema.map(({ name }) => sqlName(name)).join(', ');
  return positioned(paths, await rowsOfFiles(connection, paths), names);
}

/**
 * Writes every row that differs: `change`, `before_row` and `after_row` (from 1), `changed_columns`, then for each column of
 * either version `NAME.before` and `NAME.after`.
 */
export async function writeDifferences(
  connection: DuckDBConnection,
  { from, to, common }: ComparedTables,
  file: string,
  { format, mask, key }: { format: 'csv' | 'parquet'; mask: DiffMasking | undefined; key: string | undefined },
): Promise<void> {
  const isCommon = new Set(common.map(({ name }) => name));
  const inAfter = new Set(to.schema.map(({ name }) => name));
  const inBefore = new Set(from.schema.map(({ name }) => name));
  const all: SchemaColumn[] = [...from.schema, ...to.schema.filter(({ name }) => !inBefore.has(name))];
  const cells = all.flatMap(({ name }) => [
    ...(inBefore.has(name) ? [[maskedCell('a', name, mask, key), `${name}.before`] as const] : []),
    ...(inAfter.has(name) ? [[maskedCell('b', name, mask, key), `${name}.after`] as const] : []),
  ]);
  const shown = cells.flatMap(([sql, name]) => (sql === undefined ? [] : [`, ${sql} AS ${sqlName(name)}`]));
  const changedNames = [...isCommon]
    .map((name) => `CASE WHEN a.${sqlName(name)} IS DISTINCT FROM b.${sqlName(name)} THEN ${sqlText(name)} END`)
    .join(', ');
  const changedColumns =
    isCommon.size === 0
      ? 'NULL'
      : `CASE WHEN change = ${changeNumbers.changed} THEN
           array_to_string(list_filter([${changedNames}], lambda name : name IS NOT NULL), '; ') END`;
  const options = format === 'csv' ? 'FORMAT csv, HEADER true' : 'FORMAT parquet, COMPRESSION zstd';
  const position = sqlName(positionName);
  await connection.run(
    `COPY (SELECT ['added', 'removed', 'changed'][change + 1] AS change, before_position + 1 AS before_row,
             after_position + 1 AS after_row, ${changedColumns} AS changed_columns${shown.join('')}
           FROM differing
           LEFT JOIN ${await wholeRows(connection, from)} a ON a.${position} = before_position
           LEFT JOIN ${await wholeRows(connection, to)} b ON b.${position} = after_position
           ORDER BY differing.${order})
     TO ${sqlText(file)} (${options})`,
  );
}
