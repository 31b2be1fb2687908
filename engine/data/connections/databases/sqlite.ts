import { existsSync, statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { GalleyError } from '../../../base/errors.ts';
import type { BrowseEntry } from '../../../contract/data-connections.ts';
import { sqlName, sqlText } from '../../../store/duck.ts';
import {
  batchRows,
  type OpenDatabase,
  type OpensDatabase,
  type RowReader,
  type Selection,
  type SourceColumn,
  type SourceRow,
} from './database.ts';
import { orderWarnings, readingQuery, saysOrder, unknownTable } from './selection.ts';
import { FoundKinds } from './sqlite-kinds.ts';

/** What SQLite calls the number of a row, unless a column has that name. */
const rowNumberNames = ['rowid', 'oid', '_rowid_'];

type Value = null | bigint | number | string | Buffer;

function failure(error: unknown, path: string): unknown {
  if (error instanceof GalleyError) return error;
  const { code, message } = error as Error & { code?: string };
  const said = { cause: error, details: { path, code: code ?? null } };
  if (code === 'SQLITE_NOTADB' || code?.startsWith('SQLITE_CORRUPT'))
    return new GalleyError('data.binary_or_wrong_type', `${path} is no whole SQLite database.`, said);
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
    return new GalleyError('data.source_timeout', `${path} is being written by another program.`, said);
  if (code === 'SQLITE_CANTOPEN')
    return new GalleyError('data.access_refused', `${path} cannot be opened: ${message}.`, said);
  return new GalleyError('data.query_failed', `SQLite: ${message}.`, said);
}

/** Opens a SQLite file for reading alone, in one transaction. @throws GalleyError `data.file_not_found`, `data.*` */
export const openSqlite: OpensDatabase = async ({ path = '', timeoutSeconds }) => {
  if (!existsSync(path) || !statSync(path).isFile())
    throw new GalleyError('data.file_not_found', `There is no file ${path}.`, { details: { path } });
  try {
    const database = new SqliteDatabase(path, {
      readonly: true,
      fileMustExist: true,
      timeout: (timeoutSeconds ?? 10) * 1000,
    });
    database.defaultSafeIntegers(true);
    database.exec('BEGIN');
    // Reading takes the snapshot, and says whether this is a database at all.
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return new Sqlite(database, path);
  } catch (error) {
    throw failure(error, path);
  }
};

class Sqlite implements OpenDatabase {
  readonly server: string;
  readonly encrypted = true;
  readonly #database: SqliteDatabase.Database;
  readonly #path: string;

  constructor(database: SqliteDatabase.Database, path: string) {
    this.#database = database;
    this.#path = path;
    this.server = `SQLite ${String(database.prepare('SELECT sqlite_version()').pluck().get())}`;
  }

  async browse([schema, table]: readonly string[]): Promise<BrowseEntry[]> {
    if (schema === undefined) return [{ kind: 'schema', name: 'main' }];
    if (table === undefined) {
      return this.#rows(
        `SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
      ).map(([name, type]) => ({ kind: type === 'view' ? 'view' : 'table', name: String(name) }));
    }
    return this.#rows(`SELECT name, type FROM pragma_table_info(${sqlText(table)})`).map(([name, type]) => ({
      kind: 'column',
      name: String(name),
      type: String(type),
    }));
  }

  async read(selection: Selection, limit?: number): Promise<RowReader> {
    const { sql, warnings } =
      'sql' in selection
        ? { sql: readingQuery(selection.sql), warnings: orderWarnings('The query', saysOrder(selection.sql)) }
        : this.#table(selection.table);
    let statement: SqliteDatabase.Statement;
    try {
      statement = this.#database.prepare(limit === undefined ? sql : `SELECT * FROM (${sql}\n) LIMIT ${limit}`);
    } catch (error) {
      throw failure(error, this.#path);
    }
    if (!statement.reader || !statement.readonly)
      throw new GalleyError('data.query_failed', 'The query must read: sources are never changed.');
    const described = statement.columns();
    const kinds = described.map(({ type }) => new FoundKinds(type));
    const path = this.#path;
    async function* batches(): AsyncGenerator<SourceRow[]> {
      let batch: SourceRow[] = [];
      try {
        for (const row of statement.raw().iterate() as IterableIterator<Value[]>) {
          batch.push(row.map((value, column) => (kinds[column] as FoundKinds).text(value)));
          if (batch.length < batchRows) continue;
          yield batch;
          batch = [];
          // The rows come without waiting; let cancel and progress have their turn.
          await new Promise((resolve) => setImmediate(resolve));
        }
      } catch (error) {
        throw failure(error, path);
      }
      if (batch.length > 0) yield batch;
    }
    const columns = (): SourceColumn[] =>
      described.map(({ name }, column) => ({ name, wish: (kinds[column] as FoundKinds).wish() }));
    return { names: described.map(({ name }) => name), expected: 0, warnings, batches, columns };
  }

  async cancel(): Promise<void> {}

  async close(): Promise<void> {
    this.#database.close();
  }

  #table(table: string): { sql: string; warnings: RowReader['warnings'] } {
    const name = sqlName(table);
    const [found] = this.#rows(
      `SELECT type FROM sqlite_master WHERE lower(name) = lower(${sqlText(table)}) AND type IN ('table', 'view')`,
    );
    if (!found) throw unknownTable(name);
    const key = this.#rows(`SELECT name FROM pragma_table_info(${sqlText(table)}) WHERE pk > 0 ORDER BY pk`);
    if (key.length > 0) {
      const columns = key.map(([column]) => sqlName(String(column))).join(', ');
      return { sql: `SELECT * FROM ${name} ORDER BY ${columns}`, warnings: [] };
    }
    // A table without a primary key has row numbers, in which order it was filled, under a name that no column takes.
    const columns = this.#rows(`SELECT lower(name) FROM pragma_table_info(${sqlText(table)})`).flat();
    const number = found[0] === 'table' ? rowNumberNames.find((one) => !columns.includes(one)) : undefined;
    return {
      sql: `SELECT * FROM ${name}${number === undefined ? '' : ` ORDER BY ${number}`}`,
      warnings: orderWarnings(`The ${found[0]} ${name}`, number !== undefined),
    };
  }

  #rows(sql: string): Value[][] {
    return this.#database.prepare(sql).raw().all() as Value[][];
  }
}
