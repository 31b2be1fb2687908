import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ChangeCount, ChangeKind } from '../../contract/data-changes.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import type { CsvFile } from './csv-file.ts';
import { columnReadings, csvTable } from './csv-load.ts';
import type { LineSteps } from './line-steps.ts';
import { type ReadContext, runWatched } from './read-context.ts';
import type { ReadingRules } from './reading-rules.ts';

/** What an import changed of one file. */
export interface FileChanges {
  counts: ChangeCount[];
  /** Every change as Parquet (`line`, `column`, `kind`, `before`, `after`); undefined where there is none. */
  file?: string;
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
async function addCellChanges(
  file: CsvFile,
  schema: readonly SchemaColumn[],
  rules: ReadingRules,
  context: ReadContext,
  raw: string,
): Promise<void> {
  const changing = columnReadings(file, schema, rules).filter(({ change }) => change !== undefined);
  if (changing.length === 0) return;
  const cells = changing.map(({ place }) => `c${place}`).join(', ');
  await runWatched(
    context,
    `COPY (SELECT ${cells} FROM ${csvTable(file)}) TO ${sqlText(raw)} (FORMAT parquet, COMPRESSION zstd)`,
    'comparing',
  );
  await createSteps(context.connection, file.scan.lines);
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
 * What reading a file under a schema changes of it: counted, and in full in a Parquet file of the staging folder.
 * A file that is taken as it is costs nothing.
 */
export async function changesOf(
  file: CsvFile,
  schema: readonly SchemaColumn[],
  rules: ReadingRules,
  context: ReadContext,
): Promise<FileChanges> {
  const { connection, stagingFolder } = context;
  const isTouched = columnReadings(file, schema, rules).some(({ change }) => change !== undefined);
  if (!isTouched && file.log.isEmpty) return { counts: [] };
  await connection.run(
    'CREATE OR REPLACE TEMP TABLE changes' +
      ' (line BIGINT, place INTEGER, name VARCHAR, kind VARCHAR, before VARCHAR, after VARCHAR)',
  );
  const name = file.log.path.slice(stagingFolder.length + 1);
  if (!file.log.isEmpty) {
    await connection.run(
      `INSERT INTO changes SELECT line, NULL, NULL, kind, before, after FROM read_json(${sqlText(file.log.path)},` +
        ` format = 'newline_delimited', columns = {line: 'BIGINT', kind: 'VARCHAR', before: 'VARCHAR', after: 'VARCHAR'})`,
    );
  }
  await addCellChanges(file, schema, rules, context, join(stagingFolder, `${name}.raw.parquet`));
  const counts = await countsOf(connection, file.source.name);
  if (counts.length === 0) return { counts };
  const target = join(stagingFolder, `${name}.parquet`);
  await runWatched(
    context,
    `COPY (SELECT line, name AS ${sqlName('column')}, kind, before, after FROM changes ORDER BY line, place NULLS FIRST)` +
      ` TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`,
    'comparing',
  );
  await connection.run('DROP TABLE changes');
  return { counts, file: target };
}
