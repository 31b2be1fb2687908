import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ConnectionSettings } from '../../../engine/contract/data-connections.ts';
import { openDatabase } from '../../../engine/data/connections/databases/index.ts';
import { type DatabaseServer, mariadbProgram, noMariadb, startMariadb } from '../../support/database-server.ts';
import { readAll } from './read-all.ts';

let server: DatabaseServer;

beforeAll(async () => {
  if (!mariadbProgram()) return;
  server = await startMariadb();
  await server.run(
    `CREATE TABLE kinds (
       id int PRIMARY KEY, big bigint, positive bigint unsigned, yes tinyint(1), tiny tinyint, price decimal(10, 2),
       wide decimal(50, 3), precise double, single float, day date, naive datetime(6), zoned timestamp NULL, at time,
       born year, name varchar(50), fixed char(3), note json, raw varbinary(10), bits bit(10), choice enum('a', 'b'))`,
    "SET time_zone = '+02:00'",
    `INSERT INTO kinds VALUES
       (2, 9223372036854775807, 18446744073709551615, 1, -5, 12.50, 1.125, 0.1, 1.23456789, '2024-02-29',
        '2024-02-29 12:30:00.123456', '2024-02-29 12:30:00', '12:30', 1999, 'ünï ''quote'' 😀', 'ab', '{"a": 1}', x'00ff',
        b'1000000001', 'b'),
       (1, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, NULL)`,
    'CREATE TABLE unordered (word text)',
    "INSERT INTO unordered VALUES ('b'), ('a')",
    "SET sql_mode = ''",
    'CREATE TABLE odd (id int PRIMARY KEY, day date)',
    "INSERT INTO odd VALUES (1, '0000-00-00'), (2, '2024-01-01')",
    'CREATE TABLE `We ``ird` (`a;b--` int PRIMARY KEY)',
    'INSERT INTO `We ``ird` VALUES (1)',
    'CREATE VIEW seen AS SELECT id, name FROM kinds',
  );
});
afterAll(() => server?.stop());
beforeEach((context) => {
  if (!server) context.skip(noMariadb);
});

const open = (change: Partial<ConnectionSettings> = {}, secret = server.secret) =>
  openDatabase({ ...server.settings, ...change }, secret);

async function withDatabase<Result>(
  work: (database: Awaited<ReturnType<typeof open>>) => Promise<Result>,
): Promise<Result> {
  const database = await open();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

test('every type keeps its values, in the order of the primary key', async () => {
  const { types, rows, warnings } = await withDatabase((database) => readAll(database, { table: 'kinds' }));
  expect(types).toEqual({
    id: 'int64',
    big: 'int64',
    positive: 'decimal(0)',
    yes: 'boolean',
    tiny: 'int64',
    price: 'decimal(2)',
    wide: 'decimal(3)',
    precise: 'float64',
    single: 'float64',
    day: 'date',
    naive: 'timestamp',
    zoned: 'timestamp',
    at: 'text',
    born: 'int64',
    name: 'text',
    fixed: 'text',
    note: 'text',
    raw: 'text',
    bits: 'int64',
    choice: 'text',
  });
  expect(warnings).toEqual([]);
  expect(rows[0]?.slice(0, 4)).toEqual([1, null, null, false]);
  expect(rows[1]).toEqual([
    2,
    '9223372036854775807',
    '18446744073709551615',
    true,
    -5,
    '12.50',
    '1.125',
    0.1,
    Math.fround(1.23456789),
    '2024-02-29',
    '2024-02-29T12:30:00.123456Z',
    '2024-02-29T10:30:00Z',
    '12:30:00',
    1999,
    "ünï 'quote' 😀",
    'ab',
    '{"a": 1}',
    '00ff',
    513,
    'b',
  ]);
});

test('what has no order, what is rounded and what no type holds is told', async () => {
  const told = await withDatabase(async (database) => [
    (await readAll(database, { table: 'unordered' })).warnings,
    (await readAll(database, { sql: 'SELECT single FROM kinds ORDER BY id' })).warnings,
    (await readAll(database, { table: 'odd' })).warnings,
  ]);
  expect(told).toEqual([['data.no_row_order'], ['data.rounded_numbers single'], ['data.kept_as_text day']]);
});

test('names are quoted', async () => {
  const { types } = await withDatabase((database) => readAll(database, { schema: 'shop', table: 'We `ird' }));
  expect(types).toEqual({ 'a;b--': 'int64' });
});

test('many rows come in batches and the same rows have the same identity', async () => {
  const sql = "SELECT seq AS n, concat('row ', seq) AS name FROM seq_1_to_30000 ORDER BY seq";
  const [first, second] = await withDatabase(async (database) => [
    await readAll(database, { sql }),
    await readAll(database, { sql }),
  ]);
  expect(first.rows).toHaveLength(30_000);
  expect(first.rows[29_999]).toEqual(['30000', 'row 30000']);
  expect(second.identity).toBe(first.identity);
});

test('schemas, tables and columns can be looked at', async () => {
  await withDatabase(async (database) => {
    expect((await database.browse([])).map(({ name }) => name)).toEqual(['shop']);
    const tables = (await database.browse(['shop'])).map(({ kind, name }) => `${kind} ${name}`);
    expect(tables.sort()).toEqual(['table We `ird', 'table kinds', 'table odd', 'table unordered', 'view seen']);
    expect((await database.browse(['shop', 'odd'])).map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id int(11)',
      'day date',
    ]);
  });
});

