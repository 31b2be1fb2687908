import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { EngineContext, IncomingHook } from '../../engine/jobs/context.ts';
import { EventLog } from '../../engine/jobs/event-log.ts';
import { EngineServer } from '../../engine/server.ts';
import { countedIds, fixedClock } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function startServer(jobs = { mentions: (_: string) => false, idle: async () => {} }) {
  const folder = temporaryFolder();
  const rendererFolder = join(folder, 'renderer');
  mkdirSync(join(rendererFolder, 'assets'), { recursive: true });
  writeFileSync(join(rendererFolder, 'index.html'), '<!doctype html><title>Galley</title>');
  writeFileSync(join(rendererFolder, 'assets', 'main.js'), 'export {};');
  const events = new EventLog(100);
  const clock = fixedClock();
  const context = {
    events,
    clock,
    project: { id: 'prj_1', name: 'test', path: folder },
    newId: countedIds(),
    jobs,
  } as unknown as EngineContext;
  const call = async (name: string, input: unknown) => {
    if (name === 'data.refuse') throw new GalleyError('store.invalid_name', 'No.', { details: { name: 'No' } });
    if (name === 'data.bug') throw new TypeError('secret detail');
    return { name, input };
  };
  const received: IncomingHook[] = [];
  const receive = async (area: string, hook: IncomingHook) => {
    if (area !== 'retrain') throw new GalleyError('call.unknown', 'There is no such hook.');
    if (hook.headers.authorization !== 'Bearer hook') throw new GalleyError('retrain.webhook_refused', 'No.');
    received.push(hook);
    return { status: 202, answer: { status: 'accepted' } };
  };
  const server = await EngineServer.listen({ app: { context, call, receive }, rendererFolder, port: 0 });
  onTestFinished(() => server.close());
  const origin = `http://127.0.0.1:${server.port}`;
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}`, ...headers },
      body: JSON.stringify(body),
    });
  return { server, origin, post, events, folder, clock, received };
}

/** fetch cannot set Host; this can. */
function statusWith(port: number, path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

test('a call goes through with its input as it came', async () => {
  const { post } = await startServer();
  const response = await post('/api/data/list', { text: '1', nothing: null });
  expect(await response.json()).toEqual({ name: 'data.list', input: { text: '1', nothing: null } });
});

test('an expected failure has its code and status, a bug is told as one', async () => {
  const { post } = await startServer();
  const refused = await post('/api/data/refuse', {});
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({
    error: { code: 'store.invalid_name', kind: 'invalid', message: 'No.', details: { name: 'No' } },
  });
  const bug = await post('/api/data/bug', {});
  expect(bug.status).toBe(500);
  expect(await bug.json()).toMatchObject({ error: { code: 'internal.bug' } });
});

test('broken JSON is a wrong input, not a bug', async () => {
  const { origin, server } = await startServer();
  const response = await fetch(`${origin}/api/data/list`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: '{"a":',
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ error: { code: 'call.invalid_input' } });
});

test.each(['', 'Bearer wrong', 'Bearer '])('without the token (%j) nothing answers', async (authorization) => {
  const { post, origin } = await startServer();
  expect((await post('/api/data/list', {}, { authorization })).status).toBe(412);
  expect((await post('/api/ticket', {}, { authorization })).status).toBe(412);
  expect((await post('/api/upload', {}, { authorization })).status).toBe(412);
  expect((await fetch(`${origin}/api/events`, { headers: { authorization } })).status).toBe(412);
});

test.each(['/%61pi/data/list', '/ap%69/data/list', 'http://127.0.0.1/api/data/list'])(
  'an address that is only written differently (%s) needs the token too',
  async (path) => {
    const { server } = await startServer();
    const headers = { host: `127.0.0.1:${server.port}`, 'content-type': 'application/json' };
    expect(await statusWith(server.port, path, headers, 'POST')).toBe(412);
  },
);

test('another Host or Origin is refused, also for files', async () => {
  const { server, post } = await startServer();
  const host = `127.0.0.1:${server.port}`;
  expect(await statusWith(server.port, '/', { host })).toBe(200);
  expect(await statusWith(server.port, '/', { host: `localhost:${server.port}` })).toBe(412);
  expect(await statusWith(server.port, '/', { host: `evil.example:${server.port}` })).toBe(412);
  expect(await statusWith(server.port, '/', { host: '127.0.0.1' })).toBe(412);
  expect((await post('/api/data/list', {}, { origin: `http://${host}` })).status).toBe(200);
  expect((await post('/api/data/list', {}, { origin: 'http://evil.example' })).status).toBe(412);
  expect((await post('/api/data/list', {}, { origin: 'null' })).status).toBe(412);
});

