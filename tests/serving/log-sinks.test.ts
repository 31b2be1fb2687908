import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import type { PredictionRecord } from '../../engine/contract/serving.ts';
import { LineLog } from '../../engine/serving/line-log.ts';
import { lineSender } from '../../engine/serving/log-sinks.ts';
import { linesOf, type Receiver, receiver } from './log-receiver.ts';
import { predict, ridersConfig, ridersRow, runningServer } from './running-server.ts';

function httpLog(url: string, pendingBytes = 1_000_000): LineLog {
  const limits = { flushMilliseconds: 5, pendingBytes };
  const log = new LineLog({ send: lineSender({ kind: 'http', url }), limits, clock: systemClock });
  onTestFinished(() => log.close());
  return log;
}

test('a server posts what it answered, with its masks and the authorization of a variable', async () => {
  const target = await receiver();
  process.env.GALLEY_TEST_LOG_TOKEN = 'Bearer secret';
  onTestFinished(() => {
    delete process.env.GALLEY_TEST_LOG_TOKEN;
  });
  const logSink = { kind: 'http' as const, url: target.url, authorizationVariable: 'GALLEY_TEST_LOG_TOKEN' };
  const server = await runningServer(ridersConfig({ logSink, logMask: { inputs: ['line'] } }));
  for (const id of ['one', 'two']) expect((await predict(server.url, { row: ridersRow, id })).status).toBe(200);
  await expect.poll(() => linesOf(target).length, { timeout: 10_000 }).toBe(2);
  const records: PredictionRecord[] = linesOf(target);
  expect(records.map(({ row_id }) => row_id)).toEqual(['one', 'two']);
  expect(records[0]).toMatchObject({
    version: 1,
    inputs: { line: null, rain: 1 },
    outputs: { prediction: 137 },
    flags: [{ field: 'line', flag: 'masked' }],
  });
  const [{ headers }] = target.requests as [Receiver['requests'][number]];
  expect(headers).toMatchObject({ authorization: 'Bearer secret', 'content-type': 'application/x-ndjson' });
  expect(server.status().log).toMatchObject({ enabled: true, writtenRows: 2, pendingRows: 0, lastError: null });
  expect(await server.rotate()).toEqual([]);
});

test('a variable that is not set stops the server from starting', async () => {
  const logSink = { kind: 'http' as const, url: 'http://127.0.0.1:9', authorizationVariable: 'GALLEY_TEST_UNSET' };
  await expect(runningServer(ridersConfig({ logSink }))).rejects.toMatchObject({ code: 'serving.invalid_config' });
});

test('a receiver that fails is asked again, in order; every answer goes on being given', async () => {
  const target = await receiver(503);
  const server = await runningServer(ridersConfig({ logSink: { kind: 'http', url: target.url } }));
  await predict(server.url, { row: ridersRow, id: 'first' });
  await expect.poll(() => server.status().log.lastError, { timeout: 10_000 }).toMatch(/answered 503/);
  expect((await predict(server.url, { row: ridersRow, id: 'second' })).status).toBe(200);
  target.status = 200;
  await expect
    .poll(() => linesOf(target).map(({ row_id }) => row_id), { timeout: 10_000 })
    .toEqual(['first', 'second']);
  expect(server.status().log).toMatchObject({ lostRows: 0, writtenRows: 2, lastError: null });
});

test('what waits beyond the bound is lost and counted, and what a receiver will never take is too', async () => {
  const target = await receiver(503);
  const log = httpLog(target.url, 100);
  for (let row = 0; row < 20; row++) log.append(`{"row":${row}}`.padEnd(20));
  expect(log.status()).toMatchObject({ pendingRows: 5, lostRows: 15 });
  await expect.poll(() => log.status().lastError, { timeout: 10_000 }).toMatch(/503/);
  target.status = 422;
  await expect.poll(() => log.status().pendingRows, { timeout: 10_000 }).toBe(0);
  expect(log.status()).toMatchObject({ lostRows: 20, writtenRows: 0 });
  target.status = 200;
  log.append('{"row":21}');
  await expect.poll(() => linesOf(target), { timeout: 10_000 }).toEqual([{ row: 21 }]);
});

/** A log over a clock that the test moves, whose sink takes so long for each batch. */
function timedLog(sendMilliseconds: number) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sent: string[][] = [];
  const send = async (lines: string) => {
    await new Promise((resolve) => setTimeout(resolve, sendMilliseconds));
    sent.push(lines.trimEnd().split('\n'));
  };
  const clock = { now: () => Date.now(), monotonic: () => Date.now() };
  return { sent, log: new LineLog({ send, limits: { flushMilliseconds: 100, pendingBytes: 1e6 }, clock }) };
}

test('under a steady load lines go in batches, none later than it has to be', async () => {
  const { sent, log } = timedLog(15);
  const lags: number[] = [];
  for (let row = 0; row < 100; row++) {
    log.append(String(row));
    await vi.advanceTimersByTimeAsync(10);
    lags.push(log.status().lagMilliseconds);
  }
  await vi.advanceTimersByTimeAsync(200);
  expect(sent.flat()).toEqual(Array.from({ length: 100 }, (_, row) => String(row)));
  expect(sent.length).toBeGreaterThan(8);
  expect(sent.length).toBeLessThan(13);
  expect(Math.max(...lags)).toBeLessThanOrEqual(115);
  expect(log.status()).toMatchObject({ lagMilliseconds: 0, pendingRows: 0, writtenRows: 100 });
});

test('a line that comes in the moment in which a batch was taken is sent, too', async () => {
  for (let moment = 0; moment < 10; moment++) {
    const sent: string[] = [];
    const log: LineLog = new LineLog({
      send: async (lines) => {
        sent.push(lines);
        if (sent.length > 1) return;
        let later = Promise.resolve();
        for (let turn = 0; turn < moment; turn++) later = later.then(() => {});
        void later.then(() => log.append('second'));
      },
      limits: { flushMilliseconds: 1, pendingBytes: 1e6 },
      clock: systemClock,
    });
    log.append('first');
    await expect.poll(() => sent, { timeout: 5000 }).toEqual(['first\n', 'second\n']);
  }
});

test('closing sends what waits, and counts what nobody takes', async () => {
  const target = await receiver();
  const log = httpLog(target.url);
  log.append('{"row":1}');
  await log.close();
  expect(linesOf(target)).toEqual([{ row: 1 }]);
  const nobody = httpLog('http://127.0.0.1:9/');
  nobody.append('{"row":1}');
  await nobody.close();
  expect(nobody.status()).toMatchObject({ lostRows: 1, pendingRows: 0 });
});
