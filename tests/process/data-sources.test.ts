import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { AddResult } from '../../engine/contract/data.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { noPostgres, postgresFolder, startPostgres } from '../support/database-server.ts';
import { galley, startEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('the command line connects, adds and refreshes', async () => {
  const folder = temporaryFolder();
  const database = new SqliteDatabase(join(folder, 'shop.db'));
  onTestFinished(() => {
    database.close();
  });
  database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY); INSERT INTO orders VALUES (1), (2)');
  const project = join(folder, 'project');
  const home = join(folder, 'home');
  const run = (...words: string[]) => galley<AddResult>([...words, '--project', project, '--json'], { home });
  await run('init', project);
  expect((await run('data', 'connect', 'shop', '--kind', 'sqlite', '--path', join(folder, 'shop.db'))).code).toBe(0);
  expect((await run('data', 'add', 'orders', '--from', 'shop', '--table', 'orders')).json).toMatchObject({
    version: 1,
    rows: 2,
  });
  expect((await run('data', 'refresh', 'orders')).json).toMatchObject({ version: 1, unchanged: true });
  database.exec('INSERT INTO orders VALUES (3)');
  expect((await run('data', 'refresh', 'orders')).json).toMatchObject({ version: 2, rows: 3, unchanged: false });
  expect((await run('data', 'add', 'orders')).code).toBe(2);
  expect((await run('data', 'add', 'orders', '--url', 'file:///etc/passwd')).code).toBe(2);
  expect((await run('data', 'disconnect', 'shop')).code).toBe(4);
});

test('an engine makes a version of a file that grows', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'sales.csv');
  writeFileSync(path, 'id\n1\n');
  const engine = await startEngine(join(folder, 'project'));
  await engine.result('data.add', { name: 'sales', files: [path] });
  await engine.call('data.watch', { name: 'sales', on: true });
  appendFileSync(path, '2\n');
  const rows = async () =>
    (await engine.call<{ version: { rows: number } }>('data.show', { reference: 'sales' })).version.rows;
  await expect.poll(rows, { timeout: 30_000, interval: 200 }).toBe(2);
});

test('a canceled fetch ends the query on the server, and the password is in no file of the project', async (context) => {
  if (!postgresFolder()) context.skip(noPostgres);
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  const project = join(temporaryFolder(), 'project');
  const engine = await startEngine(project);
  await engine.call('data.saveConnection', { name: 'shop', settings: server.settings, secret: server.secret });
  const { job } = await engine.call<{ job: Job }>('data.addFromSource', {
    name: 'slow',
    source: { connection: 'shop', query: 'SELECT pg_sleep(300)::text AS slept ORDER BY 1' },
  });
  const running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'";
  await expect.poll(() => server.value(running), { timeout: 20_000 }).toBe('1');
  await engine.call('jobs.cancel', { id: job.id });
  const ended = await engine.jobWhere(job.id, ({ state }) => state !== 'queued' && state !== 'running');
  expect(ended.state).toBe('canceled');
  await expect.poll(() => server.value(running), { timeout: 5000 }).toBe('0');
  const words = server.secret.slice(0, 6);
  const files = readdirSync(project, { recursive: true, encoding: 'utf8' }).map((name) => join(project, name));
  for (const file of files) if (statSync(file).isFile()) expect(readFileSync(file).includes(words), file).toBe(false);
});