test('nothing is written, whatever the query says', async () => {
  await server.run('CREATE TABLE target (id int)', "GRANT ALL ON shop.target TO 'reader'@'%'");
  for (const sql of ['DELETE FROM target', 'SELECT 1; INSERT INTO target VALUES (1)', '# SELECT\nDROP TABLE target']) {
    await expect(
      withDatabase((database) => database.read({ sql })),
      sql,
    ).rejects.toMatchObject({ code: 'data.query_failed' });
  }
  expect(await server.value('SELECT count(*) FROM target')).toBe(0);
});

test('what is read is of one moment', async () => {
  await server.run('CREATE TABLE moving (id int PRIMARY KEY)', 'INSERT INTO moving SELECT seq FROM seq_1_to_20000');
  await withDatabase(async (database) => {
    await server.run('DELETE FROM moving');
    expect((await readAll(database, { table: 'moving' })).rows).toHaveLength(20_000);
  });
});

test('cancel ends the query on the server', async () => {
  await withDatabase(async (database) => {
    const ended = database.read({ sql: 'SELECT sleep(60) AS slept ORDER BY 1' }).catch(() => {});
    const running = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT sleep(60)%'";
    await expect.poll(() => server.value(running)).toBe(1);
    await database.cancel();
    await ended;
    await expect.poll(() => server.value(running)).toBe(0);
  });
});

test('a query that takes too long is stopped by the server', async () => {
  const database = await open({ timeoutSeconds: 1 });
  const slow = readAll(database, { sql: 'SELECT count(*) AS n FROM seq_1_to_1000000000 WHERE seq % 7 = 3 ORDER BY 1' });
  await expect(slow).rejects.toMatchObject({ code: 'data.source_timeout' });
  await database.close();
});

test('what is wrong is said by its name, never with the password', async () => {
  const cases: [Partial<ConnectionSettings>, string | undefined, string][] = [
    [{}, 'wrong-password', 'data.access_refused'],
    [{ database: 'nowhere' }, undefined, 'data.access_refused'],
    [{ port: 2 }, undefined, 'data.host_unreachable'],
    [{ tls: 'verify' }, undefined, 'data.tls_failed'],
    [{}, '', 'data.secret_needed'],
  ];
  for (const [change, secret = server.secret, code] of cases) {
    const error = await open(change, secret).then(
      () => undefined,
      (thrown) => thrown,
    );
    expect(error, code).toMatchObject({ code });
    const told = JSON.stringify([error.message, error.hint, error.details]);
    if (secret !== '') expect(told).not.toContain(secret.slice(0, 6));
  }
  await withDatabase(async (database) => {
    await expect(database.read({ table: 'gone' })).rejects.toMatchObject({ code: 'data.unknown_table' });
    await expect(database.read({ sql: 'SELECT nothing FROM kinds' })).rejects.toMatchObject({
      code: 'data.query_failed',
    });
  });
});
