import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GalleyError } from '../../engine/base/errors.ts';
import type { SchemaColumn } from '../../engine/data/schema.ts';
import { checkExpression } from '../../engine/data/sql-expression.ts';
import { openDuck, sqlName } from '../../engine/store/duck.ts';

const schema: SchemaColumn[] = [
  { name: 'amount', type: 'int64' },
  { name: 'price', type: 'float64' },
  { name: 'cost', type: 'decimal', scale: 2 },
  { name: 'paid', type: 'boolean' },
  { name: 'day', type: 'date' },
  { name: 'moment', type: 'timestamp' },
  { name: 'note', type: 'text' },
];

let connection: DuckDBConnection;
let close: () => void;
beforeAll(async () => {
  const duck = await openDuck({ allowed: [], temporaryFolder: '/nonexistent', memoryLimit: '200MB', threads: 1 });
  connection = await duck.connect();
  close = () => {
    connection.closeSync();
    duck.closeSync();
  };
});
afterAll(() => close());

async function refused(text: string, columns = schema): Promise<GalleyError> {
  return checkExpression(connection, text, columns).then(
    ({ sql }) => expect.unreachable(`was let through as ${sql}`),
    (error: GalleyError) => error,
  );
}

describe('what an expression may be', () => {
  test.each([
    ['amount * 2', 'int64', ['amount']],
    ['amount / 2', 'float64', ['amount']],
    ['cost * 3', 'decimal', ['cost']],
    ["upper(trim(note)) || ' !'", 'text', ['note']],
    ["note LIKE 'a%' AND paid", 'boolean', ['note', 'paid']],
    ['AMOUNT BETWEEN 1 AND 3 OR amount IN (7, 8)', 'boolean', ['amount']],
    ['CASE WHEN paid THEN price ELSE 0 END', 'float64', ['paid', 'price']],
    ["coalesce(note, 'none')", 'text', ['note']],
    ['day + 1', 'date', ['day']],
    ['moment - INTERVAL 2 HOURS', 'timestamp', ['moment']],
    ["(moment AT TIME ZONE 'Europe/Paris')", 'timestamp', ['moment']],
    ["date_trunc('month', moment)::DATE", 'date', ['moment']],
    ['amount -- the rest is a remark', 'int64', ['amount']],
    ['/* before */ amount', 'int64', ['amount']],
    ["$$it's$$ || note", 'text', ['note']],
    ["'a;b -- c /* (SELECT 1)'", 'text', []],
  ])('%s', async (text, type, columns) => {
    expect(await checkExpression(connection, text, schema)).toMatchObject({ type, columns });
  });

  test('its result has the type that it tells', async () => {
    const { sql } = await checkExpression(connection, 'amount::TINYINT', schema);
    const reader = await connection.runAndReadAll(`SELECT typeof(${sql}) FROM (SELECT 5 AS amount)`);
    expect(reader.getRows()).toEqual([['BIGINT']]);
  });

  test('a zone is taken off in UTC', async () => {
    const { sql } = await checkExpression(connection, "moment AT TIME ZONE 'Europe/Paris'", schema);
    const reader = await connection.runAndReadAll(
      `SELECT ${sql}::VARCHAR FROM (SELECT TIMESTAMP '2024-07-01 12:00' AS moment)`,
    );
    expect(reader.getRows()).toEqual([['2024-07-01 10:00:00']]);
  });

  test('windows only where they are allowed', async () => {
    const text = 'sum(amount) OVER (ORDER BY day ROWS 3 PRECEDING)';
    expect((await refused(text)).message).toContain('window functions');
    expect(await checkExpression(connection, text, schema, { windows: true })).toMatchObject({
      type: 'decimal',
      columns: ['amount', 'day'],
    });
    await expect(
      checkExpression(connection, 'string_agg(note) OVER ()', schema, { windows: true }),
    ).rejects.toMatchObject({ code: 'data.invalid_sql' });
  });

  test('a condition must be true or false', async () => {
    await expect(checkExpression(connection, 'amount + 1', schema, { type: 'boolean' })).rejects.toMatchObject({
      code: 'data.invalid_sql',
      message: expect.stringContaining('must be true or false, not a whole number'),
    });
  });
});

describe('columns', () => {
  test.each([
    'plain',
    'two words',
    'quote"inside',
    "apostrophe's",
    'semi;colon',
    '-- remark',
    '/* remark',
    'select',
    '🚲 rides',
    'Ünï',
    ')',
    '$$',
    "x' OR '1'='1",
    'n'.repeat(300),
  ])('a column may be called %s', async (name) => {
    const columns: SchemaColumn[] = [{ name, type: 'int64' }];
    const checked = await checkExpression(connection, `${sqlName(name)} + 1`, columns);
    expect(checked).toMatchObject({ type: 'int64', columns: [name] });
    const reader = await connection.runAndReadAll(`SELECT ${checked.sql} FROM (SELECT 4 AS ${sqlName(name)})`);
    expect(reader.getRowsJson()).toEqual([['5']]);
  });

  test('an unknown one is told with the nearest name', async () => {
    const error = await refused('amuont + 1');
    expect(error).toMatchObject({ code: 'data.unknown_column', details: { column: 'amuont' } });
    expect(error.message).toContain('Did you mean "amount"?');
  });

  test.each(['rowid', 'filename', 'file_row_number', 'rows', 'current_date', 'current_user', 'session_user'])(
    '%s is no column',
    async (name) => {
      expect(await refused(name)).toMatchObject({ code: 'data.unknown_column' });
    },
  );
});

