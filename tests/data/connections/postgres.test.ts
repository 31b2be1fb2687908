import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ConnectionSettings } from '../../../engine/contract/data-connections.ts';
import { openDatabase } from '../../../engine/data/connections/databases/index.ts';
import { type DatabaseServer, noPostgres, postgresFolder, startPostgres } from '../../support/database-server.ts';
import { readAll } from './read-all.ts';

let server: DatabaseServer;

beforeAll(async () => {
  if (!postgresFolder()) return;
  server = await startPostgres();
  await server.run(
    `CREATE TABLE kinds (
       id integer PRIMARY KEY, big bigint, small smallint, price numeric(10, 2), whole numeric(12, 0), loose numeric,
       precise double precision, single real, yes boolean, day date, naive timestamp, zoned timestamptz,
       name text, fixed char(3), note json, tags text[], raw bytea, span interval, at time, id2 uuid)`,
    `INSERT INTO kinds VALUES
       (2, 9223372036854775807, -5, 12.50, 7, 1.125, 0.1, 0.1, true, '2024-02-29', '2024-02-29 12:30:00.123456',
        '2024-02-29 12:30:00+02', 'ünï ''quote''', 'ab', '{"a": 1}', '{x,"y z"}', '\\x00ff', '1 day 2 hours', '12:30',
        'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'),
       (1, NULL, NULL, NULL, NULL, 200, 'NaN', NULL, false, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL)`,
    'CREATE TABLE unordered (word text)',
    "INSERT INTO unordered VALUES ('b'), ('a')",
    'CREATE TABLE odd (id integer PRIMARY KEY, far timestamp, huge numeric)',
    "INSERT INTO odd VALUES (1, 'infinity', 1e60), (2, '2024-01-01', 2)",
    'CREATE TABLE "We ""ird" ("a;b--" integer PRIMARY KEY, "a;b--2" text)',
    `INSERT INTO "We ""ird" VALUES (1, 'x')`,
    'CREATE SCHEMA other',
    'CREATE TABLE other.secret (id integer)',
    'CREATE VIEW seen AS SELECT id, name FROM kinds',
  );
});
afterAll(() => server?.stop());
beforeEach((context) => {
  if (!server) context.skip(noPostgres);
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
    small: 'int64',
    price: 'decimal(2)',
    whole: 'int64',
    loose: 'decimal(3)',
    precise: 'float64',
    single: 'float64',
    yes: 'boolean',
    day: 'date',
    naive: 'timestamp',
    zoned: 'timestamp',
    name: 'text',
    fixed: 'text',
    note: 'text',
    tags: 'text',
    raw: 'text',
    span: 'text',
    at: 'text',
    id2: 'text',
  });
  expect(warnings).toEqual([]);
  expect(rows[0]?.slice(0, 13)).toEqual([
    1,
    null,
    null,
    null,
    null,
    '200.000',
    'NaN',
    null,
    false,
    null,
    null,
    null,
    '',
  ]);
  expect(rows[1]).toEqual([
    2,
    '9223372036854775807',
    -5,
    '12.50',
    7,
    '1.125',
    0.1,
    0.1,
    true,
    '2024-02-29',
    '2024-02-29T12:30:00.123456Z',
    '2024-02-29T10:30:00Z',
    "ünï 'quote'",
    'ab ',
    '{"a": 1}',
    '{x,"y z"}',
    '\\x00ff',
    'P1DT2H',
    '12:30:00',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  ]);
});

test('a table without a key and a query without ORDER BY say that they have no order', async () => {
  const codes = await withDatabase(async (database) => [
    (await readAll(database, { table: 'unordered' })).warnings,
    (await readAll(database, { sql: 'SELECT 1 AS one;' })).warnings,
    (await readAll(database, { sql: 'SELECT word FROM unordered ORDER BY word' })).warnings,
  ]);
  expect(codes).toEqual([['data.no_row_order'], ['data.no_row_order'], []]);
});

test('what no type holds stays text, and says so', async () => {
  const { types, rows, warnings } = await withDatabase((database) => readAll(database, { table: 'odd' }));
  expect(types).toEqual({ id: 'int64', far: 'text', huge: 'text' });
  expect(rows[0]).toEqual([1, 'infinity', `1${'0'.repeat(60)}`]);
  expect(warnings).toEqual(['data.kept_as_text far', 'data.kept_as_text huge']);
});