test('a ticket opens the door once', async () => {
  const { server, post } = await startServer();
  const url = new URL(server.entryUrl());
  expect(url.search).toBe('');
  const ticket = url.hash.replace('#ticket=', '');
  const headers = { authorization: '' };
  expect(await (await post('/api/session', { ticket }, headers)).json()).toEqual({ token: server.token });
  const second = await post('/api/session', { ticket }, headers);
  expect(second.status).toBe(412);
  expect(await second.json()).toMatchObject({ error: { code: 'server.ticket_invalid' } });
  expect((await post('/api/session', { ticket: 'guessed' }, headers)).status).toBe(412);
});

test('a ticket is good for a minute', async () => {
  const { server, post, clock } = await startServer();
  const exchange = async (advance: number) => {
    const ticket = new URL(server.entryUrl()).hash.replace('#ticket=', '');
    clock.advance(advance);
    return (await post('/api/session', { ticket }, { authorization: '' })).status;
  };
  expect(await exchange(59_999)).toBe(200);
  expect(await exchange(60_000)).toBe(412);
});

test('a minted ticket works like the first one', async () => {
  const { server, post } = await startServer();
  const { ticket } = (await (await post('/api/ticket', {})).json()) as { ticket: string };
  expect(await (await post('/api/session', { ticket }, { authorization: '' })).json()).toEqual({ token: server.token });
});

test('the window gets its files, every other address is the app, with a strict policy', async () => {
  const { origin } = await startServer();
  const page = await fetch(`${origin}/train/runs/run_1`);
  expect(await page.text()).toContain('<title>Galley</title>');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  const script = await fetch(`${origin}/assets/main.js`);
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect((await fetch(`${origin}/assets/gone.js`)).status).toBe(404);
  expect((await fetch(`${origin}/../package.json`)).status).toBe(404);
  expect((await fetch(`${origin}/%2e%2e/package.json`)).status).toBe(404);
});

/** Reads the stream until `count` events have come. */
async function readEvents(url: string, token: string, count: number): Promise<{ sequence: number; type: string }[]> {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: abort.signal });
  const events: { sequence: number; type: string }[] = [];
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '));
      if (data) events.push(JSON.parse(data.slice(6)));
    }
    if (events.length >= count) break;
  }
  abort.abort();
  return events;
}

test('events come in sequence and can be resumed', async () => {
  const { server, origin, events } = await startServer();
  for (const phase of ['data', 'train', 'package']) events.publish({ type: 'phase.changed', phase });
  expect(await readEvents(`${origin}/api/events?after=101`, server.token, 2)).toMatchObject([
    { sequence: 102, phase: 'train' },
    { sequence: 103, phase: 'package' },
  ]);
  expect(await readEvents(`${origin}/api/events?after=5`, server.token, 1)).toEqual([{ type: 'reset', sequence: 103 }]);
  const live = readEvents(`${origin}/api/events?after=103`, server.token, 1);
  await expect.poll(() => server.clients).toBe(1);
  events.publish({ type: 'phase.changed', phase: 'deploy' });
  expect(await live).toMatchObject([{ sequence: 104, phase: 'deploy' }]);
  await expect.poll(() => server.clients).toBe(0);
});

test('a dropped file is taken as it is, its name only as a name', async () => {
  const { origin, server, folder } = await startServer();
  const content = Buffer.from([0, 1, 2, 255, 10, 13]);
  const response = await fetch(`${origin}/api/upload`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/octet-stream',
      'x-file-name': encodeURIComponent('../../evil ü.parquet'),
    },
    body: content,
  });
  const { path } = (await response.json()) as { path: string };
  expect(path.startsWith(join(folder, 'run', 'uploads'))).toBe(true);
  expect(path.endsWith('evil ü.parquet')).toBe(true);
  expect(readFileSync(path)).toEqual(content);
});

