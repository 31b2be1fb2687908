import { readFileSync } from 'node:fs';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { GalleyError } from '../../../base/errors.ts';
import { networkError } from '../../../base/network-errors.ts';
import type { BrowseEntry, ConnectionSettings } from '../../../contract/data-connections.ts';
import { sqlName, sqlText } from '../../../store/duck.ts';
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

type Field = Pick<pg.FieldDef, 'name' | 'dataTypeID' | 'dataTypeModifier'>;

const wishes: Readonly<Record<number, Wish>> = {
  16: { type: 'boolean' },
  20: { type: 'int64' },
  21: { type: 'int64' },
  23: { type: 'int64' },
  26: { type: 'int64' },
  700: { type: 'float64' },
  701: { type: 'float64' },
  1082: { type: 'date' },
  1114: { type: 'timestamp' },
  1184: { type: 'timestamp' },
};
const numeric = 1700;

/** What a column becomes, by the type's number in pg_type and its modifier (precision and scale of numeric). */
function wishOf({ dataTypeID, dataTypeModifier }: Field): Wish {
  if (dataTypeID !== numeric) return wishes[dataTypeID] ?? { type: 'text' };
  if (dataTypeModifier < 4) return { type: 'number' };
  const precision = (dataTypeModifier - 4) >> 16;
  const scale = Math.max(0, (((dataTypeModifier - 4) & 0x7ff) ^ 0x400) - 0x400);
  if (precision > 38 - 1) return { type: 'number' };
  return scale === 0 && precision <= 18 ? { type: 'int64' } : { type: 'decimal', scale };
}

/** Values stay as the server writes them. */
const rawTypes = { getTypeParser: () => (value: string) => value };

function configOf(settings: ConnectionSettings, secret: string | undefined): pg.ClientConfig {
  const tls = tlsOf(settings);
  return {
    host: settings.host,
    port: settings.port ?? defaultPorts.postgres,
    database: settings.database,
    user: settings.user,
    // An empty password keeps pg from looking into PGPASSWORD and ~/.pgpass, which nobody named.
    password: secret ?? '',
    ssl: tls !== 'off' && {
      rejectUnauthorized: tls === 'verify',
      ...(settings.certificate === undefined ? {} : { ca: readFileSync(settings.certificate, 'utf8') }),
    },
    connectionTimeoutMillis: connectMilliseconds,
    application_name: 'galley',
    types: rawTypes as never,
  };
}

function failure(error: unknown, settings: ConnectionSettings): unknown {
  if (error instanceof GalleyError) return error;
  const place = `${settings.host}:${settings.port ?? defaultPorts.postgres}`;
  const { code, message, position } = error as Error & { code?: string; position?: string };
  const said = { cause: error, details: { place, code: code ?? null } };
  if (/does not support SSL/i.test(message)) {
    return new GalleyError('data.tls_failed', `${place} offers no encrypted connection.`, {
      ...said,
      hint: 'Switch TLS on at the server, or set the connection to TLS off if you trust the network.',
    });
  }
  if (/client password must be/i.test(message))
    return new GalleyError('data.secret_needed', `${place} asks for the password of ${settings.user}.`, said);
  if (/timeout expired|Connection terminated due to connection timeout/i.test(message))
    return new GalleyError('data.host_unreachable', `${place} did not answer within 15 seconds.`, said);
  switch (code) {
    case '28P01':
    case '28000':
      return new GalleyError('data.access_refused', `${place} does not let ${settings.user} in: ${message}.`, said);
    case '42501':
      return new GalleyError('data.access_refused', `${settings.user} may not read this: ${message}.`, said);
    case '3D000':
      return new GalleyError('data.unknown_database', `There is no database ${settings.database} at ${place}.`, said);
    case '57014':
      return new GalleyError(
        'data.source_timeout',
        `${place} took longer than ${timeoutOf(settings) / 1000} seconds.`,
        said,
      );
  }
  const network = networkError(error, place);
  if (network) return network;
  if (/Connection terminated/i.test(message))
    return new GalleyError('data.host_unreachable', `${place} closed the connection.`, said);
  const at = position === undefined ? '' : ` (at character ${position})`;
  return new GalleyError('data.query_failed', `PostgreSQL: ${message}${at}.`, said);
}

async function connect(settings: ConnectionSettings, secret: string | undefined): Promise<pg.Client> {
  const client = new pg.Client(configOf(settings, secret));
  // A connection that breaks between two queries would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw failure(error, settings);
  }
}

/** Opens a PostgreSQL database in a read-only transaction of one snapshot. */
export const openPostgres: OpensDatabase = async (settings, secret) => {
  const client = await connect(settings, secret);
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(
      `SET LOCAL statement_timeout = ${timeoutOf(settings)}; SET LOCAL TIME ZONE 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL extra_float_digits = 1`,
    );
    const version = await client.query({ text: 'SHOW server_version', rowMode: 'array' });
    return new Postgres(client, settings, secret, String(version.rows[0]?.[0]));
  } catch (error) {
    await client.end();
    throw failure(error, settings);
  }
};

