import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import type { LiveSettings, ServingConfig } from '../../engine/contract/serving.ts';
import { RateLimit } from '../../engine/serving/rate-limit.ts';
import { fixedClock } from '../support/fixed.ts';
import { loggedServer, predict, ridersConfig, ridersRow, runningServer, send } from './running-server.ts';

const body = JSON.stringify({ row: ridersRow });
const json = { 'content-type': 'application/json' };
const keyOf = (name: string) => `galley_${name}`.padEnd(50, 'x');
const served = (name: string) => ({ name, sha256: createHash('sha256').update(keyOf(name)).digest('hex') });
const withKey = (key: string) => ({ body, headers: { ...json, authorization: `Bearer ${key}` } });

/** A server that the network reaches, asked over loopback. */
async function openServer(changes: Partial<ServingConfig>) {
  const server = await runningServer(ridersConfig({ host: '0.0.0.0', ...changes }));
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  return server;
}

test('on the network a key is needed, each known one is taken, and a revoked one is refused at once', async () => {
  const server = await openServer({ keys: [served('shop'), served('office')] });
  expect((await send(server.url, { body })).status).toBe(401);
  for (const name of ['shop', 'office']) expect((await send(server.url, withKey(keyOf(name)))).status).toBe(200);
  expect((await send(server.url, withKey(served('shop').sha256))).status).toBe(401);
  expect((await send(server.url, withKey(`${keyOf('shop')}y`))).status).toBe(401);
  server.configure({ keys: [served('office')] });
  expect((await send(server.url, withKey(keyOf('shop')))).status).toBe(401);
  expect((await send(server.url, withKey(keyOf('office')))).status).toBe(200);
  server.configure({});
  expect((await send(server.url, withKey(keyOf('office')))).status).toBe(401);
  expect((await send(server.url, { method: 'GET', path: '/livez' })).status).toBe(200);
});

test('on loopback a key is needed where the settings say so, and the description says so, too', async () => {
  const server = await runningServer(ridersConfig({ keys: [served('shop')] }));
  const description = () => send(server.url, { method: 'GET', path: '/openapi.json', ...withKeyOnly('shop') });
  expect((await send(server.url, { body })).status).toBe(200);
  expect((await send(server.url, withKey('something else'))).status).toBe(200);
  expect((await description()).body.security).toBeUndefined();
  server.configure({ keys: [served('shop')], requireKey: true });
  expect((await send(server.url, { body })).status).toBe(401);
  expect((await send(server.url, withKey(keyOf('shop')))).status).toBe(200);
  expect((await description()).body.security).toEqual([{ token: [] }]);
});

function withKeyOnly(name: string): RequestInit {
  return { headers: { authorization: `Bearer ${keyOf(name)}` } };
}

test('the status says when each key was used for the last time', async () => {
  const clock = fixedClock();
  const server = await runningServer(ridersConfig({ keys: [served('shop'), served('office')] }), clock);
  await send(server.url, withKey(keyOf('shop')));
  clock.advance(1000);
  await send(server.url, withKey(keyOf('shop')));
  const lastUsedAt = new Date(clock.now()).toISOString();
  expect(server.status().keys).toEqual([{ name: 'shop', requests: 2, lastUsedAt }]);
});

test('a caller may send so many requests a minute, at once or evenly', () => {
  const limit = new RateLimit();
  const take = (now: number) => limit.take('me', 6, now);
  for (let request = 0; request < 6; request++) expect(take(0)).toBe(0);
  expect(take(0)).toBe(10_000);
  expect(take(4000)).toBe(6000);
  expect(take(10_000)).toBe(0);
  expect(take(10_000)).toBe(10_000);
  expect(limit.take('another', 6, 10_000)).toBe(0);
  for (let request = 0; request < 6; request++) expect(take(200_000)).toBe(0);
  expect(take(200_000)).toBe(10_000);
  expect(limit.take('me', 0, 200_000)).toBe(0);
});

