import { readFileSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AddressAccess, fetchAddress } from '../../../engine/data/connections/fetch-address.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { webServer } from './web-server.ts';

const access = (url: string, more: Partial<AddressAccess> = {}): AddressAccess => ({
  url,
  parameters: {},
  signal: new AbortController().signal,
  ...more,
});

const target = () => join(temporaryFolder(), 'file');
const options = (path: string, maximumBytes = 1e9) => ({
  target: path,
  maximumBytes,
  onBytes: () => {},
  retryMilliseconds: 1,
});

/** Breaks the connection once the file holds so many bytes. */
function breakOff(response: ServerResponse, path: string, bytes: number): void {
  const timer = setInterval(() => {
    if (statSync(path).size < bytes) return;
    clearInterval(timer);
    response.destroy();
  }, 1);
}

test('a download that breaks off goes on where it stopped', async () => {
  const path = target();
  const content = Buffer.alloc(300_000, 'abcdefghij');
  const server = await webServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const part = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { etag: '"one"', 'content-length': part.length });
    if (part.length === 100_000) return void response.end(part);
    response.write(part.subarray(0, 100_000));
    breakOff(response, path, from + 100_000);
  });
  expect(await fetchAddress(access(`${server.url}/a.csv`), options(path))).toMatchObject({
    bytes: 300_000,
    etag: '"one"',
  });
  expect(readFileSync(path).equals(content)).toBe(true);
  const ranges = server.requests.slice(1).map(({ headers }) => headers['if-range']);
  expect(ranges).toEqual(['"one"', '"one"']);
});

test('a server that has other content meanwhile is read from the beginning', async () => {
  let asked = 0;
  const path = target();
  const server = await webServer((_request, response) => {
    asked++;
    response.writeHead(200, { etag: `"${asked}"`, 'content-length': 6 });
    if (asked > 1) return void response.end('second');
    response.write('fir');
    breakOff(response, path, 3);
  });
  await fetchAddress(access(server.url), options(path));
  expect(readFileSync(path, 'utf8')).toBe('second');
});

test('what breaks off again and again is given up', async () => {
  const path = target();
  const server = await webServer((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('x');
    breakOff(response, path, 1);
  });
  await expect(fetchAddress(access(server.url), options(path))).rejects.toMatchObject({
    code: 'data.download_broken',
  });
  expect(server.requests).toHaveLength(5);
});

test('what has not changed is not sent', async () => {
  const server = await webServer((request, response) => {
    response.writeHead(request.headers['if-none-match'] === '"v1"' ? 304 : 200, { etag: '"v1"' }).end('a\n1\n');
  });
  const known = { etag: '"v1"', lastModified: null };
  expect(await fetchAddress(access(server.url, { known }), options(target()))).toBeUndefined();
});

test('a size over the limit is refused, told beforehand or not', async () => {
  const told = await webServer((_request, response) =>
    response.writeHead(200, { 'content-length': 100 }).end('x'.repeat(100)),
  );
  const untold = await webServer((_request, response) => response.writeHead(200).end('x'.repeat(100)));
  for (const { url } of [told, untold])
    await expect(fetchAddress(access(url), options(target(), 50))).rejects.toMatchObject({ code: 'data.too_large' });
});

test('redirects are followed a few times, and the password stays with its host', async () => {
  const other = await webServer((_request, response) => response.writeHead(200).end('a\n1\n'));
  const first = await webServer((request, response) => {
    if (request.url === '/loop') return void response.writeHead(302, { location: '/loop' }).end();
    response.writeHead(302, { location: `${other.url}/there` }).end();
  });
  await fetchAddress(access(`${first.url}/here`, { user: 'ada', password: 'secret' }), options(target()));
  expect(first.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ada:secret').toString('base64')}`);
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
  await expect(fetchAddress(access(`${first.url}/loop`), options(target()))).rejects.toMatchObject({
    code: 'data.not_served',
  });
});

test.each([
  'file:///etc/passwd',
  'ftp://host/a.csv',
  'data:text/csv,a',
  'javascript:alert(1)',
  '/etc/passwd',
  'C:\\a.csv',
])('the address %s is refused, also as the aim of a redirect', async (url) => {
  await expect(fetchAddress(access(url), options(target()))).rejects.toMatchObject({ code: 'data.address_refused' });
  if (!/^[a-z]+:/.test(url)) return;
  const server = await webServer((_request, response) => response.writeHead(302, { location: url }).end());
  await expect(fetchAddress(access(server.url), options(target()))).rejects.toMatchObject({
    code: 'data.address_refused',
  });
});

test('answers without data are said by their name', async () => {
  const server = await webServer((request, response) => response.writeHead(Number(request.url?.slice(1))).end('no'));
  const codes = {
    401: 'data.access_refused',
    403: 'data.access_refused',
    404: 'data.object_not_found',
    500: 'data.not_served',
  };
  for (const [status, code] of Object.entries(codes))
    await expect(fetchAddress(access(`${server.url}/${status}`), options(target())), status).rejects.toMatchObject({
      code,
    });
});

test('cancel ends a download at once', async () => {
  const controller = new AbortController();
  const server = await webServer((_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('x');
    setTimeout(() => controller.abort(new Error('stopped')), 20);
  });
  const fetching = fetchAddress(access(server.url, { signal: controller.signal }), options(target()));
  await expect(fetching).rejects.toThrow('stopped');
  expect(server.requests).toHaveLength(1);
});
