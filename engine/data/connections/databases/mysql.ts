import { readFileSync } from 'node:fs';
import mysql from 'mysql2';
import { GalleyError } from '../../../base/errors.ts';
import { networkError } from '../../../base/network-errors.ts';
import type { BrowseEntry, ConnectionSettings } from '../../../contract/data-connections.ts';
import { defaultPorts, timeoutOf, tlsOf } from '../settings.ts';
import {
  batchRows,
  connectMilliseconds,
  type OpenDatabase,
  type OpensDatabase,
  type PlannedQuery,
  type RowReader,
  type Selection,
  type SourceRow,
  type Wish,
} from './database.ts';
import { orderWarnings, readingQuery, saysOrder, unknownTable } from './selection.ts';

/** What the server tells of a column of an answer. */
interface Field {
  name: string;
  columnType: number;
  characterSet: number;
  columnLength: number;
  decimals: number;
  flags: number;
}

const { Types } = mysql;
const binary = 63;
const unsigned = 32;
const wholeTypes: ReadonlySet<number> = new Set([Types.TINY, Types.SHORT, Types.INT24, Types.LONG, Types.YEAR]);
const bytesTypes: ReadonlySet<number> = new Set([
  Types.TINY_BLOB,
  Types.MEDIUM_BLOB,
  Types.LONG_BLOB,
  Types.BLOB,
  Types.VAR_STRING,
  Types.STRING,
  Types.VARCHAR,
]);

function wishOf({ columnType, columnLength, decimals, flags }: Field): Wish {
  if (columnType === Types.TINY && columnLength === 1) return { type: 'boolean' };
  if (wholeTypes.has(columnType) || columnType === Types.BIT)
    return { type: columnType === Types.BIT ? 'number' : 'int64' };
  switch (columnType) {
    case Types.LONGLONG:
      return (flags & unsigned) === 0 ? { type: 'int64' } : { type: 'decimal', scale: 0 };
    case Types.FLOAT:
    case Types.DOUBLE:
      return { type: 'float64' };
    case Types.DECIMAL:
    case Types.NEWDECIMAL:
      return { type: 'decimal', scale: decimals };
    case Types.DATE:
    case Types.NEWDATE:
      return { type: 'date' };
    case Types.DATETIME:
    case Types.TIMESTAMP:
      return { type: 'timestamp' };
    default:
      return { type: 'text' };
  }
}

function isBytes({ columnType, characterSet }: Field): boolean {
  return columnType === Types.GEOMETRY || (characterSet === binary && bytesTypes.has(columnType));
}

function asText(value: Buffer | null, field: Field): string | null {
  if (value === null) return null;
  if (field.columnType === Types.BIT) return BigInt(`0x${value.toString('hex') || '0'}`).toString();
  return value.toString(isBytes(field) ? 'hex' : 'utf8');
}

const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;

function configOf(settings: ConnectionSettings, secret: string | undefined): mysql.ConnectionOptions {
  const tls = tlsOf(settings);
  const socket = settings.host?.startsWith('/') ? { socketPath: settings.host } : { host: settings.host };
  return {
    ...socket,
    port: settings.port ?? defaultPorts.mysql,
    database: settings.database,
    user: settings.user,
    password: secret,
    charset: 'utf8mb4',
    connectTimeout: connectMilliseconds,
    // Never let a server ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    ...(tls === 'off'
      ? {}
      : {
          ssl: {
            rejectUnauthorized: tls === 'verify',
            ...(settings.certificate === undefined ? {} : { ca: readFileSync(settings.certificate, 'utf8') }),
          },
        }),
  };
}

/** Interrupted, and over the limit of MySQL and of MariaDB. */
const timedOut: ReadonlySet<number> = new Set([1317, 3024, 1969]);

