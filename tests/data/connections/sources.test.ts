import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { AddResult } from '../../../engine/contract/data.ts';
import type { SourceChoice } from '../../../engine/contract/data-connections.ts';
import { type DataProject, dataProject } from '../../support/data-project.ts';
import { noObjectServer, objectServerProgram, startObjectServer } from '../../support/object-server.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { webServer } from './web-server.ts';

const addFrom = ({ data, result }: DataProject, name: string, source: SourceChoice) =>
  result<AddResult>(data.handlers.addFromSource({ name, source }));
const refresh = ({ data, result }: DataProject, name: string) => result<AddResult>(data.handlers.refresh({ name }));
const lineage = async ({ data }: DataProject, name: string) =>
  (await data.handlers.show({ reference: name })).lineage.source;

function shop(): { path: string; database: SqliteDatabase.Database } {
  const path = join(temporaryFolder(), 'shop.db');
  const database = new SqliteDatabase(path);
  onTestFinished(() => {
    database.close();
  });
  database.exec(
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT); INSERT INTO orders VALUES (1, 'tea'), (2, 'cake')",
  );
  return { path, database };
}

/** Every file of a project that holds a text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });
}

test('a table becomes a dataset that remembers where it came from and can be read again', async () => {
  const project = dataProject();
  const { path, database } = shop();
  await project.data.handlers.saveConnection({ name: 'shop', settings: { kind: 'sqlite', path } });
  expect(await addFrom(project, 'orders', { connection: 'shop', table: 'orders' })).toMatchObject({
    version: 1,
    rows: 2,
  });
  expect(await lineage(project, 'orders')).toMatchObject({
    kind: 'table',
    connection: 'shop',
    title: 'shop: orders',
    error: null,
  });
  expect(await refresh(project, 'orders')).toMatchObject({ version: 1, unchanged: true });
  database.exec("INSERT INTO orders VALUES (3, 'milk')");
  expect(await refresh(project, 'orders')).toMatchObject({ version: 2, rows: 3, unchanged: false });
  expect((await project.data.handlers.connections({})).connections[0]).toMatchObject({
    name: 'shop',
    secret: 'none',
    datasets: ['orders'],
  });
  await expect(project.data.handlers.removeConnection({ name: 'shop' })).rejects.toMatchObject({
    code: 'data.connection_in_use',
  });
});

test('a source that fails leaves the version, and the reason stands beside it', async () => {
  const project = dataProject();
  const { path, database } = shop();
  await project.data.handlers.saveConnection({ name: 'shop', settings: { kind: 'sqlite', path } });
  await addFrom(project, 'orders', { connection: 'shop', query: 'SELECT id FROM orders ORDER BY id' });
  database.exec('DROP TABLE orders');
  await expect(refresh(project, 'orders')).rejects.toMatchObject({ code: 'data.query_failed' });
  expect(await lineage(project, 'orders')).toMatchObject({ kind: 'query', error: { code: 'data.query_failed' } });
  expect((await project.data.handlers.show({ reference: 'orders' })).version.version).toBe(1);
});

test('a source is shown before it is added', async () => {
  const { data } = dataProject();
  const { path } = shop();
  await data.handlers.saveConnection({ name: 'shop', settings: { kind: 'sqlite', path } });
  const preview = await data.handlers.previewSource({ source: { connection: 'shop', table: 'orders' } });
  expect(preview).toMatchObject({
    suggestedName: 'orders',
    columns: [
      { name: 'id', type: 'int64' },
      { name: 'item', type: 'text' },
    ],
    rows: [
      [1, 'tea'],
      [2, 'cake'],
    ],
  });
  expect((await data.handlers.browseConnection({ name: 'shop', path: ['main'] })).entries).toEqual([
    { kind: 'table', name: 'orders' },
  ]);
});

test('an address is fetched once more only where it changed; its password and token are stored nowhere in the project', async () => {
  let content = 'id,item\n1,tea\n';
  const server = await webServer((request, response) => {
    const etag = `"${content.length}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { etag, 'content-type': 'text/html' }).end(content);
  });
  const project = dataProject();
  const url = `${server.url.replace('//', '//ada:correct-horse@')}/orders.csv?day=1&token=battery-staple`;
  expect(await addFrom(project, 'orders', { url })).toMatchObject({ version: 1, rows: 1 });
  expect(server.requests[0]).toMatchObject({ path: '/orders.csv?day=1&token=battery-staple' });
  expect(await lineage(project, 'orders')).toMatchObject({ title: `${server.url}/orders.csv?day=1 (with token)` });
  expect(await refresh(project, 'orders')).toMatchObject({ unchanged: true });
  expect(server.requests.at(-1)).toMatchObject({
    headers: { 'if-none-match': '"14"', authorization: expect.stringContaining('Basic') },
  });
  content = 'id,item\n1,tea\n2,cake\n';
  expect(await refresh(project, 'orders')).toMatchObject({ version: 2, rows: 2 });
  await project.close();
  for (const secret of ['correct-horse', 'battery-staple'])
    expect(filesWith(project.context.project.path, secret)).toEqual([]);
});

test('a version that came from elsewhere meanwhile is not taken for what the address holds', async () => {
  const server = await webServer((request, response) => {
    if (request.headers['if-none-match']) return void response.writeHead(304).end();
    response.writeHead(200, { etag: '"1"' }).end('id\n1\n');
  });
  const project = dataProject();
  await addFrom(project, 'orders', { url: `${server.url}/orders.csv` });
  const more = join(temporaryFolder(), 'more.csv');
  writeFileSync(more, 'id\n2\n');
  await project.add({ name: 'orders', files: [more], append: true });
  expect(await refresh(project, 'orders')).toMatchObject({ version: 3, rows: 1 });
});

test('objects that fit a pattern are one dataset, read again only where one changed', async (context) => {
  if (!objectServerProgram()) context.skip(noObjectServer);
  const { settings, store, stop } = await startObjectServer();
  onTestFinished(stop);
  const put = (key: string, text: string) => store.put(key, new TextEncoder().encode(text));
  await put('sales/2024/a.csv', 'id\n1\n');
  await put('sales/2024/b.csv', 'id\n2\n');
  await put('sales/2024/notes.txt', 'no table');
  const project = dataProject();
  const { endpoint, region, bucket, accessKey } = settings;
  const connection = { kind: 's3' as const, endpoint, region, bucket, prefix: 'sales/', accessKey: accessKey ?? '' };
  const saved = await project.data.handlers.saveConnection({
    name: 'store',
    settings: connection,
    secret: settings.secretKey ?? '',
  });
  expect(saved.connection.secret).toBe('session');
  expect((await project.data.handlers.browseConnection({ name: 'store' })).entries).toEqual([
    { kind: 'folder', name: '2024/' },
  ]);
  const source = { connection: 'store', object: '2024/*.csv' };
  expect((await project.data.handlers.previewSource({ source })).rows).toEqual([[1]]);
  expect(await addFrom(project, 'sales', source)).toMatchObject({ version: 1, rows: 2 });
  expect(await refresh(project, 'sales')).toMatchObject({ unchanged: true });
  await put('sales/2024/c.csv', 'id\n3\n');
  expect(await refresh(project, 'sales')).toMatchObject({ version: 2, rows: 3 });
  await project.close();
  expect(filesWith(project.context.project.path, 'tester-secret')).toEqual([]);
});

test('a project that came from elsewhere connects nowhere until it is trusted', async () => {
  const mine = dataProject();
  const { path } = shop();
  await mine.data.handlers.saveConnection({ name: 'shop', settings: { kind: 'sqlite', path } });
  await addFrom(mine, 'orders', { connection: 'shop', table: 'orders' });
  await mine.close();
  const theirs = dataProject('here', { path: mine.context.project.path, trusted: false });
  const { handlers } = theirs.data;
  const refused = { code: 'data.source_not_trusted' };
  await expect(handlers.refresh({ name: 'orders' })).rejects.toMatchObject(refused);
  await expect(handlers.testConnection({ name: 'shop' })).rejects.toMatchObject(refused);
  await expect(handlers.browseConnection({ name: 'shop' })).rejects.toMatchObject(refused);
  await expect(handlers.previewSource({ source: { connection: 'shop', table: 'orders' } })).rejects.toMatchObject(
    refused,
  );
});

test('wrong orders are said by their name', async () => {
  const { data } = dataProject();
  const { handlers } = data;
  const incomplete = { code: 'data.connection_incomplete' };
  const save = (settings: Parameters<typeof handlers.saveConnection>[0]['settings']) =>
    handlers.saveConnection({ name: 'a', settings });
  await expect(save({ kind: 'postgres', host: 'h', user: 'u' })).rejects.toMatchObject(incomplete);
  await expect(save({ kind: 'sqlite', path: '/a', host: 'h' })).rejects.toMatchObject(incomplete);
  await expect(save({ kind: 's3', endpoint: 'ftp://h', bucket: 'b' })).rejects.toMatchObject({
    code: 'data.address_refused',
  });
  await expect(save({ kind: 's3', endpoint: 'https://u:secret@h', bucket: 'b' })).rejects.toMatchObject({
    code: 'data.address_refused',
  });
  await expect(handlers.refresh({ name: 'nothing' })).rejects.toMatchObject({ code: 'data.no_source' });
  await expect(handlers.removeConnection({ name: 'nothing' })).rejects.toMatchObject({
    code: 'data.unknown_connection',
  });
  await expect(handlers.addFromSource({ name: 'a', source: { url: 'file:///etc/passwd' } })).rejects.toMatchObject({
    code: 'data.address_refused',
  });
  await expect(handlers.addFromSource({ name: 'a', source: { table: 't', query: 'q' } })).rejects.toMatchObject(
    incomplete,
  );
});

test('an address says kind, host, user and database; its password is stored apart', async () => {
  const { data } = dataProject();
  const { connection } = await data.handlers.saveConnection({
    name: 'shop',
    address: 'postgres://ada:p%40ss@db.example:6432/shop',
  });
  expect(connection).toMatchObject({
    settings: { kind: 'postgres', host: 'db.example', port: 6432, database: 'shop', user: 'ada' },
    secret: 'session',
  });
  expect(JSON.stringify(connection)).not.toMatch(/p@ss|p%40ss/);
});

test('a secret is not handed to another host than the one it was entered for', async () => {
  const { data } = dataProject();
  const settings = { kind: 'postgres' as const, host: 'db.example', database: 'shop', user: 'ada' };
  await data.handlers.saveConnection({ name: 'shop', settings, secret: 'geheim' });
  const moved = await data.handlers.saveConnection({ name: 'shop', settings: { ...settings, host: 'evil.example' } });
  expect(moved.connection.secret).toBe('missing');
});

test('options for what an address holds are shown from what was fetched once, and remembered', async () => {
  let content = 'id;price;sold\n01;1,5;NA\n02;2,25;3\n';
  const server = await webServer((request, response) => {
    const etag = `"${content.length}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { etag }).end(content);
  });
  const project = dataProject();
  const { handlers } = project.data;
  const source = { url: `${server.url}/orders.csv` };
  const types = (preview: { columns: { type: string }[] }) => preview.columns.map(({ type }) => type);
  const first = await handlers.previewSource({ source });
  expect(types(first)).toEqual(['text', 'float64', 'int64']);
  expect(first).toMatchObject({ whole: true, rowCount: 2, options: { delimiter: ';', decimal: ',' } });
  const options = { types: { id: 'int64' as const, price: 'decimal' as const }, missing: ['3'] };
  await expect(handlers.previewSource({ source, options, fetched: first.fetched })).rejects.toMatchObject({
    code: 'data.type_misfit',
  });
  const chosen = { types: { price: 'decimal' as const }, missing: ['NA', '3'] };
  const again = await handlers.previewSource({ source, options: chosen, fetched: first.fetched });
  expect(types(again)).toEqual(['text', 'decimal', 'text']);
  expect(again.fetched).toBe(first.fetched);
  expect(server.requests).toHaveLength(1);
  const add = (more: object) => project.result<AddResult>(handlers.addFromSource({ name: 'orders', source, ...more }));
  expect(await add({ options: chosen })).toMatchObject({
    version: 1,
    columns: [{}, { type: 'decimal' }, { missing: 2 }],
  });
  expect(await refresh(project, 'orders')).toMatchObject({ unchanged: true });
  expect(types(await handlers.previewSource({ source, dataset: 'orders' }))).toEqual(['text', 'decimal', 'text']);
  // Other options read again what the server says is unchanged.
  expect(await add({ options: { missing: ['NA'] } })).toMatchObject({
    version: 2,
    columns: [{}, {}, { type: 'int64' }],
  });
  content = 'id;price;sold\n01;1,555;NA\n';
  expect(await refresh(project, 'orders')).toMatchObject({
    version: 3,
    rows: 1,
    columns: [{}, { type: 'decimal' }, {}],
  });
  // A remembered type of a column that is gone asks for nothing.
  content = 'id;sold\n01;4\n';
  expect(await refresh(project, 'orders')).toMatchObject({ version: 4, columns: [{ name: 'id' }, { name: 'sold' }] });
});

test('a preview of what is marked hides it, and one of a long file is of its beginning', async () => {
  const content = `id,mail\n${Array.from({ length: 120_000 }, (_, row) => `${row},a${row}@example.org`).join('\n')}\n`;
  const server = await webServer((request, response) => {
    const head = /bytes=0-(\d+)/.exec(request.headers.range ?? '')?.[1];
    if (head === undefined) return void response.writeHead(200).end(content);
    response.writeHead(206).end(content.slice(0, Number(head) + 1));
  });
  const project = dataProject();
  const { handlers } = project.data;
  const source = { url: `${server.url}/people.csv` };
  await addFrom(project, 'people', source);
  await handlers.mark({ dataset: 'people', column: 'mail', mark: 'personal' });
  const preview = await handlers.previewSource({ source, dataset: 'people', masked: true });
  expect(preview).toMatchObject({ whole: false, rowCount: null });
  expect(preview.rows[1]).toEqual([1, '•••']);
});

test('a database says its types itself: options for texts change nothing, and asking says so', async () => {
  const project = dataProject();
  const { path } = shop();
  await project.data.handlers.saveConnection({ name: 'shop', settings: { kind: 'sqlite', path } });
  const source = { connection: 'shop', table: 'orders' };
  const preview = await project.data.handlers.previewSource({ source, options: { types: { id: 'text' } } });
  expect(preview.takes).toEqual([]);
  expect(preview.warnings).toMatchObject([{ code: 'data.own_types', column: 'id' }]);
});