/** Hands a file over; answers its path and a way to discard it. */
async function upload({ origin, server }: Awaited<ReturnType<typeof startServer>>) {
  const headers = { authorization: `Bearer ${server.token}`, 'x-file-name': 'a.csv' };
  const response = await fetch(`${origin}/api/upload`, { method: 'POST', headers, body: 'a,b\n' });
  const { path } = (await response.json()) as { path: string };
  const discard = async (wanted = path) => {
    const json = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ path: wanted });
    return (await fetch(`${origin}/api/upload`, { method: 'DELETE', headers: json, body })).status;
  };
  return { path, discard };
}

test('a file that is no longer wanted is removed, and nothing else', async () => {
  const started = await startServer();
  const { path, discard } = await upload(started);
  const own = join(started.folder, 'mine', 'a.csv');
  mkdirSync(join(started.folder, 'mine'));
  writeFileSync(own, '');
  expect([await discard(own), await discard(join(path, '..', '..', '..', 'x', 'y'))]).toEqual([200, 200]);
  expect([existsSync(own), existsSync(path)]).toEqual([true, true]);
  expect(await discard()).toBe(200);
  expect(existsSync(join(path, '..'))).toBe(false);
  expect(await discard()).toBe(200);
});

test('a file that a job reads is removed when the job has ended', async () => {
  const ended = Promise.withResolvers<void>();
  const { path, discard } = await upload(
    await startServer({ mentions: (text) => text.startsWith('req_'), idle: () => ended.promise }),
  );
  await discard();
  expect(existsSync(path)).toBe(true);
  ended.resolve();
  await expect.poll(() => existsSync(path)).toBe(false);
});

test('a file that its window forgot is removed after a day', async () => {
  const started = await startServer();
  const [old, recent] = [await upload(started), await upload(started)];
  const dayBefore = new Date(started.clock.now() - 86_400_001);
  utimesSync(join(old.path, '..'), dayBefore, dayBefore);
  const now = new Date(started.clock.now());
  utimesSync(join(recent.path, '..'), now, now);
  await upload(started);
  expect([existsSync(old.path), existsSync(recent.path)]).toEqual([false, true]);
});

test.each(['', '..', '%E0%A4%A', 'a%00b'])('the name %j of a dropped file is refused', async (name) => {
  const { origin, server } = await startServer();
  const response = await fetch(`${origin}/api/upload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'x-file-name': name },
    body: 'a,b\n',
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ error: { code: 'call.invalid_input' } });
});

test('a hook needs no token and gets the bytes that were sent; its secret opens nothing else', async () => {
  const { server, origin, received } = await startServer();
  const send = (path: string, init: RequestInit) => fetch(`${origin}${path}`, { method: 'POST', ...init });
  const hook = { authorization: 'Bearer hook' };
  const taken = await send('/hooks/retrain/price', { headers: hook, body: '{"a": 1}\n' });
  expect([taken.status, await taken.json()]).toEqual([202, { status: 'accepted' }]);
  expect(received).toMatchObject([{ name: 'price', headers: hook }]);
  expect(received[0]?.body.toString()).toBe('{"a": 1}\n');
  expect((await send('/hooks/retrain/price', { headers: hook })).status).toBe(202);
  expect(received[1]?.body).toHaveLength(0);
  expect((await send('/hooks/retrain/price', {})).status).toBe(401);
  expect((await send('/hooks/retrain/price', { headers: { authorization: `Bearer ${server.token}` } })).status).toBe(
    401,
  );
  expect((await send('/hooks/data/price', { headers: hook })).status).toBe(404);
  expect((await send('/api/project/show', { headers: hook, body: '{}' })).status).toBe(412);
  expect((await send('/hooks/retrain/price', { headers: hook, body: 'x'.repeat(65_537) })).status).toBe(422);
  expect(await statusWith(server.port, '/hooks/retrain/price', { host: 'galley.example', ...hook }, 'POST')).toBe(412);
  expect(received).toHaveLength(2);
});
