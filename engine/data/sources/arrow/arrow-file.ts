import { type FileHandle, open } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import {
  CompressionType,
  compressionRegistry,
  type Data,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
} from 'apache-arrow';
import { GalleyError } from '../../../base/errors.ts';
import type { SchemaColumn } from '../../schema.ts';
import { cellsTable } from '../cells-file.ts';
import { CellsWriter } from '../cells-writer.ts';
import { md5Of } from '../md5.ts';
import type { ParquetFile } from '../parquet-file.ts';
import type { ReadContext } from '../read-context.ts';
import type { SourceFile } from '../source-file.ts';
import { stagingFile } from '../staging-file.ts';
import { uniqueNames } from '../unique-names.ts';
import { type ArrowReading, arrowReading, isNanoseconds } from './arrow-columns.ts';
import { unpackLz4 } from './lz4.ts';

/** What one buffer of a batch may unpack to. */
const mostBufferBytes = 512 << 20;

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => unpackLz4(bytes, mostBufferBytes) });
compressionRegistry.set(CompressionType.ZSTD, {
  decode: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: mostBufferBytes }),
});

function corrupt(source: SourceFile, cause: unknown): unknown {
  if (cause instanceof GalleyError || (cause as NodeJS.ErrnoException).code === 'ENOSPC') return cause;
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new GalleyError('data.corrupt_file', `${source.name} cannot be read as Arrow: ${reason}`, {
    cause,
    details: { file: source.name },
  });
}

function readingsOf(schema: Schema, source: SourceFile): ArrowReading[] {
  return schema.fields.map((field) => {
    const reading = arrowReading(field.type);
    if (reading) return reading;
    throw new GalleyError(
      'data.unsupported_type',
      `Column "${field.name}" of ${source.name} has the type ${field.type}.`,
      {
        details: { file: source.name, column: field.name, type: String(field.type) },
      },
    );
  });
}

function writeBatch(writer: CellsWriter, readings: readonly ArrowReading[], batch: RecordBatch, most: number): void {
  const cells = readings.map((reading, place) => reading.cells(batch.data.children[place] as Data));
  const rows = Math.min(batch.numRows, most);
  for (let row = 0; row < rows; row++) {
    for (let place = 0; place < cells.length; place++) {
      const text = cells[place]?.(row);
      if (text !== undefined) writer.setRaw(place, text);
    }
    writer.endRow();
  }
}

interface WrittenCells {
  schema: Schema;
  readings: ArrowReading[];
}

async function writeCells(
  file: FileHandle,
  writer: CellsWriter,
  source: SourceFile,
  context: ReadContext,
): Promise<WrittenCells> {
  const reader = await (await RecordBatchReader.from(file)).open();
  const { schema } = reader;
  if (!schema) throw new Error('it has no schema');
  const readings = readingsOf(schema, source);
  for (const field of schema.fields) writer.addColumn(field.name);
  const headRows = context.headRows ?? Number.POSITIVE_INFINITY;
  for await (const batch of reader) {
    context.throwIfCanceled();
    writeBatch(writer, readings, batch, headRows - writer.rows);
    if (writer.rows >= headRows) break;
    context.progress('reading', Math.min(writer.written, source.bytes), source.bytes);
  }
  return { schema, readings };
}

/** Nanoseconds that microseconds do not hold become text, as in Parquet. */
async function exactNanoseconds(
  context: ReadContext,
  table: string,
  schema: Schema,
  columns: { column: SchemaColumn; expression: string }[],
): Promise<void> {
  for (const [place, field] of schema.fields.entries()) {
    if (!isNanoseconds(field)) continue;
    const counted = await context.connection.runAndReadAll(
      `SELECT count(*)::DOUBLE FROM ${table} WHERE c${place} % 1000 <> 0`,
    );
    if (Number(counted.getRows()[0]?.[0]) === 0) continue;
    const { name } = (columns[place] as { column: SchemaColumn }).column;
    columns[place] = { column: { name, type: 'text' }, expression: `make_timestamp_ns(c${place})::VARCHAR` };
  }
}

/**
 * Reads an Arrow IPC file (Feather version 2) or stream, also with lz4 or zstd, one batch in memory at a time.
 * @throws GalleyError `data.corrupt_file`, `data.unsupported_type`, `data.no_rows`
 */
export async function readArrowFile(source: SourceFile, context: ReadContext): Promise<ParquetFile> {
  const readable = stagingFile(context, 'cells');
  const writer = new CellsWriter(readable, source.name);
  const file = await open(source.path);
  let written: WrittenCells;
  try {
    written = await writeCells(file, writer, source, context);
  } catch (cause) {
    throw corrupt(source, cause);
  } finally {
    writer.close();
    await file.close().catch(() => {});
  }
  if (writer.rows === 0 || writer.names.length === 0) {
    throw new GalleyError('data.no_rows', `${source.name} has no row.`, { details: { file: source.name } });
  }
  const { schema, readings } = written;
  const { names, warnings } = uniqueNames(writer.names, 1);
  const table = cellsTable(
    readable,
    readings.map((reading) => reading.cellType),
    writer.longestRow,
  );
  const columns = readings.map((reading, place) => ({
    column: { name: names[place] as string, ...reading.type },
    expression: reading.expression(`c${place}`),
  }));
  await exactNanoseconds(context, table, schema, columns);
  const expressions = columns.map(({ expression }) => expression);
  return {
    source,
    table,
    schema: columns.map(({ column }) => column),
    cells: expressions,
    expressions,
    rows: writer.rows,
    md5: await md5Of(source.path, context, source.bytes),
    warnings,
  };
}
