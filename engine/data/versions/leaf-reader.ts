import {
  DuckDBBlobValue,
  type DuckDBConnection,
  type DuckDBInstance,
  type DuckDBListVector,
  type DuckDBVector,
} from '@duckdb/node-api';
import { sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';
import { encodeDecimals, encodeFixed, encodeFloats, encodeTexts } from './encoding.ts';
import { type ColumnSegment, LeafHasher, leafDigest, leafRows } from './identity.ts';

/** A Parquet file of a version and how many rows it has. */
export interface PartFile {
  path: string;
  rows: number;
  /** Bytes of text that no row has more of, where that is known. */
  longestRow?: number;
}

/** Consecutive rows of one file that are read at once. */
interface Segment {
  path: string;
  from: number;
  rows: number;
}

/** What DuckDB's vectors keep private: the payload in one array, and which rows hold a value. */
interface VectorInside {
  items?: BigInt64Array | Float64Array | Int32Array | Uint32Array | Uint8Array;
  validity: { data: BigUint64Array | null; offset: number };
  getScaledValue?(row: number): number | bigint | null;
}

/** Columns that one query reads: each takes some memory, however few the rows. */
const columnsAtOnce = 200;
/** Text in bytes that one query gathers, unless told otherwise. */
const defaultTextBudget = 64 << 20;

function segmentsOf(parts: readonly PartFile[], from: number, to: number): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  for (const { path, rows } of parts) {
    const first = Math.max(from, start);
    const end = Math.min(to, start + rows);
    if (first < end) segments.push({ path, from: first - start, rows: end - first });
    start += rows;
  }
  return segments;
}

function selected(column: SchemaColumn): string {
  const name = sqlName(column.name);
  switch (column.type) {
    case 'int64':
    case 'float64':
    case 'decimal':
      return `list(${name})`;
    case 'boolean':
      return `list(${name}::UTINYINT)`;
    case 'date':
      return `list((${name} - DATE '1970-01-01')::INTEGER)`;
    case 'timestamp':
      return `list(epoch_us(${name}))`;
    case 'text':
      return `list(strlen(${name})::UINTEGER), encode(coalesce(string_agg(${name}, ''), ''))`;
  }
}

const allPresent = 0xffffffff;

function missingRows(vector: DuckDBVector): number[] {
  const { data, offset } = (vector as unknown as VectorInside).validity;
  if (data === null) return [];
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const missing: number[] = [];
  const end = offset + vector.itemCount;
  for (let bit = offset; bit < end; ) {
    const word = words[bit >> 5] as number;
    const wordEnd = Math.min(end, ((bit >> 5) + 1) << 5);
    if (word === allPresent) bit = wordEnd;
    else for (; bit < wordEnd; bit++) if (((word >>> (bit & 31)) & 1) === 0) missing.push(bit - offset);
  }
  return missing;
}

function decimals(vector: DuckDBVector): (bigint | null)[] {
  const inside = vector as unknown as VectorInside;
  return Array.from({ length: vector.itemCount }, (_, row) => {
    const value = inside.getScaledValue?.(row);
    return value === null || value === undefined ? null : BigInt(value);
  });
}

function textBytes(vector: DuckDBVector | undefined): Uint8Array {
  const value = vector?.getItem(0);
  if (!(value instanceof DuckDBBlobValue)) throw new TypeError('DuckDB gave no bytes of a text column');
  return value.bytes;
}

function encode(column: SchemaColumn, list: DuckDBVector, text: DuckDBVector | undefined): ColumnSegment {
  const vector = (list as DuckDBListVector).childVector;
  if (column.type === 'decimal') return encodeDecimals(decimals(vector));
  const missing = missingRows(vector);
  const items = (vector as unknown as VectorInside).items;
  if (items === undefined) throw new TypeError(`DuckDB gave ${column.name} in a form that is not known`);
  switch (column.type) {
    case 'text': {
      const lengths = (items as Uint32Array).slice();
      for (const row of missing) lengths[row] = 0;
      return encodeTexts(lengths, textBytes(text), missing);
    }
    case 'float64':
      return encodeFloats(items as Float64Array, missing);
    default:
      return encodeFixed(items as BigInt64Array | Int32Array | Uint8Array, missing);
  }
}