test('who sends too many requests is told when to come again; other keys and the probes are answered', async () => {
  const clock = fixedClock();
  const server = await runningServer(ridersConfig({ keys: [served('shop')], limits: { requestsPerMinute: 2 } }), clock);
  for (let request = 0; request < 2; request++)
    expect((await predict(server.url, { row: ridersRow })).status).toBe(200);
  const refused = await predict(server.url, { row: ridersRow });
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'serving.too_many_requests' } } });
  expect(refused.headers.get('retry-after')).toBe('30');
  expect((await send(server.url, withKey(keyOf('shop')))).status).toBe(200);
  expect((await send(server.url, { method: 'GET', path: '/readyz' })).status).toBe(200);
  const mlflow = await send(server.url, { path: '/invocations', body: '{}' });
  expect(mlflow).toMatchObject({ status: 429, body: { error_code: 'REQUEST_LIMIT_EXCEEDED' } });
  clock.advance(30_000);
  expect((await predict(server.url, { row: ridersRow })).status).toBe(200);
  expect((await predict(server.url, { row: ridersRow })).status).toBe(429);
  server.configure({});
  expect((await predict(server.url, { row: ridersRow })).status).toBe(200);
});

const page = 'https://shop.example';

function asPage(url: string, origin: string, method: string, headers: Record<string, string> = {}) {
  return raw(
    url,
    `${method} /predict HTTP/1.1\r\nHost: ${new URL(url).host}\r\nOrigin: ${origin}\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}Connection: close\r\n\r\n`,
  );
}

test('pages of listed origins may ask and call, others neither', async () => {
  const server = await runningServer(ridersConfig({ cors: { origins: [page] } }));
  const asks = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' };
  const allowed = await asPage(server.url, page, 'OPTIONS', asks);
  expect(allowed).toMatch(/^HTTP\/1.1 204/);
  expect(allowed).toContain(`access-control-allow-origin: ${page}\r\n`);
  expect(allowed).toContain('access-control-allow-methods: GET, POST\r\n');
  expect(allowed).toContain('vary: origin\r\n');
  const [, headers = ''] = /access-control-allow-headers: (.*)\r\n/.exec(allowed) ?? [];
  expect(headers.split(', ')).toEqual(expect.arrayContaining(['authorization', 'content-type', 'galley-routing-key']));
  for (const origin of ['https://evil.example', 'null', `${page}.evil.example`, 'http://shop.example']) {
    const refused = await asPage(server.url, origin, 'OPTIONS', asks);
    expect(refused).toMatch(/^HTTP\/1.1 403/);
    expect(refused).not.toContain('access-control');
  }
  expect(server.status()).toMatchObject({ requests: 0, errors: 0, latency: { p50: null } });
  expect(server.metricsText()).toContain('galley_requests_total{path="/predict",status="204"} 1');
  expect(await asPage(server.url, page, 'GET')).toMatch(
    new RegExp(`^HTTP/1.1 405.*access-control-allow-origin: ${page}`, 's'),
  );
  server.configure({});
  expect(await asPage(server.url, page, 'OPTIONS', asks)).toMatch(/^HTTP\/1.1 403/);
});

test('a page may read that its key is wrong', async () => {
  const server = await runningServer(ridersConfig({ cors: { origins: [page] }, requireKey: true }));
  const refused = await asPage(server.url, page, 'POST', { 'Content-Length': '0' });
  expect(refused).toMatch(/^HTTP\/1.1 401/);
  expect(refused).toContain(`access-control-allow-origin: ${page}\r\n`);
  const asks = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Private-Network': 'true' };
  const preflight = await asPage(server.url, page, 'OPTIONS', asks);
  expect(preflight).toMatch(/^HTTP\/1.1 204/);
  expect(preflight).toContain('access-control-allow-private-network: true\r\n');
});

