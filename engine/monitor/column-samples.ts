import type { DuckDBConnection } from '@duckdb/node-api';
import { type FrameColumn, frameKind } from '../base/frame.ts';
import type { ColumnType } from '../contract/values.ts';
import { driftColumn } from '../statistics/drift-columns.ts';
import { type DriftSample, numericSample, sampleOf } from '../statistics/drift-sample.ts';
import { parquetTable, sqlName } from '../store/duck.ts';
import { readFrame } from '../store/frames.ts';

export interface ReadColumn {
  name: string;
  type: ColumnType;
}

/** From so many rows on DuckDB counts the levels: a text of every row takes long to bring over. */
const manyRows = 50_000;

/** What is compared of columns of Parquet files, all rows of them, in the order of the columns. */
export async function readSamples(
  connection: DuckDBConnection,
  paths: readonly string[],
  columns: readonly ReadColumn[],
  rows: number,
): Promise<DriftSample[]> {
  const isCounted = (column: ReadColumn) => rows >= manyRows && !isNumber(column);
  const read = columns.filter((column) => !isCounted(column));
  const frame = read.length === 0 ? [] : (await readFrame(connection, paths, read)).columns;
  const samples: DriftSample[] = [];
  for (const column of columns) {
    if (isCounted(column)) samples.push(await countedLevels(connection, paths, column));
    else samples.push(sampleOfFrame(column.name, frame[read.indexOf(column)] as FrameColumn));
  }
  return samples;
}

function isNumber({ type }: ReadColumn): boolean {
  return frameKind(type) === 'number' && type !== 'boolean';
}

/** Sorts the values of a number in place: nobody else reads them. */
function sampleOfFrame(name: string, column: FrameColumn): DriftSample {
  if (isNumber(column)) return numericSample(name, 'number', column.values as Float64Array, column.type === 'int64');
  return sampleOf(driftColumn(name, column));
}

/** The same levels as those of `driftColumn`. */
const levels: Partial<Record<ColumnType, (name: string) => string>> = {
  boolean: (name) => `CASE WHEN ${name} THEN 'true' WHEN NOT ${name} THEN 'false' END`,
  date: (name) => `dayname(${name}::TIMESTAMP)`,
  timestamp: (name) => `dayname(${name}::TIMESTAMP)`,
};

async function countedLevels(
  connection: DuckDBConnection,
  paths: readonly string[],
  { name, type }: ReadColumn,
): Promise<DriftSample> {
  const level = levels[type]?.(sqlName(name)) ?? `${sqlName(name)}::VARCHAR`;
  const result = await connection.stream(
    `SELECT ${level} AS level, count(*)::DOUBLE AS rows FROM ${parquetTable(paths)} GROUP BY 1`,
  );
  const counts = new Map<string, number>();
  let [rows, missing] = [0, 0];
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const [texts, sums] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
    for (let row = 0; row < chunk.rowCount; row++) {
      const text = texts.getItem(row) as string | null;
      const count = sums.getItem(row) as number;
      rows += count;
      if (text === null) missing += count;
      else counts.set(text, count);
    }
  }
  return { name, kind: 'text', rows, missing, counts };
}