test('names are quoted, and columns of one name are told apart', async () => {
  const weird = await withDatabase((database) => readAll(database, { schema: 'public', table: 'We "ird' }));
  expect(weird.types).toEqual({ 'a;b--': 'int64', 'a;b--2': 'text' });
  const twice = await withDatabase((database) => readAll(database, { sql: 'SELECT 1 AS a, 2 AS a ORDER BY 1' }));
  expect(Object.keys(twice.types)).toHaveLength(2);
});

test('many rows come in batches and the same rows have the same identity', async () => {
  const sql = "SELECT n, n * 0.5 AS half, 'row ' || n AS name FROM generate_series(1, 30000) AS n ORDER BY n";
  const [first, second] = await withDatabase(async (database) => [
    await readAll(database, { sql }),
    await readAll(database, { sql }),
  ]);
  expect(first.rows).toHaveLength(30_000);
  expect(first.rows[29_999]).toEqual([30_000, '15000.0', 'row 30000']);
  expect(second.identity).toBe(first.identity);
});

test('a preview asks for few rows', async () => {
  const { rows } = await withDatabase((database) =>
    readAll(database, { sql: 'SELECT n FROM generate_series(1, 1000) AS n ORDER BY n DESC -- all' }, 3),
  );
  expect(rows).toEqual([[1000], [999], [998]]);
});

test('schemas, tables and columns can be looked at', async () => {
  await withDatabase(async (database) => {
    expect((await database.browse([])).map(({ name }) => name)).toEqual(['public']);
    const tables = await database.browse(['public']);
    expect(tables.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'table We "ird',
      'table kinds',
      'table odd',
      'view seen',
      'table unordered',
    ]);
    expect((await database.browse(['public', 'odd'])).map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id integer',
      'far timestamp without time zone',
      'huge numeric',
    ]);
  });
});

test('nothing is written, whatever the query says', async () => {
  await server.run('CREATE TABLE target (id integer)', 'GRANT ALL ON target TO reader');
  const refusals = [
    'DELETE FROM target',
    'WITH gone AS (INSERT INTO target VALUES (1) RETURNING id) SELECT * FROM gone',
    'SELECT 1; INSERT INTO target VALUES (1)',
    '/* SELECT */ DROP TABLE target',
  ];
  for (const sql of refusals)
    await expect(
      withDatabase((database) => database.read({ sql })),
      sql,
    ).rejects.toMatchObject({ code: 'data.query_failed' });
  expect(await server.value('SELECT count(*) FROM target')).toBe('0');
});

test('what is read is of one moment', async () => {
  await server.run(
    'CREATE TABLE moving (id integer PRIMARY KEY)',
    'INSERT INTO moving SELECT generate_series(1, 20000)',
  );
  await withDatabase(async (database) => {
    const reader = await database.read({ table: 'moving' });
    let rows = 0;
    for await (const batch of reader.batches()) {
      if (rows === 0) await server.run('DELETE FROM moving');
      rows += batch.length;
    }
    expect(rows).toBe(20_000);
  });
});

test('cancel ends the query on the server', async () => {
  await withDatabase(async (database) => {
    const reading = database.read({ sql: 'SELECT pg_sleep(60)::text AS slept ORDER BY 1' });
    reading.catch(() => {});
    const running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'";
    await expect.poll(() => server.value(running)).toBe('1');
    await database.cancel();
    await expect(reading).rejects.toMatchObject({ code: 'data.source_timeout' });
    await expect.poll(() => server.value(running)).toBe('0');
  });
});

test('a query that takes too long is stopped by the server', async () => {
  const database = await open({ timeoutSeconds: 1 });
  await expect(database.read({ sql: 'SELECT pg_sleep(30)::text AS slept ORDER BY 1' })).rejects.toMatchObject({
    code: 'data.source_timeout',
  });
  await database.close();
});

test('what is wrong is said by its name, never with the password', async () => {
  const cases: [Partial<ConnectionSettings>, string | undefined, string][] = [
    [{}, 'wrong-password', 'data.access_refused'],
    [{ user: 'nobody-here' }, undefined, 'data.access_refused'],
    [{ database: 'nowhere' }, undefined, 'data.unknown_database'],
    [{ port: 2 }, undefined, 'data.host_unreachable'],
    [{ host: 'no-such-host.invalid' }, undefined, 'data.host_unreachable'],
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