function failure(error: unknown, settings: ConnectionSettings): unknown {
  if (error instanceof GalleyError) return error;
  const place = `${settings.host}:${settings.port ?? defaultPorts.mysql}`;
  const { code, errno, message } = error as Error & { code?: string; errno?: number };
  const said = { cause: error, details: { place, code: code ?? null } };
  if (errno !== undefined && timedOut.has(errno)) {
    const message = `${place} took longer than ${timeoutOf(settings) / 1000} seconds.`;
    return new GalleyError('data.source_timeout', message, said);
  }
  switch (code) {
    case 'ER_ACCESS_DENIED_ERROR':
      if (/using password: NO/i.test(message))
        return new GalleyError('data.secret_needed', `${place} asks for the password of ${settings.user}.`, said);
      return new GalleyError('data.access_refused', `${place} refuses ${settings.user}: ${message}.`, said);
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
    case 'ER_DBACCESS_DENIED_ERROR':
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_HOST_NOT_PRIVILEGED':
      return new GalleyError('data.access_refused', `${place} refuses ${settings.user}: ${message}.`, said);
    case 'ER_BAD_DB_ERROR':
      return new GalleyError('data.unknown_database', `There is no database ${settings.database} at ${place}.`, said);
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return new GalleyError('data.tls_failed', `${place} offers no encrypted connection.`, {
        ...said,
        hint: 'Switch TLS on at the server, or set the connection to TLS off if you trust the network.',
      });
    case 'HANDSHAKE_SSL_ERROR':
      return (
        networkError((error as Error).cause, place) ?? new GalleyError('data.tls_failed', `${place}: ${message}.`, said)
      );
  }
  return networkError(error, place) ?? new GalleyError('data.query_failed', `The database: ${message}.`, said);
}

async function connect(settings: ConnectionSettings, secret: string | undefined): Promise<mysql.Connection> {
  const connection = mysql.createConnection(configOf(settings, secret));
  return new Promise((resolve, reject) => {
    connection.on('error', () => {});
    connection.connect((error) => (error ? reject(failure(error, settings)) : resolve(connection)));
  });
}

/** Opens a MySQL or MariaDB database in a read-only transaction of one snapshot. */
export const openMysql: OpensDatabase = async (settings, secret) => {
  const connection = await connect(settings, secret);
  const database = new MySql(connection, settings, secret);
  try {
    await database.begin();
    return database;
  } catch (error) {
    connection.destroy();
    throw error;
  }
};

class MySql implements OpenDatabase {
  server = '';
  readonly encrypted: boolean;
  readonly #connection: mysql.Connection;
  readonly #settings: ConnectionSettings;
  readonly #secret: string | undefined;

  constructor(connection: mysql.Connection, settings: ConnectionSettings, secret: string | undefined) {
    this.#connection = connection;
    this.#settings = settings;
    this.#secret = secret;
    this.encrypted = tlsOf(settings) !== 'off';
  }

