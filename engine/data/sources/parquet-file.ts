import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { Problem } from '../../contract/values.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import { duckType, type SchemaColumn } from '../schema.ts';
import { copyStatement } from './csv-load.ts';
import { md5Of } from './md5.ts';
import { isDiskFull, type ReadContext, runWatched } from './read-context.ts';
import type { SourceFile } from './source-file.ts';
import { uniqueNames } from './unique-names.ts';

/** A file whose columns have types of their own, all of which Galley holds: Parquet, or Arrow written out. */
export interface ParquetFile {
  source: SourceFile;
  /** What stands after FROM. */
  table: string;
  schema: SchemaColumn[];
  /** SQL for the columns as the file has them, in the order of `schema`. */
  cells: string[];
  /** SQL for the columns with the types of the schema. */
  expressions: string[];
  rows: number;
  md5: string;
  warnings: Problem[];
}

type Reading = Pick<SchemaColumn, 'type' | 'scale'> & { expression: string };

const integers = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER']);
const texts = new Set(['VARCHAR', 'UUID', 'TIME', 'TIME WITH TIME ZONE', 'TIME_NS']);

/** How a column of a DuckDB type is held, undefined where it is not. No value changes. */
function readingOf(name: string, duckdbType: string): Reading | undefined {
  const column = sqlName(name);
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(duckdbType);
  if (decimal) {
    const scale = Number(decimal[2]);
    return { type: 'decimal', scale, expression: `${column}::DECIMAL(38, ${scale})` };
  }
  if (integers.has(duckdbType)) return { type: 'int64', expression: `${column}::BIGINT` };
  if (texts.has(duckdbType) || duckdbType.startsWith('ENUM')) return { type: 'text', expression: `${column}::VARCHAR` };
  switch (duckdbType) {
    case 'UBIGINT':
      return { type: 'decimal', scale: 0, expression: `${column}::DECIMAL(38, 0)` };
    case 'FLOAT':
    case 'DOUBLE':
      return { type: 'float64', expression: `${column}::DOUBLE` };
    case 'BOOLEAN':
      return { type: 'boolean', expression: column };
    case 'DATE':
      return { type: 'date', expression: column };
    case 'TIMESTAMP':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
      return { type: 'timestamp', expression: `${column}::TIMESTAMP` };
    case 'TIMESTAMP WITH TIME ZONE':
      return { type: 'timestamp', expression: `make_timestamp(epoch_us(${column}))` };
    default:
      return undefined;
  }
}

async function nanosecondReading(connection: DuckDBConnection, source: SourceFile, name: string): Promise<Reading> {
  const column = sqlName(name);
  const finer = await connection.runAndReadAll(
    `SELECT count(*)::DOUBLE FROM read_parquet(${sqlText(source.path)}) WHERE epoch_ns(${column}) % 1000 <> 0`,
  );
  return Number(finer.getRows()[0]?.[0]) === 0
    ? { type: 'timestamp', expression: `make_timestamp(epoch_ns(${column}) // 1000)` }
    : { type: 'text', expression: `${column}::VARCHAR` };
}

async function columnsOf(connection: DuckDBConnection, source: SourceFile): Promise<{ name: string; type: string }[]> {
  const file = sqlText(source.path);
  try {
    const described = await connection.runAndReadAll(`DESCRIBE FROM read_parquet(${file})`);
    return described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
  } catch (cause) {
    throw corrupt(source, cause);
  }
}

function corrupt(source: SourceFile, cause: unknown): GalleyError {
  return new GalleyError('data.corrupt_parquet', `${source.name} is damaged: it cannot be read as Parquet.`, {
    cause,
    details: { file: source.name },
  });
}

/**
 * Reads the columns of a Parquet file.
 * @throws GalleyError `data.corrupt_parquet`, `data.unsupported_type`, `data.no_rows`
 */
export async function readParquetFile(source: SourceFile, context: ReadContext): Promise<ParquetFile> {
  const { connection } = context;
  const columns = await columnsOf(connection, source);
  const { names, warnings } = uniqueNames(
    columns.map((column) => column.name),
    1,
  );
  const schema: SchemaColumn[] = [];
  const expressions: string[] = [];
  for (const [index, { name, type }] of columns.entries()) {
    const reading = type === 'TIMESTAMP_NS' ? await nanosecondReading(connection, source, name) : readingOf(name, type);
    if (!reading) {
      throw new GalleyError('data.unsupported_type', `Column "${name}" of ${source.name} has the type ${type}.`, {
        details: { file: source.name, column: name, type },
      });
    }
    const { expression, ...kind } = reading;
    schema.push({ name: names[index] as string, ...kind });
    expressions.push(expression);
  }
  const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM read_parquet(${sqlText(source.path)})`);
  const rows = Number(counted.getRows()[0]?.[0]);
  if (rows === 0)
    throw new GalleyError('data.no_rows', `${source.name} has no row.`, { details: { file: source.name } });
  const md5 = await md5Of(source.path, context, source.bytes);
  const table = `read_parquet(${sqlText(source.path)})`;
  const cells = columns.map(({ name }) => sqlName(name));
  return { source, table, schema, cells, expressions, rows, md5, warnings };
}

/** SQL that reads a Parquet file with the columns, types and order of a schema that fits it. */
export function parquetQuery(file: ParquetFile, schema: readonly SchemaColumn[]): string {
  const selects = schema.map((column) => {
    const place = file.schema.findIndex(({ name }) => name === column.name);
    return `${file.expressions[place]}::${duckType(column)} AS ${sqlName(column.name)}`;
  });
  return `SELECT ${selects.join(', ')} FROM ${file.table}`;
}

/** Writes a Parquet file again under a schema that fits it; answers its rows. */
export async function loadParquet(
  file: ParquetFile,
  schema: readonly SchemaColumn[],
  target: string,
  context: ReadContext,
): Promise<number> {
  try {
    await runWatched(context, copyStatement(parquetQuery(file, schema), target, schema.length), 'loading');
  } catch (cause) {
    throw cause instanceof GalleyError || isDiskFull(cause) ? cause : corrupt(file.source, cause);
  }
  return file.rows;
}
