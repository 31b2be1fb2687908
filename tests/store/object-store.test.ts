import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ObjectStore } from '../../engine/store/object-store/object-store.ts';
import { noObjectServer, type ObjectServer, objectServerProgram, startObjectServer } from '../support/object-server.ts';
import { temporaryFolder } from '../support/temporary.ts';

let server: ObjectServer;

beforeAll(async () => {
  if (objectServerProgram()) server = await startObjectServer();
});
afterAll(() => server?.stop());
beforeEach((context) => {
  if (!server) context.skip(noObjectServer);
});

const bytes = (text: string) => new TextEncoder().encode(text);
const keysOf = async (prefix: string) => {
  const keys: string[] = [];
  for await (const { key } of server.store.list(prefix)) keys.push(key);
  return keys;
};

test('an object comes back byte for byte, whole and in ranges', async () => {
  await server.store.put('plain.csv', bytes('a,b\n1,2\n'));
  expect(new TextDecoder().decode(await server.store.read('plain.csv'))).toBe('a,b\n1,2\n');
  expect(new TextDecoder().decode(await server.store.read('plain.csv', 2, 5))).toBe('b\n1');
  expect(await server.store.head('plain.csv')).toMatchObject({ key: 'plain.csv', bytes: 8 });
});

test.each(['a b+c.csv', 'ünï/çödé 😀.csv', "quote's (1)!*.csv", 'per%cent/a&b=c.csv', ' leading.csv', 'x<y>.csv'])(
  'the key %j is written, listed, read and removed',
  async (key) => {
    const name = `odd/${key}`;
    await server.store.put(name, bytes(key));
    expect(await keysOf('odd/')).toContain(name);
    expect(new TextDecoder().decode(await server.store.read(name))).toBe(key);
    await server.store.remove(name);
    expect(await server.store.head(name)).toBeUndefined();
  },
);

test('a listing goes on page by page, in the order of the keys', async () => {
  const keys = Array.from({ length: 25 }, (_, index) => `many/${String(index).padStart(3, '0')}.csv`);
  for (const key of keys) await server.store.put(key, bytes(key));
  let token: string | undefined;
  const found: string[] = [];
  let pages = 0;
  do {
    const page = await server.store.page('many/', { token, size: 10 });
    found.push(...page.objects.map(({ key }) => key));
    token = page.token;
    pages++;
  } while (token);
  expect(found).toEqual(keys);
  expect(pages).toBe(3);
});

test('a delimiter tells folders from objects', async () => {
  await server.store.put('tree/top.csv', bytes('1'));
  await server.store.put('tree/2024/a.csv', bytes('1'));
  const page = await server.store.page('tree/', { delimiter: '/' });
  expect(page.folders).toEqual(['tree/2024/']);
  expect(page.objects.map(({ key }) => key)).toEqual(['tree/top.csv']);
});

test('a large file goes up in parts and comes down whole, with progress', async () => {
  const folder = temporaryFolder();
  const source = join(folder, 'source.bin');
  const content = randomBytes(40 << 20);
  writeFileSync(source, content);
  const sent: number[] = [];
  await server.store.putFile('large.bin', source, { onBytes: (done) => sent.push(done) });
  expect(sent).toEqual([16 << 20, 32 << 20, 40 << 20]);
  const target = join(folder, 'target.bin');
  let last = [0, 0];
  await server.store.download('large.bin', {
    name: 'large.bin',
    target,
    maximumBytes: 1e9,
    signal: new AbortController().signal,
    onBytes: (done, total) => (last = [done, total]),
  });
  expect(last).toEqual([40 << 20, 40 << 20]);
  const hash = (data: Buffer) => createHash('sha256').update(data).digest('hex');
  expect(hash(readFileSync(target))).toBe(hash(content));
});

test('what is wrong is said by its name', async () => {
  const { settings, store } = server;
  await expect(store.read('nowhere.csv')).rejects.toMatchObject({ code: 'data.object_not_found' });
  const wrong = (change: Partial<typeof settings>) => new ObjectStore({ ...settings, ...change }).page('');
  await expect(wrong({ secretKey: 'wrong' })).rejects.toMatchObject({ code: 'data.access_refused' });
  await expect(wrong({ accessKey: null })).rejects.toMatchObject({ code: 'data.access_refused' });
  await expect(wrong({ bucket: 'other' })).rejects.toMatchObject({ code: 'data.unknown_database' });
  await expect(wrong({ endpoint: 'http://127.0.0.1:2' })).rejects.toMatchObject({ code: 'data.host_unreachable' });
});

test('a download that is too large is refused before it is written', async () => {
  await server.store.put('big.csv', bytes('0123456789'));
  const refused = server.store.download('big.csv', {
    name: 'big.csv',
    target: join(temporaryFolder(), 'big.csv'),
    maximumBytes: 5,
    signal: new AbortController().signal,
    onBytes: () => {},
  });
  await expect(refused).rejects.toMatchObject({ code: 'data.too_large' });
});
