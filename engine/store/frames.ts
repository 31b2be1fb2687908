import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { type Frame, type FrameColumn, frameKind } from '../base/frame.ts';
import type { ColumnType } from '../contract/values.ts';
import { parquetTable, sqlName } from './duck.ts';

/** A DuckDB vector's fixed-width payload; `.items` is private in the types, see tests/store/frames.test.ts. */
function itemsOf(vector: unknown): ArrayLike<number> | undefined {
  return (vector as { items?: ArrayLike<number> }).items;
}

function selected(column: { name: string; type: ColumnType }): string {
  const name = sqlName(column.name);
  switch (frameKind(column.type)) {
    case 'text':
      return `${name}::VARCHAR AS ${name}`;
    case 'time':
      return `coalesce(epoch_us(${name}::TIMESTAMP)::DOUBLE / 1000, 'nan'::DOUBLE) AS ${name}`;
    case 'number':
      return `coalesce(${name}::DOUBLE, 'nan'::DOUBLE) AS ${name}`;
  }
}

/** Rows of a table in the order in which they are read, some thousand at a time; other work goes on between. */
export async function* streamFrames(
  connection: DuckDBConnection,
  source: string,
  columns: readonly { name: string; type: ColumnType }[],
): AsyncGenerator<Frame, void> {
  const result = await connection.stream(`SELECT ${columns.map(selected).join(', ')} FROM ${source}`);
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const frame: Frame = {
      rows: chunk.rowCount,
      columns: columns.map((column) => emptyColumn(column, chunk.rowCount)),
    };
    frame.columns.forEach((column, index) => {
      fill(column, 0, chunk, index);
    });
    yield frame;
  }
}

function emptyColumn(column: { name: string; type: ColumnType }, rows: number): FrameColumn {
  const kind = frameKind(column.type);
  if (kind === 'text') return { ...column, kind, values: new Array<string | null>(rows).fill(null) };
  return { ...column, kind, values: new Float64Array(rows) };
}

/**
 * Reads columns of Parquet files into memory, in the files' order.
 * @param where an optional SQL condition over the files' columns, made by Galley, never a user's text.
 */
export async function readFrame(
  connection: DuckDBConnection,
  paths: readonly string[],
  columns: readonly { name: string; type: ColumnType }[],
  where?: string,
): Promise<Frame> {
  return readTableFrame(connection, `${parquetTable(paths)}${where ? ` WHERE ${where}` : ''}`, columns);
}

/**
 * The same from any table.
 * @param source what stands after FROM, made by Galley.
 */
export async function readTableFrame(
  connection: DuckDBConnection,
  source: string,
  columns: readonly { name: string; type: ColumnType }[],
): Promise<Frame> {
  const counted = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM ${source}`);
  const rows = Number(counted.getRows()[0]?.[0] ?? 0);
  const frame: Frame = { rows, columns: columns.map((column) => emptyColumn(column, rows)) };
  if (columns.length === 0) return frame;
  const result = await connection.stream(`SELECT ${columns.map(selected).join(', ')} FROM ${source}`);
  let offset = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    frame.columns.forEach((column, index) => {
      fill(column, offset, chunk, index);
    });
    offset += chunk.rowCount;
  }
  return frame;
}

/** Puts a column of a chunk into a frame's, from a row on. */
function fill(column: FrameColumn, offset: number, chunk: DuckDBDataChunk, index: number): void {
  const vector = chunk.getColumnVector(index);
  if (column.kind === 'text') {
    for (let row = 0; row < chunk.rowCount; row++) column.values[offset + row] = vector.getItem(row) as string | null;
    return;
  }
  const items = itemsOf(vector);
  if (items) column.values.set(items as ArrayLike<number>, offset);
  else for (let row = 0; row < chunk.rowCount; row++) column.values[offset + row] = vector.getItem(row) as number;
}
