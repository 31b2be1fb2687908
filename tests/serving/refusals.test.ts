import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { predict, ridersConfig, ridersRow, runningServer, send } from './running-server.ts';

const json = { 'content-type': 'application/json' };

function expectError(answer: { status: number; body: unknown }, status: number, code: string) {
  expect(answer.body).toMatchObject({
    error: {
      code,
      kind: expect.any(String),
      message: expect.stringMatching(/\.$/),
      hint: expect.stringMatching(/\.$/),
    },
  });
  expect(answer.status).toBe(status);
}

test('all faults of all rows are listed, and nothing is answered', async () => {
  const server = await runningServer();
  const { day: _, ...withoutDay } = ridersRow;
  const answer = await predict(server.url, {
    rows: [{ ...ridersRow, temperature: '1.5', wind: 3 }, ridersRow, { ...withoutDay, rain: 1.5, holiday: 1 }, 7],
  });
  expectError(answer, 422, 'serving.invalid_rows');
  const { faults, total } = answer.body.error.details;
  expect(faults.map(({ row, field, code }: Record<string, unknown>) => [row, field, code])).toEqual([
    [0, 'wind', 'unknown_field'],
    [0, 'temperature', 'wrong_type'],
    [2, 'rain', 'not_whole'],
    [2, 'holiday', 'wrong_type'],
    [2, 'day', 'missing'],
    [3, null, 'row_not_object'],
  ]);
  expect(total).toBe(6);
  expect(faults[1].message).toBe('temperature must be a number, not the text "1.5".');
  expect(server.status()).toMatchObject({ requests: 1, rows: 0, errors: 1, refused: 1 });
});

test('of very many faults the first 1000 are listed and all are counted', async () => {
  const { url } = await runningServer();
  const { body } = await predict(url, { rows: Array.from({ length: 3000 }, () => ({ ...ridersRow, rain: null })) });
  expect(body.error.details.faults).toHaveLength(1000);
  expect(body.error.details.total).toBe(3000);
});

test.each<[string, unknown, string[]]>([
  ['ids that are too few', { rows: [ridersRow, ridersRow], ids: ['a'] }, ['wrong_length']],
  ['ids that are no list', { rows: [ridersRow], ids: 'a' }, ['wrong_length']],
  ['an id twice', { rows: [ridersRow, ridersRow, ridersRow], ids: ['a', 'b', 'a'] }, ['duplicate_id']],
  ['ids that are no texts', { rows: [ridersRow, ridersRow], ids: [1, ''] }, ['wrong_id', 'wrong_id']],
  ['a long id', { row: ridersRow, id: 'x'.repeat(201) }, ['wrong_id']],
  ['a null id', { row: ridersRow, id: null }, ['wrong_id']],
  ['a wrong event time', { row: ridersRow, event_time: 'yesterday' }, ['wrong_event_time']],
  ['event times as numbers', { rows: [ridersRow], event_times: [1735689600000] }, ['wrong_event_time']],
])('%s: refused', async (_, body, codes) => {
  const { url } = await runningServer();
  const answer = await predict(url, body);
  expectError(answer, 422, 'serving.invalid_rows');
  expect(answer.body.error.details.faults.map(({ code }: { code: string }) => code)).toEqual(codes);
});

test.each<[string, unknown]>([
  ['a bare row', ridersRow],
  ['a list', [ridersRow]],
  ['null', null],
  ['a number', 3],
  ['row and rows', { row: ridersRow, rows: [ridersRow] }],
  ['rows that are no list', { rows: ridersRow }],
  ['no rows', { rows: [] }],
  ['ids beside row', { row: ridersRow, ids: ['a'] }],
  ['an unknown member', { rows: [ridersRow], threshold: 0.2 }],
  ['too many rows', { rows: [ridersRow, ridersRow, ridersRow] }],
])('%s: not the form of a request', async (_, body) => {
  const { url } = await runningServer(ridersConfig({ limits: { rows: 2 } }));
  expectError(await predict(url, body), 422, 'serving.invalid_request');
});

test.each(['{"row": {', '', '{"row": {"rain": NaN}}', "{'row': 1}"])('%j is not JSON', async (body) => {
  const { url } = await runningServer();
  expectError(await send(url, { body }), 400, 'serving.invalid_json');
});

test('bytes that are not UTF-8 are refused', async () => {
  const { url } = await runningServer();
  expectError(await send(url, { body: Buffer.from('{"row": "\xff"}', 'latin1') }), 400, 'serving.invalid_json');
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=latin1',
  'multipart/form-data',
])('content type %s is refused', async (type) => {
  const { url } = await runningServer();
  const headers = { 'content-type': type };
  expectError(await send(url, { headers, body: '{}' }), 415, 'serving.content_type');
});

