import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Database } from '../../engine/store/database.ts';
import { migrations } from '../../engine/store/migrations/index.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('every format leads to the newest one', () => {
  for (let format = 0; format <= migrations.length; format++) {
    const path = join(temporaryFolder(), 'galley.db');
    const old = new Database(path);
    old.migrate(migrations.slice(0, format));
    old.close();
    const database = new Database(path);
    database.migrate();
    expect(database.get<{ user_version: number }>('PRAGMA user_version')?.user_version).toBe(migrations.length);
    expect(database.check()).toEqual([]);
    database.close();
  }
});

test('where one step to the newest format fails the format stays what it was', () => {
  const database = new Database(':memory:');
  const [one, two] = [
    { name: 'one', sql: 'CREATE TABLE one (id INTEGER)' },
    { name: 'two', sql: 'CREATE TABLE two (id INTEGER)' },
  ];
  database.migrate([one]);
  expect(() => database.migrate([one, two, { name: 'wrong', sql: 'CREATE nothing' }])).toThrow();
  expect(database.column("SELECT name FROM sqlite_schema WHERE type = 'table'")).toEqual(['one']);
  database.migrate([one, two]);
  expect(database.column("SELECT name FROM sqlite_schema WHERE type = 'table'")).toEqual(['one', 'two']);
  database.close();
});

test('a newer format is refused and left as it is', () => {
  const path = join(temporaryFolder(), 'galley.db');
  const newer = new Database(path);
  newer.migrate([...migrations, { name: 'from the future', sql: 'CREATE TABLE future (id TEXT)' }]);
  newer.close();
  const database = new Database(path);
  expect(() => database.migrate()).toThrow(expect.objectContaining({ code: 'store.newer_format' }));
  expect(database.get<{ user_version: number }>('PRAGMA user_version')?.user_version).toBe(migrations.length + 1);
  database.close();
});

test('a transaction that throws leaves nothing, also inside another', () => {
  const database = new Database(':memory:');
  database.migrate([{ name: 'one', sql: 'CREATE TABLE one (id INTEGER)' }]);
  expect(() =>
    database.transaction(() => {
      database.transaction(() => database.run('INSERT INTO one VALUES (1)'));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(database.all('SELECT * FROM one')).toEqual([]);
  database.close();
});

test('the same query gives its first column, and whole rows after that', () => {
  const database = new Database(':memory:');
  const sql = 'SELECT value AS number, value * 2 AS twice FROM json_each(?)';
  expect(database.column(sql, '[1, 2]')).toEqual([1, 2]);
  expect(database.all(sql, '[1]')).toEqual([{ number: 1, twice: 2 }]);
  expect(() => database.column('SELECT json(?)', 'no JSON')).toThrow();
  database.close();
});
