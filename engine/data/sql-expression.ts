import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../base/errors.ts';
import { suggestName } from '../base/nearest-name.ts';
import type { ColumnType } from '../contract/values.ts';
import { sqlName, sqlText } from '../store/duck.ts';
import { duckType, type SchemaColumn } from './schema.ts';
import { readTree, type SqlFault } from './sql-tree.ts';

/** An expression that was checked: it may stand in a SELECT over a table that has the columns it was checked for. */
export interface SqlExpression {
  /** The expression in parentheses, cast to the type that Galley holds. */
  sql: string;
  type: ColumnType;
  scale?: number;
  /** The columns that it reads, as the schema writes them. */
  columns: string[];
}

export interface ExpressionOptions {
  /** Allow window functions (`… OVER (…)`). */
  windows?: boolean;
  /** The type that the result must have, as in a condition. */
  type?: ColumnType;
}

const mostCharacters = 10_000;
const mostMilliseconds = 2000;
const prefix = 'SELECT ';

function refusal(text: string, message: string, position?: number): GalleyError {
  const place = position === undefined ? {} : { position };
  const where = position === undefined ? '' : ` at character ${position + 1}`;
  const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return new GalleyError('data.invalid_sql', `The expression ${JSON.stringify(shown)} is refused${where}: ${message}`, {
    details: { expression: text, ...place },
  });
}

