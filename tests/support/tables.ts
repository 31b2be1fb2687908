import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { duckType, type SchemaColumn } from '../../engine/data/schema.ts';
import { datasetIdentity } from '../../engine/data/versions/identity.ts';
import { hashLeaves, type LeafOptions, type PartFile } from '../../engine/data/versions/leaf-reader.ts';
import { openDuck, sqlName, sqlText } from '../../engine/store/duck.ts';
import { temporaryFolder } from './temporary.ts';

/** A value in the form of identities.json: numbers and times as text. */
export type TableValue = string | boolean | null;

function literal(value: TableValue): string {
  return value === null ? 'NULL' : typeof value === 'boolean' ? String(value) : sqlText(value);
}

function rowSource(schema: readonly SchemaColumn[], rows: readonly (readonly TableValue[])[]): string {
  const selects = schema.map((column, place) => {
    const from = column.type === 'timestamp' ? `make_timestamp(epoch_us(c${place}::TIMESTAMPTZ))` : `c${place}`;
    return `${from}::${duckType(column)} AS ${sqlName(column.name)}`;
  });
  const places = schema.map((_, place) => `c${place}`).join(', ');
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
  return `SELECT ${selects.join(', ')} FROM (VALUES ${values}) AS given(${places})`;
}

/** Writes a file by SQL that may write into its own folder only. */
export async function writeBySql(query: string, extension: 'csv' | 'parquet', options = ''): Promise<string> {
  const folder = temporaryFolder();
  const path = join(folder, `table.${extension}`);
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder, threads: 1 });
  const connection = await duck.connect();
  try {
    await connection.run(`COPY (${query}) TO ${sqlText(path)} (FORMAT ${extension}${options})`);
    return path;
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

/** Writes many small Parquet files with one DuckDB. */
export class TableWriter {
  readonly #folder: string;
  readonly #duck: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #files = 0;

  private constructor(folder: string, duck: DuckDBInstance, connection: DuckDBConnection) {
    this.#folder = folder;
    this.#duck = duck;
    this.#connection = connection;
  }

  static async open(): Promise<TableWriter> {
    const folder = temporaryFolder();
    const duck = await openDuck({ allowed: [folder], temporaryFolder: folder, threads: 1 });
    return new TableWriter(folder, duck, await duck.connect());
  }

  async write(schema: readonly SchemaColumn[], rows: readonly (readonly TableValue[])[]): Promise<string> {
    const path = join(this.#folder, `table-${++this.#files}.parquet`);
    await this.#connection.run(`COPY (${rowSource(schema, rows)}) TO ${sqlText(path)} (FORMAT parquet)`);
    return path;
  }

  close(): void {
    this.#connection.closeSync();
    this.#duck.closeSync();
  }
}

/** Writes rows as a Parquet file of that schema. */
export function writeParquet(
  schema: readonly SchemaColumn[],
  rows: readonly (readonly TableValue[])[],
): Promise<string> {
  return writeBySql(rowSource(schema, rows), 'parquet');
}

/** The rows of make_fixtures.py's `generated`. */
export function generatedQuery(count: number): string {
  return `SELECT i AS number, CASE WHEN i % 7 = 3 THEN NULL ELSE i / 2.0::DOUBLE END AS half,
    CASE WHEN i % 11 = 5 THEN NULL ELSE 'row ' || i END AS label FROM range(${count}) AS numbers(i)`;
}

/** Leaves and identity of a version that consists of these Parquet files. */
export async function identityOf(
  schema: readonly SchemaColumn[],
  parts: readonly PartFile[],
  options: Partial<LeafOptions> = {},
): Promise<{ leaves: string[]; identity: string }> {
  const allowed = parts.map((part) => part.path);
  const duck = await openDuck({ allowed, temporaryFolder: temporaryFolder(), threads: 1 });
  try {
    const leaves = await hashLeaves(duck, schema, parts, { concurrency: 2, ...options });
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    return { leaves, identity: datasetIdentity(schema, rows, leaves) };
  } finally {
    duck.closeSync();
  }
}

/** All rows of a Parquet file, in JSON's types. */
export async function rowsOfParquet(path: string): Promise<unknown[][]> {
  const duck = await openDuck({ allowed: [path], temporaryFolder: temporaryFolder() });
  const connection = await duck.connect();
  try {
    return (await connection.runAndReadAll(`FROM read_parquet(${sqlText(path)})`)).getRowsJson() as unknown[][];
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}
