import type { DuckDBConnection } from '@duckdb/node-api';
import type { ChangeCount, ChangeKind } from '../../contract/data-changes.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import type { ChangeLog } from './change-log.ts';
import type { ColumnReading } from './csv-columns.ts';
import type { LineSteps } from './line-steps.ts';
import { type ReadContext, runWatched } from './read-context.ts';

/** What an import changed of one file. */
export interface FileChanges {
  counts: ChangeCount[];
  /** Every change as Parquet (`line`, `column`, `kind`, `before`, `after`); undefined where there is none. */
  file?: string;
}

/** A file whose cells are text, and how its columns are read. */
export interface ChangedFile {
  fileName: string;
  /** The cells as text: what stands after FROM. */
  table: string;
  readings: readonly (ColumnReading & { name: string; place: number })[];
  lines: LineSteps;
  /** Changes of whole rows and lines. */
  log?: ChangeLog;
  /** Where the changes are written, in the staging folder. */
  target: string;
}

const countedLines = 20;
const columnsAtOnce = 50;

/** The steps between rows and lines as a table of the connection. */
async function createSteps(connection: DuckDBConnection, lines: LineSteps): Promise<void> {
  await connection.run('CREATE OR REPLACE TEMP TABLE line_steps (first_row BIGINT, first_line BIGINT)');
  const appender = await connection.createAppender('line_steps');
  lines.rows.forEach((row, index) => {
    appender.appendBigInt(BigInt(row));
    appender.appendBigInt(BigInt(lines.lines[index] as number));
    appender.endRow();
  });
  appender.closeSync();
}

/** Puts the changes of cells into the connection's table `changes`. */
async function addCellChanges({ table, readings, lines, target }: ChangedFile, context: ReadContext): Promise<void> {
  const changing = readings.filter(({ change }) => change !== undefined);
  if (changing.length === 0) return;
  const cells = changing.map(({ place }) => `c${place}`).join(', ');
  const raw = `${target}.raw`;
  await runWatched(
    context,
    `COPY (SELECT ${cells} FROM ${table}) TO ${sqlText(raw)} (FORMAT parquet, COMPRESSION zstd)`,
    'comparing',
  );
  await createSteps(context.connection, lines);
  for (let from = 0; from < changing.length; from += columnsAtOnce) {
    const selects = changing.slice(from, from + columnsAtOnce).map(({ name, place, value, change }) => {
      const cell = `c${place}`;
      return (
        `SELECT file_row_number AS row, ${place} AS place, ${sqlText(name)} AS name, ${change} AS kind,` +
        ` ${cell} AS before, (${value})::VARCHAR AS after FROM read_parquet(${sqlText(raw)}, file_row_number = true)` +
        ` WHERE ${cell} IS NOT NULL AND (${change}) IS NOT NULL`
      );
    });
    await runWatched(
      context,
      `INSERT INTO changes SELECT first_line + row - first_row, place, name, kind, before, after` +
        ` FROM (${selects.join(' UNION ALL ')}) AS found ASOF JOIN line_steps ON row >= first_row`,
      'comparing',
    );
  }
}

async function countsOf(connection: DuckDBConnection, fileName: string): Promise<ChangeCount[]> {
  const counted = await connection.runAndReadAll(
    `SELECT name, kind, count(*)::DOUBLE, min(line, ${countedLines})::DOUBLE[] FROM changes
     GROUP BY name, kind, place ORDER BY place NULLS FIRST, kind`,
  );
  return counted.getRowsJson().map(([column, kind, count, lines]) => ({
    file: fileName,
    column: column === null ? null : String(column),
    kind: kind as ChangeKind,
    count: Number(count),
    lines: (lines as number[]).map(Number),
  }));
}

/**
 * What reading a file changes of it: counted, and in full in a Parquet file of the staging folder. A file that is taken as
 * it is costs nothing.
 */
export async function changesOf(file: ChangedFile, context: ReadContext): Promise<FileChanges> {
  const { connection } = context;
  const { log, target } = file;
  const hasLog = log !== undefined && !log.isEmpty;
  if (!hasLog && file.readings.every(({ change }) => change === undefined)) return { counts: [] };
  await connection.run(
    'CREATE OR REPLACE TEMP TABLE changes' +
      ' (line BIGINT, place INTEGER, name VARCHAR, kind VARCHAR, before VARCHAR, after VARCHAR)',
  );
  if (hasLog) {
    await connection.run(
      `INSERT INTO changes SELECT line, NULL, NULL, kind, before, after FROM read_json(${sqlText(log.path)},` +
        ` format = 'newline_delimited', columns = {line: 'BIGINT', kind: 'VARCHAR', before: 'VARCHAR', after: 'VARCHAR'})`,
    );
  }
  await addCellChanges(file, context);
  const counts = await countsOf(connection, file.fileName);
  if (counts.length === 0) return { counts };
  await runWatched(
    context,
    `COPY (SELECT line, name AS ${sqlName('column')}, kind, before, after FROM changes ORDER BY line, place NULLS FIRST)` +
      ` TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`,
    'comparing',
  );
  await connection.run('DROP TABLE changes');
  return { counts, file: target };
}
