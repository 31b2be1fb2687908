import { createHash } from 'node:crypto';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { BoundedLog } from '../../engine/deploy/bounded-log.ts';
import { LineWriter } from '../../engine/serving/line-writer.ts';
import { ServerLog } from '../../engine/serving/server-log.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { loggedServer, ridersConfig, ridersRow, send } from './running-server.ts';

const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ row: { ...ridersRow, line: 'a-value-of-the-row' } });
const key = 'galley_a-key-that-nobody-may-read-in-a-log';
const keys = [{ name: 'shop', sha256: createHash('sha256').update(key).digest('hex') }];

test('each request has a line, with its trace and without its body and key', async () => {
  const { server, lines } = await loggedServer(ridersConfig({ keys }), fixedClock());
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { ...json, authorization: `Bearer ${key}`, traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  const answer = await send(server.url, { path: `/predict?key=${key}`, body, headers });
  const [, version, trace, span, flags] =
    /^(\w\w)-(\w{32})-(\w{16})-(\w\w)$/.exec(answer.headers.get('traceparent') as string) ?? [];
  expect([answer.status, version, trace, flags]).toEqual([200, '00', traceId, '01']);
  expect(lines).toEqual([
    {
      time: '2025-01-01T00:00:00.000Z',
      level: 'info',
      message: 'request',
      request_id: answer.headers.get('x-request-id'),
      method: 'POST',
      route: '/predict',
      status: 200,
      duration_ms: 0,
      rows: 1,
      key: 'shop',
      trace_id: traceId,
      span_id: span,
    },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/a-value-of-the-row|nobody-may-read/);
});

test('a refusal says in its answer and in the log by which ids it is found', async () => {
  const { server, lines } = await loggedServer(ridersConfig());
  const { status, body: answer, headers } = await send(server.url, { body: '{"row": {}}', headers: json });
  const { request_id, trace_id } = answer.error;
  expect(status).toBe(422);
  expect(request_id).toBe(headers.get('x-request-id'));
  expect(headers.get('traceparent')).toContain(trace_id);
  expect(lines.at(-1)).toMatchObject({
    level: 'warn',
    status: 422,
    error: 'serving.invalid_rows',
    request_id,
    trace_id,
  });
  await send(server.url, { path: '/nothing', body });
  expect(lines.at(-1)).toMatchObject({ level: 'warn', status: 404, route: null, rows: 0 });
});

test('the request in the log of predictions has the id of the answer', async () => {
  const logFolder = temporaryFolder();
  const { server } = await loggedServer(ridersConfig({ logFolder }));
  const { headers } = await send(server.url, { body, headers: json });
  const [segment] = await server.rotate();
  expect(readFileSync(segment as string, 'latin1')).toContain(headers.get('x-request-id'));
});

test('which requests have a line can be changed while the server runs', async () => {
  const { server, lines } = await loggedServer(ridersConfig({ serverLog: { requests: 'failures' } }));
  await send(server.url, { body, headers: json });
  expect(lines).toHaveLength(0);
  await send(server.url, { body: '{}', headers: json });
  expect(lines).toHaveLength(1);
  server.configure({ serverLog: { requests: 'none' } });
  await send(server.url, { body: '{}', headers: json });
  expect(lines).toHaveLength(1);
  server.configure({});
  await send(server.url, { body, headers: json });
  expect(lines).toHaveLength(2);
});

function writerTo(path: string, largest?: number): LineWriter {
  const stream = createWriteStream(path);
  onTestFinished(() => void stream.end());
  return new LineWriter(stream, largest);
}

test('lines are written in their order, and beyond the bound lost and counted', async () => {
  const path = join(temporaryFolder(), 'log');
  const log = new ServerLog(writerTo(path, 300), fixedClock());
  for (let index = 0; index < 10; index++) log.event('info', `line ${index}`);
  const messages = () =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).message);
  await expect.poll(messages).toEqual(['line 0', 'line 1', 'line 2', 'line 3']);
  const afterwards = () => {
    log.event('info', 'afterwards');
    return readFileSync(path, 'utf8');
  };
  await expect.poll(afterwards).toMatch(/"message":"Lines were lost: [^"]+","lines":[6-9]\}\n.*"afterwards"/);
});

test('what waits is written at the end', async () => {
  const path = join(temporaryFolder(), 'log');
  const writer = writerTo(path);
  writer.write('last words');
  await writer.end();
  expect(readFileSync(path, 'utf8')).toBe('last words\n');
});

test('a reader who never reads holds up no end, and what is written before it gives room again', async () => {
  const unread: (() => void)[] = [];
  const stream = new Writable({ write: (_chunk, _encoding, done) => void unread.push(done) });
  const writer = new LineWriter(stream, 10);
  expect([writer.write('12345'), writer.write('67890')]).toEqual([true, false]);
  await writer.end(1);
  expect(writer.write('67890')).toBe(false);
  for (const read of unread) read();
  await writer.end(1);
  expect(writer.write('67890')).toBe(true);
});

test("the engine's copy of the log is bounded, and goes on where the one before ended", () => {
  const path = join(temporaryFolder(), 'servers', 'dep_1.log');
  const append = (text: string) => new BoundedLog(path, 10).append(Buffer.from(text));
  append('12345\n');
  append('678\n');
  expect(readFileSync(path, 'utf8')).toBe('12345\n678\n');
  append('next\n');
  expect(readFileSync(path, 'utf8')).toBe('next\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('12345\n678\n');
  new BoundedLog('/dev/null/no-folder/log').append(Buffer.from('a log that cannot be written ends nothing'));
});
