import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../engine/data/connections/databases/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { readAll } from './read-all.ts';

function databaseFile(...statements: string[]): { path: string; database: SqliteDatabase.Database } {
  const path = join(temporaryFolder(), 'shop.db');
  const database = new SqliteDatabase(path);
  onTestFinished(() => {
    database.close();
  });
  for (const statement of statements) database.exec(statement);
  return { path, database };
}

async function open(path: string) {
  const database = await openDatabase({ kind: 'sqlite', path }, undefined);
  onTestFinished(() => database.close());
  return database;
}

test('a column is what is found in it', async () => {
  const { path } = databaseFile(
    `CREATE TABLE kinds (id INTEGER PRIMARY KEY, big INTEGER, share REAL, mixed, yes BOOLEAN, day DATE, moment DATETIME,
       name TEXT, raw BLOB, word INTEGER, empty INT)`,
    `INSERT INTO kinds VALUES
       (2, 9223372036854775807, 0.1, 1, 1, '2024-02-29', '2024-02-29 12:30:00.5', 'ünï', x'00ff', 5, NULL),
       (1, -1, 1e300, 1.5, 0, '2023-01-01', '2023-01-01T00:00', '', NULL, 'five', NULL)`,
  );
  const { types, rows, warnings } = await readAll(await open(path), { table: 'KINDS' });
  expect(types).toEqual({
    id: 'int64',
    big: 'int64',
    share: 'float64',
    mixed: 'float64',
    yes: 'boolean',
    day: 'date',
    moment: 'timestamp',
    name: 'text',
    raw: 'text',
    word: 'text',
    empty: 'int64',
  });
  expect(warnings).toEqual(['data.kept_as_text word']);
  expect(rows).toEqual([
    [1, -1, 1e300, 1.5, false, '2023-01-01', '2023-01-01T00:00:00Z', '', null, 'five', null],
    [2, '9223372036854775807', 0.1, 1, true, '2024-02-29', '2024-02-29T12:30:00.5Z', 'ünï', '00ff', '5', null],
  ]);
});

test('whole numbers beyond 2^53 beside decimals are not rounded', async () => {
  const { path } = databaseFile('CREATE TABLE t (n)', 'INSERT INTO t VALUES (9007199254740993), (0.5)');
  const { types, rows } = await readAll(await open(path), { table: 't' });
  expect(types).toEqual({ n: 'decimal(1)' });
  expect(rows).toEqual([['9007199254740993.0'], ['0.5']]);
});

test('rows without a key come in the order they were written; a view says that it has none', async () => {
  const { path } = databaseFile(
    'CREATE TABLE t (word TEXT)',
    "INSERT INTO t VALUES ('b'), ('a')",
    'CREATE VIEW v AS SELECT * FROM t',
  );
  const database = await open(path);
  expect(await readAll(database, { table: 't' })).toMatchObject({ rows: [['b'], ['a']], warnings: [] });
  expect((await readAll(database, { table: 'v' })).warnings).toEqual(['data.no_row_order']);
});

test('the file is never written, and what is read is of one moment', async () => {
  const { path, database: writer } = databaseFile(
    'PRAGMA journal_mode = WAL',
    'CREATE TABLE t (n INTEGER)',
    'INSERT INTO t VALUES (1)',
  );
  const database = await open(path);
  writer.exec('INSERT INTO t VALUES (2)');
  expect((await readAll(database, { table: 't' })).rows).toEqual([[1]]);
  for (const sql of [
    'DELETE FROM t',
    "ATTACH 'other.db' AS other",
    'PRAGMA user_version = 5',
    'SELECT 1; DELETE FROM t',
  ])
    await expect(database.read({ sql }), sql).rejects.toMatchObject({ code: 'data.query_failed' });
  expect(writer.prepare('SELECT count(*) FROM t').pluck().get()).toBe(2);
});

test('tables, views and columns can be looked at', async () => {
  const { path } = databaseFile('CREATE TABLE "We ""ird" ("a;b--" INTEGER)', 'CREATE VIEW v AS SELECT 1 AS one');
  const database = await open(path);
  expect(await database.browse(['main'])).toEqual([
    { kind: 'table', name: 'We "ird' },
    { kind: 'view', name: 'v' },
  ]);
  expect(await database.browse(['main', 'We "ird'])).toEqual([{ kind: 'column', name: 'a;b--', type: 'INTEGER' }]);
});

test('what is wrong is said by its name', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'no.db'), 'this is text, not a database, and it is long enough to be one');
  const refused = (path: string) => openDatabase({ kind: 'sqlite', path }, undefined);
  await expect(refused(join(folder, 'gone.db'))).rejects.toMatchObject({ code: 'data.file_not_found' });
  await expect(refused(join(folder, 'no.db'))).rejects.toMatchObject({ code: 'data.binary_or_wrong_type' });
  const { path } = databaseFile('CREATE TABLE t (n)');
  const database = await open(path);
  await expect(database.read({ table: 'gone' })).rejects.toMatchObject({ code: 'data.unknown_table' });
  await expect(readAll(database, { table: 't' })).rejects.toMatchObject({ code: 'data.no_rows' });
});

test('columns with names that tell where a row stands get another name, and keep their values and order', async () => {
  const { path } = databaseFile(
    'CREATE TABLE t (rowid INTEGER, file_row_number TEXT, FILE_INDEX REAL)',
    "INSERT INTO t VALUES (9, 'first', 0.5), (3, 'second', 1.5)",
  );
  const { types, rows, warnings } = await readAll(await open(path), { table: 't' });
  expect(Object.keys(types)).toEqual(['rowid_2', 'file_row_number_2', 'FILE_INDEX_2']);
  expect(rows).toEqual([
    [9, 'first', 0.5],
    [3, 'second', 1.5],
  ]);
  expect(warnings.filter((warning) => warning.startsWith('data.reserved_column_name'))).toHaveLength(3);
});

test('a table whose columns have all names of the row number has no order, and says so', async () => {
  const { path } = databaseFile('CREATE TABLE t (rowid INT, oid INT, _rowid_ INT)', 'INSERT INTO t VALUES (2, 2, 2)');
  const { rows, warnings } = await readAll(await open(path), { table: 't' });
  expect(rows).toEqual([[2, 2, 2]]);
  expect(warnings[0]).toBe('data.no_row_order');
});