test('on the network the Host header is one of the names, where there are any', async () => {
  const answer = async (live: LiveSettings, host: string) => {
    const server = await openServer({ keys: [served('shop')], ...live });
    return raw(
      server.url,
      `GET /livez HTTP/1.1\r\nHost: ${host.replace('PORT', String(server.port))}\r\nConnection: close\r\n\r\n`,
    );
  };
  const names = ['predict.example'];
  for (const host of ['predict.example', 'PREDICT.example:9000', '127.0.0.1:PORT', `${hostname()}:PORT`]) {
    expect(await answer({ names }, host)).toMatch(/^HTTP\/1.1 200/);
  }
  for (const host of ['evil.example', 'predict.example.evil.example', '']) {
    expect(await answer({ names }, host)).toMatch(/^HTTP\/1.1 403/);
  }
  expect(await answer({}, 'any.example')).toMatch(/^HTTP\/1.1 200/);
});

/** A connection whose received text grows. */
function slowClient(url: string, text: string): Socket & { received: string } {
  const { port } = new URL(url);
  const socket = Object.assign(connect(Number(port), '127.0.0.1'), { received: '' });
  socket.on('data', (chunk) => {
    socket.received += chunk;
  });
  socket.on('error', () => {});
  socket.write(text);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** What a server answers to bytes until it closes the connection. */
async function raw(url: string, text: string): Promise<string> {
  const socket = slowClient(url, text);
  await new Promise((resolve) => socket.once('close', resolve));
  return socket.received;
}

test('callers that send byte by byte are cut, and the others answered meanwhile', async () => {
  const server = await runningServer(ridersConfig({ limits: { requestMilliseconds: 400, connections: 64 } }));
  const head = `POST /predict HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nContent-Type: application/json\r\n`;
  const heads = Array.from({ length: 25 }, () => slowClient(server.url, head));
  const bodies = Array.from({ length: 25 }, () => slowClient(server.url, `${head}Content-Length: 1000\r\n\r\n{`));
  const slow = [...heads, ...bodies];
  const drip = setInterval(() => {
    for (const socket of heads) if (!socket.destroyed) socket.write('X-A: b\r\n');
    for (const socket of bodies) if (!socket.destroyed) socket.write(' ');
  }, 50);
  onTestFinished(() => clearInterval(drip));
  const closed = Promise.all(slow.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  let isOver = false;
  closed.then(() => {
    isOver = true;
  });
  let answered = 0;
  while (!isOver) {
    expect((await predict(server.url, { row: ridersRow })).status).toBe(200);
    answered++;
  }
  expect(answered).toBeGreaterThan(10);
  for (const { received } of slow) expect(received).toMatch(/^HTTP\/1.1 408 .*"code":"serving.request_timeout"/s);
  expect((await send(server.url, { method: 'GET', path: '/metrics' })).body).toContain(
    'galley_requests_total{path="other",status="408"} 50',
  );
});

test('more connections than may be open are closed as they come, and there is room again once one has gone', async () => {
  const server = await runningServer(ridersConfig({ limits: { connections: 2 } }));
  const probe = `GET /livez HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\n\r\n`;
  const held = [slowClient(server.url, probe), slowClient(server.url, probe)];
  for (const socket of held) await expect.poll(() => socket.received).toMatch(/^HTTP\/1.1 200/);
  expect(await raw(server.url, probe)).toBe('');
  held[0]?.destroy();
  await expect
    .poll(() => raw(server.url, probe.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')))
    .toMatch(/^HTTP\/1.1 200/);
});

test('a head that is too large is refused as such', async () => {
  const { url } = await runningServer();
  const answer = await raw(
    url,
    `GET /livez HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 431 .*"code":"serving.invalid_http"/s);
});

test('an error that nobody expected tells callers nothing of the insides', async () => {
  const { server, lines } = await loggedServer(ridersConfig());
  const broken = new Error('secret at /home/me/model.onnx');
  Object.defineProperty(server, 'predictor', {
    value: () => {
      throw broken;
    },
  });
  for (const path of ['/predict', '/invocations', '/v1/models/riders:predict']) {
    const answer = await send(server.url, { path, body: path === '/predict' ? body : '{"instances": [1]}' });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|\/home|at .*\.ts|stack/);
    const { request_id, trace_id } = lines.at(-1) as Record<string, unknown>;
    expect(lines.at(-2)).toMatchObject({ level: 'error', stack: broken.stack, request_id, trace_id });
  }
});