class Postgres implements OpenDatabase {
  readonly server: string;
  readonly encrypted: boolean;
  readonly #client: pg.Client;
  readonly #settings: ConnectionSettings;
  readonly #secret: string | undefined;

  constructor(client: pg.Client, settings: ConnectionSettings, secret: string | undefined, version: string) {
    this.#client = client;
    this.#settings = settings;
    this.#secret = secret;
    this.server = `PostgreSQL ${version}`;
    this.encrypted = tlsOf(settings) !== 'off';
  }

  async browse([schema, table]: readonly string[]): Promise<BrowseEntry[]> {
    if (schema === undefined) {
      const rows = await this.#rows(
        `SELECT nspname FROM pg_namespace
         WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND has_schema_privilege(oid, 'USAGE')
         ORDER BY nspname = 'public' DESC, nspname`,
      );
      return rows.map(([name]) => ({ kind: 'schema', name: name as string }));
    }
    if (table === undefined) {
      const rows = await this.#rows(
        `SELECT relname, relkind, reltuples::bigint FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
         WHERE nspname = ${sqlText(schema)} AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
         ORDER BY relname`,
      );
      return rows.map(([name, kind, count]) => ({
        kind: kind === 'v' || kind === 'm' ? 'view' : 'table',
        name: name as string,
        ...(Number(count) > 0 ? { rows: Number(count) } : {}),
      }));
    }
    const rows = await this.#rows(
      `SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
       WHERE attrelid = to_regclass(${sqlText(this.#name({ schema, table }))}) AND attnum > 0 AND NOT attisdropped
       ORDER BY attnum`,
    );
    return rows.map(([name, type]) => ({ kind: 'column', name: name as string, type: type as string }));
  }

  async read(selection: Selection, limit?: number): Promise<RowReader> {
    const { sql, warnings, expected } = 'sql' in selection ? this.#query(selection.sql) : await this.#table(selection);
    const text = limit === undefined ? sql : `SELECT * FROM (${sql}\n) AS source LIMIT ${limit}`;
    const cursor = this.#client.query(new Cursor<SourceRow>(text, [], { rowMode: 'array', types: rawTypes as never }));
    let fields: Field[] = [];
    const next = () =>
      new Promise<SourceRow[]>((resolve, reject) => {
        cursor.read(batchRows, (error, rows, result) => {
          if (error) return reject(failure(error, this.#settings));
          // A cursor that came to its end tells of its rows only.
          fields = (result as typeof result | undefined)?.fields ?? fields;
          resolve(rows);
        });
      });
    const first = await next();
    async function* batches(): AsyncGenerator<SourceRow[]> {
      let rows = first;
      while (rows.length > 0) {
        yield rows.map((row) => row.map((value, column) => asText(value, fields[column])));
        rows = await next();
      }
      await cursor.close();
    }
    return {
      names: fields.map((field) => field.name),
      expected,
      warnings,
      batches,
      columns: () => fields.map((field) => ({ name: field.name, wish: wishOf(field) })),
    };
  }

  async cancel(): Promise<void> {
    const { processID } = this.#client as pg.Client & { processID: number };
    const other = await connect(this.#settings, this.#secret);
    try {
      await other.query(`SELECT pg_cancel_backend(${processID})`);
    } finally {
      await other.end();
    }
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  #query(sql: string): PlannedQuery {
    return { sql: readingQuery(sql), warnings: orderWarnings('The query', saysOrder(sql)), expected: 0 };
  }

  async #table(table: { schema?: string; table: string }): Promise<PlannedQuery> {
    const name = this.#name(table);
    const [found] = await this.#rows(
      `SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(${sqlText(name)}) AND relkind IN ('r', 'p', 'v', 'm', 'f')`,
    );
    if (!found) throw unknownTable(name);
    const key = await this.#rows(
      `SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
       WHERE indrelid = to_regclass(${sqlText(name)}) AND indisprimary ORDER BY array_position(indkey::int2[], attnum)`,
    );
    const order = key.length === 0 ? '' : ` ORDER BY ${key.map(([column]) => sqlName(column as string)).join(', ')}`;
    return {
      sql: `SELECT * FROM ${name}${order}`,
      warnings: orderWarnings(`The table ${name}`, key.length > 0),
      expected: Math.max(0, Number(found[0])),
    };
  }

  #name({ schema, table }: { schema?: string; table: string }): string {
    return schema === undefined ? sqlName(table) : `${sqlName(schema)}.${sqlName(table)}`;
  }

  async #rows(sql: string): Promise<SourceRow[]> {
    try {
      return (await this.#client.query<SourceRow>({ text: sql, rowMode: 'array' })).rows;
    } catch (error) {
      throw failure(error, this.#settings);
    }
  }
}

function asText(value: string | null, field: Field | undefined): string | null {
  if (value === null) return null;
  if (field?.dataTypeID === 16) return value === 't' ? 'true' : 'false';
  // The session's time zone is UTC, so that is what every time with a zone ends with.
  return field?.dataTypeID === 1184 && value.endsWith('+00') ? value.slice(0, -3) : value;
}