describe('attacks', () => {
  test.each([
    // more than one expression, or another statement
    'amount; DROP TABLE x',
    'amount;',
    ';',
    'amount) FROM (SELECT 1',
    '1) , (2',
    'amount) + (price',
    "1); COPY (SELECT 1) TO '/tmp/x'; SELECT (1",
    'amount, price',
    "amount FROM read_csv('/etc/passwd')",
    'amount AS stolen',
    'DISTINCT amount',
    'amount ORDER BY 1',
    'amount UNION SELECT 1',
    'amount INTO x',
    'amount /*',
    "amount '",
    'amount "',
    '$$amount',
    "COPY (SELECT 1) TO '/tmp/x'",
    'PRAGMA version',
    "ATTACH '/etc/passwd'",
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET threads = 1',
    'CALL pragma_version()',
    'EXPLAIN SELECT 1',
    // queries
    '(SELECT 1)',
    'EXISTS (SELECT 1)',
    "amount IN (SELECT column0 FROM read_csv('/etc/passwd'))",
    'amount = ANY ([1, 2])',
    'amount = ALL (SELECT 1)',
    '(FROM duckdb_settings())',
    '(VALUES (1))',
    "(TABLE '/etc/passwd')",
    'ARRAY(SELECT 1)',
    // files, environment, settings, session
    "read_csv('/etc/passwd')",
    "read_text('/etc/passwd')",
    "read_blob('/etc/passwd')",
    "read_parquet('/etc/passwd')",
    "glob('/*')",
    "query('SELECT 1')",
    "query_table('x')",
    "getenv('HOME')",
    "current_setting('threads')",
    "getvariable('x')",
    "nextval('x')",
    "json_execute_serialized_sql('')",
    "json_serialize_sql('SELECT 1')",
    "write_log('x')",
    'pg_sleep(10)',
    'sleep_ms(10000)',
    'version()',
    'current_database()',
    'txid_current()',
    // other answers at other times
    'random()',
    'setseed(0.5)',
    'now()',
    'today()',
    'uuid()',
    'gen_random_uuid()',
    'CURRENT_TIMESTAMP',
    // lists, structs and functions over them
    '[1, 2]',
    '{a: 1}',
    'ROW(1, 2)',
    'MAP {1: 2}',
    'range(1000000000)',
    'list_transform([1], lambda x: x + 1)',
    'note[1]',
    'COLUMNS(*)',
    '*',
    'rows.amount',
    'main.rows.amount',
    '#1',
    '?',
    '$1',
    '$name',
    'DEFAULT',
    'note COLLATE NOCASE',
    'GROUPING(amount)',
    'unnest([1])',
    // names with a way round
    "system.main.read_text('/etc/passwd')",
    '"read_text"(\'/etc/passwd\')',
    "main.read_text('/etc/passwd')",
    'note.read_text()',
    "READ_TEXT ('/etc/passwd')",
    'ｒｅａｄ_text(note)',
    'amo\u200bunt',
    '\u202eamount',
    'amount\0',
    // types
    'note::JSON',
    'note::no_such_type',
    'note::INTEGER[]',
    'note::BLOB',
    // aggregates
    'sum(amount)',
    'count(*)',
    'max(amount) FILTER (paid)',
    // huge ones
    'repeat(note, 1000000000)',
    'repeat(note, amount)',
    "lpad(note, 2000000000, 'x')",
    '1e999',
    '',
    '   ',
    '-- nothing',
    '()',
    'interval 1 day',
  ])('%s', async (text) => {
    const error = await refused(text);
    expect(['data.invalid_sql', 'data.unknown_column']).toContain(error.code);
  });

  test.each([
    ['parentheses', `${'('.repeat(6000)}1${')'.repeat(6000)}`],
    ['additions', `amount${' + amount'.repeat(1000)}`],
    ['negations', `${'NOT '.repeat(2000)}paid`],
    ['calls', `${'abs('.repeat(1500)}amount${')'.repeat(1500)}`],
    ['conditions', `${'CASE WHEN paid THEN '.repeat(300)}1${' END'.repeat(300)}`],
    ['list', `amount IN (${'1,'.repeat(4999)}1)`],
    ['remark', `amount -- ${'x'.repeat(20_000)}`],
  ])('too much: %s', async (_, text) => {
    await checkExpression(connection, text, schema).catch((error: GalleyError) =>
      expect(error.code).toBe('data.invalid_sql'),
    );
    expect(await checkExpression(connection, 'amount', schema)).toMatchObject({ type: 'int64' });
  });

  test('the place is told in characters, also behind others than ASCII', async () => {
    const error = await refused("'é🚲' || now()");
    expect(error.details).toMatchObject({ position: 9 });
    expect(error.message).toContain('at character 10: now is not one of the functions');
  });

  test.each(['amount = 1; drop table t', 'amount = 1; select 2'])('%s is told to be more than one', async (text) => {
    expect((await refused(text)).message).toMatch(/it must be one expression, .* nothing may stand behind a semicolon/);
  });

  test('a function that was nearly right is told', async () => {
    expect((await refused('uper(note)')).message).toContain('Did you mean upper?');
  });
});