  async begin(): Promise<void> {
    const [version] = await this.#rows('SELECT version()');
    const isMaria = /mariadb/i.test(version?.[0] ?? '');
    this.server = isMaria ? `MariaDB ${version?.[0]?.replace(/-mariadb.*/i, '')}` : `MySQL ${version?.[0]}`;
    const milliseconds = timeoutOf(this.#settings);
    await this.#rows(
      isMaria ? `SET max_statement_time = ${milliseconds / 1000}` : `SET max_execution_time = ${milliseconds}`,
    );
    await this.#rows("SET time_zone = '+00:00'");
    await this.#rows('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    await this.#rows('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  }

  async browse([schema, table]: readonly string[]): Promise<BrowseEntry[]> {
    if (schema === undefined) {
      const rows = await this.#rows(
        `SELECT schema_name FROM information_schema.schemata
         WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
         ORDER BY schema_name = ${this.#text(this.#settings.database ?? '')} DESC, schema_name`,
      );
      return rows.map(([name]) => ({ kind: 'schema', name: name as string }));
    }
    if (table === undefined) {
      const rows = await this.#rows(
        `SELECT table_name, table_type, table_rows FROM information_schema.tables
         WHERE table_schema = ${this.#text(schema)} ORDER BY table_name`,
      );
      return rows.map(([name, kind, count]) => ({
        kind: kind?.includes('VIEW') ? 'view' : 'table',
        name: name as string,
        ...(Number(count) > 0 ? { rows: Number(count) } : {}),
      }));
    }
    const columns = await this.#columns({ schema, table });
    return columns.map(({ name, type }) => ({ kind: 'column', name, type }));
  }

  async read(selection: Selection, limit?: number): Promise<RowReader> {
    const { sql, warnings, expected } = 'sql' in selection ? this.#query(selection.sql) : await this.#table(selection);
    const text = limit === undefined ? sql : `SELECT * FROM (${sql}\n) AS source LIMIT ${limit}`;
    const query = this.#connection.query({
      sql: text,
      rowsAsArray: true,
      typeCast: (field) => field.buffer(),
    } as mysql.QueryOptions);
    let fields: Field[] = [];
    query.once('fields', (found) => {
      fields = found as unknown as Field[];
    });
    const rows = query.stream({ highWaterMark: batchRows })[Symbol.asyncIterator]() as AsyncIterator<(Buffer | null)[]>;
    const next = () =>
      rows.next().catch((error) => {
        throw failure(error, this.#settings);
      });
    let head = await next();
    if (!Array.isArray(fields) || fields.length === 0)
      throw new GalleyError('data.query_failed', 'The query gives no columns.');
    async function* batches(): AsyncGenerator<SourceRow[]> {
      let batch: SourceRow[] = [];
      for (; !head.done; head = await next()) {
        batch.push(head.value.map((value, column) => asText(value, fields[column] as Field)));
        if (batch.length < batchRows) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    }
    return {
      names: fields.map((field) => field.name),
      expected,
      warnings: [...warnings, ...('sql' in selection ? roundedFloats(fields) : [])],
      batches,
      columns: () => fields.map((field) => ({ name: field.name, wish: wishOf(field) })),
    };
  }

  async cancel(): Promise<void> {
    const other = await connect(this.#settings, this.#secret);
    await new Promise((resolve) => other.query(`KILL QUERY ${Number(this.#connection.threadId)}`, resolve));
    other.destroy();
  }

  async close(): Promise<void> {
    this.#connection.destroy();
  }

  #query(sql: string): PlannedQuery {
    return { sql: readingQuery(sql), warnings: orderWarnings('The query', saysOrder(sql)), expected: 0 };
  }

  async #table({
    schema = this.#settings.database ?? '',
    table,
  }: {
    schema?: string;
    table: string;
  }): Promise<PlannedQuery> {
    const columns = await this.#columns({ schema, table });
    const name = `${quoted(schema)}.${quoted(table)}`;
    if (columns.length === 0) throw unknownTable(name);
    const key = await this.#rows(
      `SELECT column_name FROM information_schema.key_column_usage
       WHERE constraint_name = 'PRIMARY' AND table_schema = ${this.#text(schema)} AND table_name = ${this.#text(table)}
       ORDER BY ordinal_position`,
    );
    const [estimate] = await this.#rows(
      `SELECT table_rows FROM information_schema.tables WHERE table_schema = ${this.#text(schema)} AND table_name = ${this.#text(table)}`,
    );
    // The text of a FLOAT has six digits; as DOUBLE it has all.
    const chosen = columns.map(({ name: column, type }) =>
      type.startsWith('float') ? `CAST(${quoted(column)} AS DOUBLE) AS ${quoted(column)}` : quoted(column),
    );
    const order = key.length === 0 ? '' : ` ORDER BY ${key.map(([column]) => quoted(column as string)).join(', ')}`;
    return {
      sql: `SELECT ${chosen.join(', ')} FROM ${name}${order}`,
      warnings: orderWarnings(`The table ${name}`, key.length > 0),
      expected: Number(estimate?.[0] ?? 0),
    };
  }

  async #columns({ schema, table }: { schema: string; table: string }): Promise<{ name: string; type: string }[]> {
    const rows = await this.#rows(
      `SELECT column_name, column_type FROM information_schema.columns
       WHERE table_schema = ${this.#text(schema)} AND table_name = ${this.#text(table)} ORDER BY ordinal_position`,
    );
    return rows.map(([name, type]) => ({ name: name as string, type: type as string }));
  }

  /** A text as a literal; the server may take a backslash as an escape. */
  #text(text: string): string {
    return mysql.escape(text);
  }

  #rows(sql: string): Promise<SourceRow[]> {
    return new Promise((resolve, reject) => {
      const asIs = (field: { string(): string | null }) => field.string();
      this.#connection.query({ sql, rowsAsArray: true, typeCast: asIs } as mysql.QueryOptions, (error, rows) =>
        error ? reject(failure(error, this.#settings)) : resolve(rows as unknown as SourceRow[]),
      );
    });
  }
}

function roundedFloats(fields: readonly Field[]): RowReader['warnings'] {
  return fields
    .filter((field) => field.columnType === Types.FLOAT)
    .map(({ name }) => ({
      code: 'data.rounded_numbers',
      column: name,
      message: `Column "${name}" is FLOAT, which the server writes with six digits; CAST(… AS DOUBLE) in the query gives all of them.`,
    }));
}