async function readColumns(
  connection: DuckDBConnection,
  columns: readonly SchemaColumn[],
  segment: Segment,
): Promise<ColumnSegment[]> {
  const last = segment.from + segment.rows - 1;
  const result = await connection.stream(
    `SELECT ${columns.map(selected).join(', ')} FROM read_parquet(${sqlText(segment.path)})` +
      ` WHERE file_row_number BETWEEN ${segment.from} AND ${last}`,
  );
  const chunk = await result.fetchChunk();
  if (!chunk) throw new Error(`DuckDB gave no rows for ${segment.path}`);
  let index = 0;
  return columns.map((column) => {
    const list = chunk.getColumnVector(index++);
    return encode(column, list, column.type === 'text' ? chunk.getColumnVector(index++) : undefined);
  });
}

/** The hash of one leaf; some columns at a time, for a leaf holds all values of a column. */
async function hashLeaf(
  connection: DuckDBConnection,
  schema: readonly SchemaColumn[],
  pieces: readonly Segment[],
): Promise<string> {
  const digests: Buffer[] = [];
  for (let first = 0; first < schema.length; first += columnsAtOnce) {
    const columns = schema.slice(first, first + columnsAtOnce);
    const hasher = new LeafHasher(columns);
    for (const piece of pieces) hasher.append(await readColumns(connection, columns, piece));
    digests.push(...hasher.columnDigests());
  }
  return leafDigest(
    pieces.reduce((sum, piece) => sum + piece.rows, 0),
    digests,
  );
}

/** The most bytes of text that any leaf of the file has, so that long texts are gathered in smaller pieces. */
async function heaviestLeaf(
  connection: DuckDBConnection,
  path: string,
  schema: readonly SchemaColumn[],
): Promise<number> {
  const texts = schema.filter((column) => column.type === 'text');
  if (texts.length === 0) return 0;
  const bytes = texts.map((column) => `coalesce(sum(strlen(${sqlName(column.name)})), 0)`).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT max(bytes)::DOUBLE FROM (SELECT list_sum([${bytes}]) AS bytes FROM read_parquet(${sqlText(path)})` +
      ` GROUP BY file_row_number // ${leafRows})`,
  );
  return Number(reader.getRows()[0]?.[0] ?? 0);
}

/** How many rows are gathered at a time; the texts are measured only where their rows may be too long. */
async function rowsAtOnce(
  instance: DuckDBInstance,
  parts: readonly PartFile[],
  schema: readonly SchemaColumn[],
  textBudget: number,
): Promise<number> {
  const unsure = parts.filter(({ longestRow = Number.POSITIVE_INFINITY }) => longestRow * leafRows > textBudget);
  let heaviest = 0;
  const connection = await instance.connect();
  for (const { path } of unsure) heaviest = Math.max(heaviest, await heaviestLeaf(connection, path, schema));
  connection.closeSync();
  return Math.max(64, Math.floor(leafRows / Math.ceil(Math.max(1, heaviest / textBudget))));
}

function cut(segment: Segment, rows: number): Segment[] {
  const pieces: Segment[] = [];
  for (let done = 0; done < segment.rows; done += rows) {
    pieces.push({ path: segment.path, from: segment.from + done, rows: Math.min(rows, segment.rows - done) });
  }
  return pieces;
}

export interface LeafOptions {
  /** Leaves that are worked on at a time, each on a DuckDB connection of its own. */
  concurrency: number;
  /** Rows before this one are not read: their leaves are known. A multiple of `leafRows`. */
  from?: number;
  /** Bytes of text that one query may gather. */
  textBudget?: number;
  progress?(rows: number): void;
  throwIfCanceled?(): void;
}

/**
 * The hashes of the leaves of a version that consists of these files, in order.
 * @param instance a DuckDB with one thread, so that each query gathers its rows in their order in the file
 */
export async function hashLeaves(
  instance: DuckDBInstance,
  schema: readonly SchemaColumn[],
  parts: readonly PartFile[],
  options: LeafOptions,
): Promise<string[]> {
  const total = parts.reduce((sum, part) => sum + part.rows, 0);
  const firstLeaf = (options.from ?? 0) / leafRows;
  const count = Math.ceil(total / leafRows) - firstLeaf;
  const leaves = new Array<string>(count);
  const pieceRows = await rowsAtOnce(instance, parts, schema, options.textBudget ?? defaultTextBudget);
  let next = 0;
  let done = 0;
  const work = async () => {
    const connection = await instance.connect();
    for (let index = next++; index < count; index = next++) {
      options.throwIfCanceled?.();
      const from = (firstLeaf + index) * leafRows;
      const segments = segmentsOf(parts, from, Math.min(total, from + leafRows));
      const pieces = segments.flatMap((segment) => cut(segment, pieceRows));
      leaves[index] = await hashLeaf(connection, schema, pieces);
      done += Math.min(total, from + leafRows) - from;
      options.progress?.(done);
    }
    connection.closeSync();
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, Math.max(1, count)) }, work));
  return leaves;
}
