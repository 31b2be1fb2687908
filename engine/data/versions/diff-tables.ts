import type { DuckDBConnection } from '@duckdb/node-api';
import type { Difference } from '../../contract/data-comparison.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { parquetTable, sqlName } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import type { DiffSide } from './diff-job.ts';

/** Two versions and the columns over which their rows are compared. */
export interface ComparedTables {
  from: DiffSide;
  to: DiffSide;
  key: string[];
  common: SchemaColumn[];
}

/** Numbers of the table `differing`. */
export const changeNumbers = { added: 0, removed: 1, changed: 2 } as const;

type RowCounts = Pick<Difference, 'rows' | 'duplicateKeys' | 'changed'>;

/** Cells of changed rows that one query compares. */
const cellsAtOnce = 16_000_000;

export async function numbers(connection: DuckDBConnection, sql: string): Promise<number[]> {
  const rows = (await connection.runAndReadAll(sql)).getRows();
  return (rows[0] ?? []).map(Number);
}

/** Columns of a version and `positionName`, the place of the row in it from 0. */
export function positioned(paths: readonly string[], rowsOfFiles: readonly number[], columns: string): string {
  let start = 0;
  const starts = rowsOfFiles.map((rows) => {
    const first = start;
    start += rows;
    return first;
  });
  return positionedAt(paths, starts, columns);
}

function positionedAt(paths: readonly string[], starts: readonly number[], columns: string): string {
  const position =
    starts.length === 1
      ? `file_row_number + ${starts[0]}`
      : `([${starts.join(', ')}]::BIGINT[])[file_index::INTEGER + 1] + file_row_number`;
  return `(SELECT ${columns === '' ? '' : `${columns}, `}${position} AS "${positionName}" FROM ${parquetTable(paths)})`;
}

/** A name that no column has: those are trimmed. */
export const positionName = ' position';

export async function rowsOfFiles(connection: DuckDBConnection, paths: readonly string[]): Promise<number[]> {
  const sql = `SELECT file_index::INTEGER, count(*)::DOUBLE FROM ${parquetTable(paths)} GROUP BY ALL`;
  const counted = new Map((await connection.runAndReadAll(sql)).getRows().map(([file, rows]) => [file, Number(rows)]));
  return paths.map((_, index) => counted.get(index) ?? 0);
}

/** Places of files that both sides have, as often as both have them: their rows cancel each other out. */
function sharedFiles(from: readonly string[], to: readonly string[]): { from: Set<number>; to: Set<number> } {
  const shared = { from: new Set<number>(), to: new Set<number>() };
  from.forEach((path, place) => {
    const other = to.findIndex((candidate, index) => candidate === path && !shared.to.has(index));
    if (other < 0) return;
    shared.from.add(place);
    shared.to.add(other);
  });
  return shared;
}

/**
 * Makes the table `differing (change, before_position, after_position)` and counts it.
 *
 * With a key: rows are matched by it (missing equals missing); keys that stand in more than one row of a version are
 * compared as without a key. Without: rows as a multiset of their content; of equal rows the last ones are the surplus.
 * Content is compared by DuckDB's 64-bit hash over the common columns, which is never kept; two rows of different content
 * have the same one with a chance of 2^-64. Files that both versions consist of are left out where there is no key.
 */