/** Runs a short statement, interrupted where it takes longer than an expression may. */
async function ask(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.interrupt();
  }, mostMilliseconds);
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } catch (error) {
    if (isLate) throw new Error('it takes too long to prepare.');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function parse(connection: DuckDBConnection, sql: string): Promise<unknown> {
  const [row] = await ask(
    connection,
    `SELECT json_serialize_sql(${sqlText(sql)}, skip_null := true, skip_empty := true)`,
  );
  return JSON.parse(String(row?.[0]));
}

/** The tree without places in the text. */
function shapeOf(tree: unknown): string {
  return JSON.stringify(tree, (key, value) => (key === 'query_location' ? undefined : value));
}

function throwFault(text: string, fault: SqlFault): never {
  const position =
    fault.byte === undefined
      ? undefined
      : Buffer.from(prefix + text)
          .subarray(0, fault.byte)
          .toString().length;
  throw refusal(text, fault.message, position === undefined ? undefined : Math.max(0, position - prefix.length));
}

const integers = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER']);
const heldTypes: Record<string, ColumnType> = {
  FLOAT: 'float64',
  DOUBLE: 'float64',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  TIMESTAMP_S: 'timestamp',
  TIMESTAMP_MS: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  VARCHAR: 'text',
};

/** How a result of a DuckDB type is held; whole numbers beyond 64 bits as decimals. */
function heldAs(duckdbType: string): Pick<SchemaColumn, 'type' | 'scale'> | undefined {
  const decimal = /^DECIMAL\(\d+,(\d+)\)$/.exec(duckdbType);
  if (decimal) return { type: 'decimal', scale: Number(decimal[1]) };
  if (integers.has(duckdbType)) return { type: 'int64' };
  if (['HUGEINT', 'UHUGEINT', 'UBIGINT'].includes(duckdbType)) return { type: 'decimal', scale: 0 };
  const type = heldTypes[duckdbType];
  return type && { type };
}

async function resultType(
  connection: DuckDBConnection,
  text: string,
  schema: readonly SchemaColumn[],
): Promise<{ held: Pick<SchemaColumn, 'type' | 'scale'>; isZoned: boolean }> {
  const columns = schema.map((column) => `NULL::${duckType(column)} AS ${sqlName(column.name)}`);
  const table = `(SELECT ${columns.length === 0 ? 'NULL' : columns.join(', ')}) AS ${sqlName('rows')}`;
  let type: string;
  try {
    const [row] = await ask(connection, `DESCRIBE SELECT (${text}\n) FROM ${table}`);
    type = String(row?.[1]);
  } catch (cause) {
    throw refusal(text, reasonOf(cause));
  }
  const held = heldAs(type);
  if (!held) throw refusal(text, `its result is ${type.toLowerCase()}, which a column cannot hold.`);
  return { held, isZoned: type === 'TIMESTAMP WITH TIME ZONE' };
}

/** The first sentence of what DuckDB says, without its class. */
function reasonOf(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line.replace(/^[A-Z][a-zA-Z ]* Error: /, '');
}

const typeWords: Record<ColumnType, string> = {
  int64: 'a whole number',
  float64: 'a number',
  decimal: 'a decimal number',
  boolean: 'true or false',
  date: 'a date',
  timestamp: 'a time',
  text: 'text',
};

/**
 * Checks that a text is one scalar SQL expression over columns of a schema, and tells its type. DuckDB itself parses it;
 * of the tree only columns, constants, operators, conditions, casts to plain types and functions of their arguments alone
 * are let through: no statement, no query, no table, no file, no setting, no clock, nothing random.
 * @param connection of a DuckDB opened by `openDuck`; run the expression in one that sees only the rows it is for
 * @throws GalleyError `data.invalid_sql` with the place in `details.position`, `data.unknown_column`
 */
export async function checkExpression(
  connection: DuckDBConnection,
  text: string,
  schema: readonly SchemaColumn[],
  options: ExpressionOptions = {},
): Promise<SqlExpression> {
  if (text.trim() === '') throw refusal(text, 'it is empty.');
  if (text.length > mostCharacters) throw refusal(text, `it is longer than ${mostCharacters} characters.`);
  if (/[\0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(withoutQuoted(text)))
    throw refusal(text, 'it holds a character that cannot be seen.');
  const { names, fault } = await treeOf(connection, text, options.windows ?? false);
  if (fault) throwFault(text, fault);
  const columns = knownColumns(text, names, schema);
  const { held, isZoned } = await resultType(connection, text, schema);
  if (options.type !== undefined && held.type !== options.type)
    throw refusal(text, `its result must be ${typeWords[options.type]}, not ${typeWords[held.type]}.`);
  const inner = isZoned ? `make_timestamp(epoch_us((${text}\n)))` : `(${text}\n)`;
  return { sql: `CAST(${inner} AS ${duckType(held)})`, ...held, columns };
}

async function treeOf(connection: DuckDBConnection, text: string, windows: boolean): ReturnType<typeof readBoth> {
  try {
    return await readBoth(connection, text, windows);
  } catch (cause) {
    throw refusal(text, reasonOf(cause));
  }
}

/** Reads the text as it stands and in parentheses: both must be the same one expression. */
async function readBoth(
  connection: DuckDBConnection,
  text: string,
  windows: boolean,
): Promise<{ names: string[]; fault?: SqlFault }> {
  const bare = await parse(connection, `${prefix}${text}\n`);
  const reading = readTree(bare, windows);
  if (reading.fault) return reading;
  const enclosed = await parse(connection, `${prefix}(${text}\n)`);
  if (shapeOf(bare) === shapeOf(enclosed)) return reading;
  return { names: [], fault: { message: 'it must be one expression, its parentheses and quotes closed.' } };
}

/** The text without what stands in quotes, where any character may stand. */
function withoutQuoted(text: string): string {
  return text.replace(/'[^']*'|"[^"]*"/g, '');
}

function knownColumns(text: string, names: readonly string[], schema: readonly SchemaColumn[]): string[] {
  const columns = names.map((name) => {
    const column = schema.find((known) => known.name.toLowerCase() === name.toLowerCase());
    if (column) return column.name;
    const all = schema.map((known) => known.name);
    const message = `The expression names a column "${name}" that is not there. ${suggestName(name, all)}`;
    throw new GalleyError('data.unknown_column', message, {
      details: { expression: text, column: name, columns: all },
    });
  });
  return [...new Set(columns)];
}
