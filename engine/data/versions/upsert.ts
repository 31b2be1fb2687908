import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { maskedText } from '../privacy/mask.ts';
import type { SchemaColumn } from '../schema.ts';
import { copyStatement } from '../sources/csv-load.ts';
import { neutralNames, nullColumns, positionedRows } from './delta-sql.ts';
import { layOver } from './edit-rows.ts';
import type { PartFile } from './leaf-reader.ts';
import { withRowDuck } from './row-duck.ts';
import { rowsOf } from './stored-form.ts';

/** The columns that tell rows apart, and those whose values no message shows. */
export interface RowKey {
  columns: readonly string[];
  marked: readonly string[];
}

/** How rows were merged by key. */
export interface Merged {
  files: PartFile[];
  /** Rows whose key was known. */
  changed: number;
  added: number;
}

async function firstRow(connection: DuckDBConnection, sql: string): Promise<unknown[] | undefined> {
  return (await connection.runAndReadAll(`${sql} LIMIT 1`)).getRowsJson()[0];
}

/** Every row of a file has a key, and no two the same. */
async function requireKeys(connection: DuckDBConnection, keys: readonly string[], key: RowKey): Promise<void> {
  const { columns: names } = key;
  const missing = await firstRow(
    connection,
    `SELECT position + 1 FROM fresh_rows WHERE ${keys.map((column) => `${column} IS NULL`).join(' OR ')} ORDER BY position`,
  );
  if (missing) {
    throw new GalleyError('data.missing_key', `Row ${String(missing[0])} of the file has no ${names.join(', ')}.`, {
      details: { row: Number(missing[0]), key: names },
    });
  }
  await refuseDuplicates(connection, 'fresh_rows', keys, key, 'The file has');
}

async function refuseDuplicates(
  connection: DuckDBConnection,
  table: string,
  keys: readonly string[],
  { columns: names, marked }: RowKey,
  who: string,
): Promise<void> {
  const columns = keys.join(', ');
  const twice = await firstRow(
    connection,
    `SELECT min(position) + 1, ${columns} FROM ${table} GROUP BY ${columns} HAVING count(*) > 1 ORDER BY 1`,
  );
  if (!twice) return;
  const shown = names.map((name, index) => (marked.includes(name) ? maskedText : twice[index + 1]));
  const key = names.map((name, index) => `${name} ${String(shown[index])}`).join(', ');
  throw new GalleyError(
    'data.key_not_unique',
    `${who} more than one row with ${key}; which of them counts is not said.`,
    {
      details: { key: Object.fromEntries(names.map((name, index) => [name, shown[index]])), row: Number(twice[0]) },
    },
  );
}

/**
 * Rows of files merged into those of a version by key: where the key is known a row takes the place of the one that has
 * it, else it follows at the end.
 * @throws GalleyError `data.missing_key`, `data.key_not_unique`
 */
export async function upsertRows(
  job: JobContext,
  schema: SchemaColumn[],
  whole: readonly PartFile[],
  fresh: readonly PartFile[],
  key: RowKey,
): Promise<Merged> {
  const path = join(job.stagingFolder, 'merged.parquet');
  const files = [...whole, ...fresh].map((file) => file.path);
  const changed = await withRowDuck(job, schema.length, files, async (duck) => {
    const connection = await duck.connect();
    try {
      return await writeMerge(connection, schema, { whole, fresh }, key, path);
    } finally {
      connection.closeSync();
    }
  });
  const merged = await withRowDuck(job, schema.length, files, (duck) => layOver(job, duck, schema, whole, path));
  return { files: merged, changed, added: rowsOf(fresh) - changed };
}

/** Writes the new rows as a row delta over those of the version; answers how many take the place of one. */
async function writeMerge(
  connection: DuckDBConnection,
  schema: SchemaColumn[],
  { whole, fresh }: { whole: readonly PartFile[]; fresh: readonly PartFile[] },
  key: RowKey,
  path: string,
): Promise<number> {
  const keys = key.columns.map((name) => `c${schema.findIndex((column) => column.name === name)}`);
  const columns = keys.join(', ');
  await connection.run(
    `CREATE TEMP TABLE fresh_rows AS SELECT position, ${columns} FROM (${positionedRows(schema, fresh)}) AS given`,
  );
  await requireKeys(connection, keys, key);
  await connection.run(
    `CREATE TEMP TABLE known_rows AS SELECT fresh_rows.position AS place, old.position, ${columns}` +
      ` FROM (SELECT position, ${columns} FROM (${positionedRows(schema, whole)}) AS stored) AS old JOIN fresh_rows USING (${columns})`,
  );
  await refuseDuplicates(connection, 'known_rows', keys, key, 'The version has');
  await connection.run(
    'CREATE TEMP TABLE places AS SELECT place, position, 1::BIGINT AS sequence FROM known_rows' +
      ` UNION ALL SELECT position, ${rowsOf(whole)}, row_number() OVER (ORDER BY position)` +
      ' FROM fresh_rows ANTI JOIN (SELECT place AS position FROM known_rows) AS known USING (position)',
  );
  const query =
    `SELECT position, 0::BIGINT AS sequence, ${nullColumns(schema)} FROM known_rows` +
    ` UNION ALL SELECT places.position, places.sequence, ${neutralNames(schema, 'given.')}` +
    ` FROM (${positionedRows(schema, fresh)}) AS given JOIN places ON places.place = given.position ORDER BY position, sequence`;
  await connection.run(copyStatement(query, path, schema.length));
  return Number((await firstRow(connection, 'SELECT count(*)::DOUBLE FROM known_rows'))?.[0]);
}
