import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import type { PredictionServer } from '../../engine/serving/prediction-server.ts';
import { ridersConfig, ridersRow, runningServer, send } from './running-server.ts';

/** A request to /stream that stays open: lines are sent and answers read one by one. */
async function openStream({ port }: PredictionServer, key?: string) {
  const headers = { 'content-type': 'application/x-ndjson', ...(key && { authorization: `Bearer ${key}` }) };
  const request = httpRequest({ host: '127.0.0.1', port, path: '/stream', method: 'POST', headers });
  request.flushHeaders();
  const response = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
  const lines = createInterface({ input: response })[Symbol.asyncIterator]();
  return {
    request,
    response,
    send: (value: unknown) => request.write(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`),
    next: async () => {
      const { value } = await lines.next();
      return value === undefined ? undefined : JSON.parse(value as string);
    },
  };
}

function sendLines(url: string, body: string | Buffer): Promise<Record<string, unknown>[]> {
  const headers = { 'content-type': 'application/x-ndjson' };
  return send(url, { path: '/stream', headers, body: new Uint8Array(Buffer.from(body)) }).then(({ body: text }) =>
    (text as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

test('a line is answered while the request is still open', async () => {
  const stream = await openStream(await runningServer());
  expect(stream.response.headers).toMatchObject({ 'content-type': 'application/x-ndjson' });
  stream.send(ridersRow);
  expect(await stream.next()).toMatchObject({ model: 'riders', version: 1, prediction: 137 });
  stream.send({ row: { ...ridersRow, temperature: 21 }, id: 'trip-7' });
  expect(await stream.next()).toMatchObject({ row_id: 'trip-7', prediction: 139 });
  stream.request.end();
  expect(await stream.next()).toBeUndefined();
});

test('answers stand in the order of the lines, as /predict gives them', async () => {
  const { url } = await runningServer();
  const rows = Array.from({ length: 2000 }, (_, index) => ({ ...ridersRow, temperature: index }));
  const answers = await sendLines(
    url,
    rows.map((row, index) => JSON.stringify({ row, id: `row-${index}` })).join('\n'),
  );
  const whole = await send(url, { body: JSON.stringify({ rows }) });
  expect(answers.map(({ row_id }) => row_id)).toEqual(rows.map((_, index) => `row-${index}`));
  expect(answers.map(({ prediction }) => prediction)).toEqual(
    whole.body.predictions.map(({ prediction }: { prediction: number }) => prediction),
  );
});

test('a line that does not fit gets its error, and the next one its answer', async () => {
  const { url } = await runningServer(ridersConfig({ limits: { bodyBytes: 300 } }));
  const right = JSON.stringify(ridersRow);
  const wrong = [
    '{"temperature":"20"}',
    '{',
    '7',
    '[]',
    JSON.stringify({ rows: [ridersRow, {}] }),
    JSON.stringify({ ...ridersRow, line: 'x'.repeat(10_000) }),
  ];
  const lines = wrong.flatMap((line) => [line, right]).join('\r\n');
  const answers = await sendLines(url, Buffer.concat([Buffer.from(`${lines}\n\n`), Buffer.from([0xff, 10])]));
  const codes = answers.map(({ error, prediction }) => (error as { code: string })?.code ?? prediction);
  expect(codes).toEqual(
    [
      'serving.invalid_rows',
      'serving.invalid_json',
      'serving.invalid_request',
      'serving.invalid_request',
      'serving.invalid_rows',
      'serving.body_too_large',
    ]
      .flatMap((code) => [code, 137] as (string | number)[])
      .concat('serving.invalid_json'),
  );
});

test('a column may have the name of a member of the form', async () => {
  const { url } = await runningServer();
  const [answer] = await sendLines(url, JSON.stringify({ row: 3, ...ridersRow }));
  expect(answer).toMatchObject({ error: { details: { faults: [{ field: 'row', code: 'unknown_field' }] } } });
});

test('nothing more is read while the caller takes no answers', async () => {
  const server = await runningServer();
  const stream = await openStream(server);
  stream.response.pause();
  const line = `${JSON.stringify({ row: ridersRow, id: 'x'.repeat(200) })}\n`;
  const block = line.repeat(1000);
  let sent = 0;
  while (sent < 200 && stream.request.write(block)) sent++;
  await expect.poll(() => server.status().requests, { timeout: 10_000 }).toBeGreaterThan(0);
  const pushed = () => stream.request.writableLength;
  let before = -1;
  await expect
    .poll(
      () => {
        const same = before === server.status().rows;
        before = server.status().rows;
        return same;
      },
      { interval: 300, timeout: 20_000 },
    )
    .toBe(true);
  for (let more = 0; more < 100; more++) stream.request.write(block);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(pushed()).toBeGreaterThan(50 * block.length);
  expect(server.status().rows).toBeLessThan(50_000);
  stream.request.destroy();
});

test('a version that is released answers the next line', async () => {
  const server = await runningServer();
  const stream = await openStream(server);
  stream.send(ridersRow);
  expect(await stream.next()).toMatchObject({ version: 1, prediction: 137 });
  await server.activate({ version: 2 });
  stream.send(ridersRow);
  expect(await stream.next()).toMatchObject({ version: 2, prediction: 177 });
  stream.request.end();
  expect(await stream.next()).toBeUndefined();
});

test('a server that ends answers what it has read, says so, and ends the stream', async () => {
  const server = await runningServer();
  const stream = await openStream(server);
  stream.send(ridersRow);
  expect(await stream.next()).toMatchObject({ prediction: 137 });
  const stopped = server.stop();
  expect(await stream.next()).toMatchObject({ error: { code: 'serving.stopping' } });
  expect(await stream.next()).toBeUndefined();
  await stopped;
});

test('a caller that goes away ends its stream alone', async () => {
  const server = await runningServer();
  const stream = await openStream(server);
  stream.send(ridersRow);
  await stream.next();
  stream.request.destroy();
  expect((await send(server.url, { body: JSON.stringify({ row: ridersRow }) })).body).toMatchObject({
    prediction: 137,
  });
});

test('a caller that goes away with many lines under way ends its stream alone', async () => {
  const server = await runningServer();
  const stream = await openStream(server);
  stream.response.pause();
  for (let line = 0; line < 300; line++) stream.send(ridersRow);
  await expect.poll(() => server.status().requests, { interval: 1, timeout: 10_000 }).toBeGreaterThan(0);
  stream.request.destroy();
  await expect.poll(() => server.ending.aborted || stream.request.destroyed).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await send(server.url, { body: JSON.stringify({ row: ridersRow }) })).body).toMatchObject({
    prediction: 137,
  });
});

test('a line that is large enough for a thread of its own is refused, and told where to go', async () => {
  const { url } = await runningServer();
  const [large, right] = await sendLines(
    url,
    `${JSON.stringify({ ...ridersRow, line: 'x'.repeat(300_000) })}\n${JSON.stringify(ridersRow)}\n`,
  );
  expect(large).toMatchObject({ error: { code: 'serving.body_too_large', hint: expect.stringContaining('/predict') } });
  expect(right).toMatchObject({ prediction: 137 });
});

test('lines count as prediction requests, and by their stream', async () => {
  const server = await runningServer();
  await sendLines(server.url, `${JSON.stringify(ridersRow)}\n{}\n`);
  expect(server.status()).toMatchObject({ requests: 2, rows: 1, errors: 1, refused: 1 });
  const { body } = await send(server.url, { path: '/metrics', method: 'GET' });
  expect(body).toContain('galley_stream_messages_total{stream="/stream",status="200"} 1\n');
  expect(body).toContain('galley_stream_messages_total{stream="/stream",status="422"} 1\n');
  expect(body).toContain('galley_requests_total{path="/stream",status="200"} 1\n');
});

test('another content type is refused as a whole', async () => {
  const { url } = await runningServer();
  const answer = await send(url, { path: '/stream', body: JSON.stringify(ridersRow) });
  expect(answer).toMatchObject({ status: 415, body: { error: { code: 'serving.content_type' } } });
});

test('the lines of a stream count for the limit of their caller, and wait for their turn instead of being refused', async () => {
  const server = await runningServer(ridersConfig({ limits: { requestsPerMinute: 3 } }));
  const stream = await openStream(server);
  for (const temperature of [20, 21, 22]) stream.send({ ...ridersRow, temperature });
  expect([(await stream.next()).prediction, (await stream.next()).prediction]).toEqual([137, 139]);
  expect((await send(server.url, { body: JSON.stringify({ row: ridersRow }) })).status).toBe(429);
  server.configure({ limits: { requestsPerMinute: 0 } });
  expect((await stream.next()).prediction).toBe(141);
  stream.request.end();
  expect(await stream.next()).toBeUndefined();
});

test('a line that waits for its turn holds up no end of the server', async () => {
  const server = await runningServer(ridersConfig({ limits: { requestsPerMinute: 2 } }));
  const stream = await openStream(server);
  const line = `${JSON.stringify(ridersRow)}\n`;
  stream.request.write(line + line);
  expect((await stream.next()).prediction).toBe(137);
  const began = performance.now();
  await server.stop();
  // Its turn is 30 s away, and is looked at once a second.
  expect(performance.now() - began).toBeLessThan(500);
  expect(await stream.next()).toMatchObject({ error: { code: 'serving.stopping' } });
  expect(await stream.next()).toBeUndefined();
});

test('a stream ends with the key that it was opened with, after the lines before', async () => {
  const key = { name: 'shop', sha256: createHash('sha256').update('secret').digest('hex') };
  const server = await runningServer(ridersConfig({ keys: [key] }));
  const stream = await openStream(server, 'secret');
  stream.send(ridersRow);
  expect((await stream.next()).prediction).toBe(137);
  server.configure({ keys: [] });
  stream.send(ridersRow);
  expect(await stream.next()).toMatchObject({ error: { code: 'serving.token_missing' } });
  expect(await stream.next()).toBeUndefined();
});