export async function compareRows(
  connection: DuckDBConnection,
  tables: ComparedTables,
  job: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Promise<RowCounts> {
  const { from, to, key } = tables;
  const total = from.rows + to.rows;
  const step = (phase: string, done: number) => {
    job.throwIfCanceled();
    job.progress({ phase, done, total });
  };
  const shared =
    key.length === 0 ? sharedFiles(from.paths, to.paths) : { from: new Set<number>(), to: new Set<number>() };
  step('reading rows', 0);
  await loadSide(connection, 'earlier', from, tables, shared.from);
  step('reading rows', from.rows);
  await loadSide(connection, 'later', to, tables, shared.to);
  step('comparing rows', 0);
  await connection.run('CREATE TABLE differing (change TINYINT, before_position BIGINT, after_position BIGINT)');
  const duplicateKeys = key.length === 0 ? noDuplicates : await takeDuplicatesOut(connection, key.length);
  if (key.length === 0) await compareContent(connection, 'earlier', 'later');
  else await compareByKey(connection, key.length);
  if (duplicateKeys.keys > 0) await compareContent(connection, 'earlier_duplicates', 'later_duplicates');
  step('comparing cells', from.rows);
  const [added = 0, removed = 0, changed = 0] = await numbers(
    connection,
    `SELECT ${Object.values(changeNumbers)
      .map((number) => `count(*) FILTER (WHERE change = ${number})::DOUBLE`)
      .join(', ')} FROM differing`,
  );
  const cells = changed === 0 ? {} : await changedCells(connection, tables, changed, job.throwIfCanceled);
  return {
    rows: { added, removed, changed: key.length === 0 ? null : changed, unchanged: to.rows - added - changed },
    duplicateKeys,
    changed: cells,
  };
}

const noDuplicates = { keys: 0, fromRows: 0, toRows: 0 };

/** A table of `k0…`, the key's columns; `content`, a hash of the row; `position`. */
async function loadSide(
  connection: DuckDBConnection,
  name: string,
  side: DiffSide,
  { key, common }: ComparedTables,
  without: ReadonlySet<number>,
): Promise<void> {
  const counts = await rowsOfFiles(connection, side.paths);
  const keys = key.map((column, index) => `${sqlName(column)} AS k${index}`);
  // Without a common column no row of one version is a row of the other.
  const content = common.length === 0 ? `${name === 'earlier' ? 0 : 1}::UBIGINT` : `hash(${namesOf(common)})`;
  const kept = side.paths.flatMap((path, place) => (without.has(place) ? [] : [{ path, place }]));
  if (kept.length === 0) {
    await connection.run(`CREATE TABLE ${name} (content UBIGINT, position BIGINT)`);
    return;
  }
  const starts = kept.map(({ place }) => counts.slice(0, place).reduce((sum, rows) => sum + rows, 0));
  const columns = [...keys, `${content} AS content`].join(', ');
  const source = positionedAt(
    kept.map(({ path }) => path),
    starts,
    columns,
  );
  await connection.run(`CREATE TABLE ${name} AS SELECT * RENAME (${sqlName(positionName)} AS position) FROM ${source}`);
}

function namesOf(columns: readonly SchemaColumn[]): string {
  return columns.map(({ name }) => sqlName(name)).join(', ');
}

function sameKey(left: string, right: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${left}.k${index} IS NOT DISTINCT FROM ${right}.k${index}`).join(
    ' AND ',
  );
}

/** Moves rows whose key stands in several rows of a version into `earlier_duplicates` and `later_duplicates`. */
async function takeDuplicatesOut(connection: DuckDBConnection, count: number): Promise<Difference['duplicateKeys']> {
  const keys = Array.from({ length: count }, (_, index) => `k${index}`).join(', ');
  const several = (table: string) => `SELECT ${keys} FROM ${table} GROUP BY ${keys} HAVING count(*) > 1`;
  await connection.run(`CREATE TABLE several AS ${several('earlier')} UNION ${several('later')}`);
  const [found = 0] = await numbers(connection, 'SELECT count(*)::DOUBLE FROM several');
  if (found === 0) return noDuplicates;
  const rows: number[] = [];
  for (const table of ['earlier', 'later']) {
    const isSeveral = `EXISTS (SELECT 1 FROM several WHERE ${sameKey('several', table, count)})`;
    await connection.run(`CREATE TABLE ${table}_duplicates AS SELECT * FROM ${table} WHERE ${isSeveral}`);
    await connection.run(`CREATE TABLE ${table}_single AS SELECT * FROM ${table} WHERE NOT ${isSeveral}`);
    await connection.run(`DROP TABLE ${table}`);
    await connection.run(`ALTER TABLE ${table}_single RENAME TO ${table}`);
    rows.push(...(await numbers(connection, `SELECT count(*)::DOUBLE FROM ${table}_duplicates`)));
  }
  return { keys: found, fromRows: rows[0] ?? 0, toRows: rows[1] ?? 0 };
}

async function compareByKey(connection: DuckDBConnection, count: number): Promise<void> {
  await connection.run(
    `INSERT INTO differing
     SELECT CASE WHEN earlier.position IS NULL THEN ${changeNumbers.added}
                 WHEN later.position IS NULL THEN ${changeNumbers.removed} ELSE ${changeNumbers.changed} END,
            earlier.position, later.position
     FROM earlier FULL JOIN later ON ${sameKey('earlier', 'later', count)}
     WHERE earlier.content IS DISTINCT FROM later.content`,
  );
}

/** Rows as a multiset: where content occurs n times before and m times after, m - n rows were added or n - m removed. */
async function compareContent(connection: DuckDBConnection, earlier: string, later: string): Promise<void> {
  const counted = (table: string) => `(SELECT content, count(*) AS n FROM ${table} GROUP BY content)`;
  await connection.run(
    `CREATE OR REPLACE TEMPORARY TABLE unequal AS
     SELECT content, coalesce(a.n, 0) AS before, coalesce(b.n, 0) AS after
     FROM ${counted(earlier)} a FULL JOIN ${counted(later)} b USING (content) WHERE a.n IS DISTINCT FROM b.n`,
  );
  const surplus = (table: string, own: string, other: string) =>
    `SELECT position FROM (
       SELECT position, ${other} AS least, row_number() OVER (PARTITION BY content ORDER BY position) AS occurrence
       FROM ${table} JOIN unequal USING (content) WHERE ${own} > ${other}
     ) WHERE occurrence > least`;
  await connection.run(
    `INSERT INTO differing SELECT ${changeNumbers.added}, NULL, position FROM (${surplus(later, 'after', 'before')})`,
  );
  await connection.run(
    `INSERT INTO differing SELECT ${changeNumbers.removed}, position, NULL FROM (${surplus(earlier, 'before', 'after')})`,
  );
}

/** Changed cells by column, some columns at a time. */
async function changedCells(
  connection: DuckDBConnection,
  { from, to, key, common }: ComparedTables,
  changed: number,
  throwIfCanceled: () => void,
): Promise<Record<string, number>> {
  const columns = common.filter(({ name }) => !key.includes(name));
  const together = Math.max(1, Math.floor(cellsAtOnce / changed));
  const counts = [await rowsOfFiles(connection, from.paths), await rowsOfFiles(connection, to.paths)];
  const found: [string, number][] = [];
  for (let start = 0; start < columns.length; start += together) {
    throwIfCanceled();
    const group = columns.slice(start, start + together);
    const expressions = group.map(({ name }) => {
      const column = sqlName(name);
      return `count(*) FILTER (WHERE a.${column} IS DISTINCT FROM b.${column})::DOUBLE`;
    });
    const row = await numbers(
      connection,
      `SELECT ${expressions.join(', ')} FROM (FROM differing WHERE change = ${changeNumbers.changed}) d
       JOIN ${positioned(from.paths, counts[0] ?? [], namesOf(group))} a ON a.${sqlName(positionName)} = d.before_position
       JOIN ${positioned(to.paths, counts[1] ?? [], namesOf(group))} b ON b.${sqlName(positionName)} = d.after_position`,
    );
    group.forEach(({ name }, index) => {
      const count = row[index] ?? 0;
      if (count > 0) found.push([name, count]);
    });
  }
  return Object.fromEntries(found);
}