test('a compressed body is refused', async () => {
  const { url } = await runningServer();
  const headers = { ...json, 'content-encoding': 'gzip' };
  expectError(await send(url, { headers, body: '{}' }), 415, 'serving.content_type');
});

test('a body that is too large is refused, announced or not, and the server goes on', async () => {
  const { url } = await runningServer(ridersConfig({ limits: { bodyBytes: 1000 } }));
  const body = JSON.stringify({ rows: Array.from({ length: 100_000 }, () => ridersRow) });
  expectError(await send(url, { body }), 413, 'serving.body_too_large');
  const stream = new Blob([body]).stream();
  expectError(await send(url, { body: stream, duplex: 'half' } as RequestInit), 413, 'serving.body_too_large');
  expect((await predict(url, { row: ridersRow })).status).toBe(200);
});

test('when too many rows wait, more are refused until those are answered', async () => {
  const { url } = await runningServer(ridersConfig({ limits: { waitingRows: 2500 }, batch: { rows: 1 } }));
  const rows = Array.from({ length: 2500 }, () => ridersRow);
  const many = predict(url, { rows });
  const metrics = async () => (await send(url, { method: 'GET', path: '/metrics' })).body;
  await expect.poll(metrics, { interval: 1, timeout: 10_000 }).not.toContain('galley_batch_rows_count 0');
  const refused = await predict(url, { row: ridersRow });
  expectError(refused, 503, 'serving.overloaded');
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await many).status).toBe(200);
  expect((await predict(url, { row: ridersRow })).status).toBe(200);
});

test('unknown paths and methods are refused', async () => {
  const { url } = await runningServer();
  expectError(await send(url, { path: '/nothing', body: '{}' }), 404, 'serving.unknown_path');
  const answer = await send(url, { method: 'GET' });
  expectError(answer, 405, 'serving.method_not_allowed');
  expect(answer.headers.get('allow')).toBe('POST');
  expectError(await send(url, { method: 'DELETE', path: '/metrics' }), 405, 'serving.method_not_allowed');
  expectError(await send(url, { method: 'OPTIONS' }), 405, 'serving.method_not_allowed');
});

/** What a server answers to bytes. */
function rawAnswer(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

const get = (port: number, headers: string[]) =>
  rawAnswer(
    port,
    `GET /readyz HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}Connection: close\r\n\r\n`,
  );

test('only requests that name this server get in', async () => {
  const { port } = await runningServer();
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
    expect(await get(port, [`Host: ${host}`])).toMatch(/^HTTP\/1.1 200/);
  }
  for (const host of ['127.0.0.1', 'localhost:1', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`]) {
    expect(await get(port, [`Host: ${host}`])).toMatch(/^HTTP\/1.1 403.*serving.origin_refused/s);
  }
});

test('pages of other origins do not get in', async () => {
  const { port } = await runningServer();
  const host = `Host: 127.0.0.1:${port}`;
  expect(await get(port, [host, `Origin: http://127.0.0.1:${port}`])).toMatch(/^HTTP\/1.1 200/);
  for (const origin of ['null', 'http://evil.example', `https://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`]) {
    expect(await get(port, [host, `Origin: ${origin}`])).toMatch(/^HTTP\/1.1 403.*serving.origin_refused/s);
  }
});

test('bytes that are not HTTP get an error in the same form', async () => {
  const { port } = await runningServer();
  expect(await rawAnswer(port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400.*"code":"serving.invalid_http"/s);
});

test('a server that is open to the network wants its token, but not for the probes', async () => {
  const token = 'a-token-of-some-length';
  const { port } = await runningServer(ridersConfig({ host: '0.0.0.0', token }));
  const url = `http://127.0.0.1:${port}`;
  const body = JSON.stringify({ row: ridersRow });
  const refused = await send(url, { body });
  expectError(refused, 401, 'serving.token_missing');
  expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  expectError(
    await send(url, { body, headers: { ...json, authorization: 'Bearer wrong' } }),
    401,
    'serving.token_missing',
  );
  expect((await send(url, { body, headers: { ...json, authorization: `Bearer ${token}` } })).status).toBe(200);
  for (const path of ['/livez', '/readyz']) expect((await send(url, { method: 'GET', path })).status).toBe(200);
  expectError(await send(url, { method: 'GET', path: '/metrics' }), 401, 'serving.token_missing');
});
