import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { processEntry, processEnvironment } from '../../engine/base/entry.ts';
import type { PredictionRecord, ServingConfig, ServingReport } from '../../engine/contract/serving.ts';
import { openSegment } from '../../engine/serving/log-reader.ts';
import { ServingClient } from '../../engine/serving/serving-client.ts';
import { modelFolder, predict, ridersConfig, ridersRow, send, singleModelConfig } from '../serving/running-server.ts';
import { roundsOf } from '../serving/slow-model.ts';
import { temporaryFolder } from '../support/temporary.ts';

const entry = fileURLToPath(processEntry('serving'));
const env = processEnvironment() as NodeJS.ProcessEnv;

async function startedClient(config: ServingConfig): Promise<ServingClient> {
  const client = await ServingClient.start(config, () => {});
  onTestFinished(() => client.stop());
  return client;
}

/** Files in a log folder, oldest first; labels have a folder of their own in it. */
function segmentNames(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
}

/** The ids in all segments of a folder, whether closed or not. */
async function loggedIds(folder: string): Promise<string[]> {
  const ids: string[] = [];
  for (const name of segmentNames(folder)) {
    const segment = await openSegment(join(folder, name));
    for (const { row_id } of segment?.records() ?? []) ids.push(row_id);
  }
  return ids;
}

/** Sends numbered rows until the server is gone. @returns when each answered row's answer came, by its id */
async function traffic(url: string, callers: number): Promise<Map<string, number>> {
  const answered = new Map<string, number>();
  const call = async (caller: number) => {
    for (let number = 0; ; number++) {
      const id = `${caller}-${number}`;
      try {
        const { status } = await predict(url, { row: ridersRow, id });
        expect(status).toBe(200);
      } catch {
        return;
      }
      answered.set(id, performance.now());
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return answered;
}

test('a killed server loses at most the last 250 ms of its log, and its successor closes what it left', async () => {
  const logFolder = temporaryFolder();
  const client = await startedClient(ridersConfig({ logFolder }));
  const exited = once(client, 'exit');
  const sending = traffic(client.ready.url, 4);
  await expect.poll(async () => (await client.status()).log.writtenRows, { timeout: 10_000 }).toBeGreaterThan(500);
  const killedAt = performance.now();
  process.kill(client.pid as number, 'SIGKILL');
  expect(await exited).toEqual([{ code: null, signal: 'SIGKILL' }]);
  const answered = await sending;
  const logged = new Set(await loggedIds(logFolder));
  const lost = [...answered].filter(([id]) => !logged.has(id));
  expect(answered.size).toBeGreaterThan(500);
  for (const [, at] of lost) expect(killedAt - at).toBeLessThan(250);
  await expect(client.status()).rejects.toMatchObject({ code: 'serving.process_ended' });

  const successor = await startedClient(ridersConfig({ logFolder }));
  await predict(successor.ready.url, { row: ridersRow, id: 'after' });
  expect(await successor.rotate()).toHaveLength(2);
  expect(segmentNames(logFolder).every((name) => name.endsWith('.segment'))).toBe(true);
  expect(await loggedIds(logFolder)).toEqual([...logged, 'after']);
});

test('the parent activates, rotates, asks for the status and stops', async () => {
  const client = await startedClient(ridersConfig({ logFolder: temporaryFolder() }));
  expect(client.ready).toMatchObject({ version: 1, requestedPort: 0 });
  await predict(client.ready.url, { row: ridersRow });
  await client.activate({ version: 2 });
  expect((await predict(client.ready.url, { row: ridersRow })).body).toMatchObject({ version: 2, prediction: 177 });
  await client.activate({ version: 5, versions: [{ version: 5, folder: modelFolder('riders-1') }] });
  await expect(client.activate({ version: 9 })).rejects.toMatchObject({ code: 'serving.unknown_version' });
  const segments = await client.rotate();
  expect(segments).toHaveLength(1);
  expect(await client.status()).toMatchObject({ version: 5, requests: 2, log: { writtenRows: 2, lostRows: 0 } });
  const exited = once(client, 'exit');
  await client.stop();
  expect(await exited).toEqual([{ code: 0, signal: null }]);
  await expect(fetch(client.ready.url)).rejects.toThrow();
});

test('a version that passed a bound before its parent listened is told of when it does', async () => {
  const traffic = {
    canary: { version: 2, percent: 100 },
    shadow: null,
    bounds: { p95Milliseconds: 1e-6, requests: 5 },
  };
  const client = await startedClient(ridersConfig({ traffic }));
  for (let request = 0; request < 5; request++) await predict(client.ready.url, { row: ridersRow });
  // Its answer comes behind the report.
  expect((await client.status()).models[0]?.traffic.canary).toEqual({ version: 2, percent: 0 });
  const breached: number[] = [];
  client.onBreach(({ version }) => breached.push(version));
  expect(breached).toEqual([2]);
});

test('a port that is taken is not used, and the answer says so', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  const client = await startedClient(ridersConfig({ port }));
  expect(client.ready.requestedPort).toBe(port);
  expect(client.ready.port).toBeGreaterThan(port);
  expect((await predict(client.ready.url, { row: ridersRow })).status).toBe(200);
});

test('a server that cannot start says why', async () => {
  const versions = [{ version: 1, folder: temporaryFolder() }];
  await expect(ServingClient.start(ridersConfig({ versions }), () => {})).rejects.toMatchObject({
    code: 'serving.model_unreadable',
    message: expect.stringContaining(join(versions[0]?.folder as string, 'signature.json')),
  });
});

/** A server of its own, as the Docker package starts it. */
async function standalone(config: unknown, stdout: 'ignore' | 'pipe' = 'ignore', variables: NodeJS.ProcessEnv = {}) {
  const path = join(temporaryFolder(), 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const child = spawn(process.execPath, [entry, '--config', path], {
    env: { ...env, ...variables },
    stdio: ['ignore', stdout, 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [begun] = (await once(child.stderr as Readable, 'data')) as [Buffer];
  const line = JSON.parse(begun.toString());
  return { child, line, url: line.url as string };
}

test('standing alone without a word about its log it writes what it answered to standard output', async () => {
  const { child, url } = await standalone(ridersConfig({ logMask: { inputs: ['line'] } }), 'pipe');
  const lines: string[] = [];
  createInterface({ input: child.stdout as Readable }).on('line', (line) => lines.push(line));
  const ids = Array.from({ length: 300 }, (_, index) => `row-${index}`);
  await predict(url, { rows: ids.map(() => ridersRow), ids });
  child.kill('SIGTERM');
  await once(child, 'close');
  const records = lines.map((line) => JSON.parse(line) as PredictionRecord);
  expect(records.map(({ row_id }) => row_id)).toEqual(ids);
  expect(records[0]).toMatchObject({ version: 1, inputs: { line: null }, outputs: { prediction: 137 } });
});

test('standing alone it follows its environment, and writes labels to standard output, too', async () => {
  const tokenFile = join(temporaryFolder(), 'token');
  writeFileSync(tokenFile, 'a-token-of-some-length\n');
  const variables = { PORT: '0', HOST: '0.0.0.0', GALLEY_TOKEN_FILE: tokenFile };
  const { child, url } = await standalone(ridersConfig({ port: 1, exactPort: true }), 'pipe', variables);
  const output = text(child.stdout as Readable);
  const errors = text(child.stderr as Readable);
  const labels = (authorization: string) =>
    send(url, {
      path: '/labels',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ labels: [{ row_id: 'trip-1', label: 140 }] }),
    });
  expect((await labels('Bearer another one')).status).toBe(401);
  expect((await labels('Bearer a-token-of-some-length')).status).toBe(200);
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(JSON.parse(await output)).toMatchObject({ model: 'riders', row_id: 'trip-1', label: 140 });
  expect(await errors).not.toContain('a-token-of-some-length');
});

test('a server that must have its port does not start where it is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  await expect(ServingClient.start(ridersConfig({ port, exactPort: true }), () => {})).rejects.toMatchObject({
    code: 'serving.no_free_port',
    message: `The port ${port} of 127.0.0.1 is taken.`,
  });
});

test('nobody who reads its standard output holds up no answer', async () => {
  const { child, url } = await standalone(ridersConfig({ logLimits: { pendingBytes: 200_000 } }), 'pipe');
  for (let round = 0; round < 10; round++) {
    const { status } = await predict(url, { rows: new Array(500).fill(ridersRow) });
    expect(status).toBe(200);
  }
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/\ngalley_log_lost_rows_total [1-9]/);
  child.kill('SIGTERM');
  await once(child, 'exit');
});

test('rows that a receiver of the log has not taken by the end are told to be lost', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const { child, url } = await standalone(ridersConfig({ logSink: { kind: 'http', url: `http://127.0.0.1:${port}` } }));
  await predict(url, { rows: [ridersRow, ridersRow] });
  const errors = text(child.stderr as Readable);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await errors).toContain('2 answered row(s) could not be logged.');
});

test('nobody who reads standard error holds up neither the event loop nor the end of a process', async () => {
  const module = new URL('../../engine/serving/line-writer.ts', import.meta.url);
  const script = `
    import { LineWriter } from ${JSON.stringify(module)};
    const writer = new LineWriter(process.stderr);
    for (let line = 0; line < 1000; line++) writer.write('x'.repeat(1000));
    setTimeout(() => {
      process.stdout.write('goes on');
      writer.write('last words');
      writer.end().then(() => process.exit(0));
    }, 100);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(String(await once(child.stdout, 'data'))).toBe('goes on');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('to ask a server that was killed in the same moment fails as its end does, and ends nobody else', async () => {
  const client = await startedClient(ridersConfig());
  process.kill(client.pid as number, 'SIGKILL');
  // This process hears of it only after it has asked.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  await expect(client.status()).rejects.toMatchObject({
    code: 'serving.process_ended',
    details: { signal: 'SIGKILL' },
  });
});

test('standing alone it reads its config from a file, and ends on SIGTERM after what is in flight', async () => {
  const logFolder = temporaryFolder();
  const { child, line, url } = await standalone(ridersConfig({ logFolder, batch: { rows: 8 } }));
  expect(line).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    level: 'info',
    message: `riders@1 answers at ${url}`,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  });
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  const large = predict(url, { rows: new Array(20_000).fill(ridersRow) });
  await expect.poll(metrics, { interval: 1, timeout: 10_000 }).not.toContain('galley_batch_rows_count 0');
  const asked = performance.now();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(performance.now() - asked).toBeLessThan(5000);
  const { status, body } = await large;
  expect(status).toBe(200);
  expect(body.predictions).toHaveLength(20_000);
  expect(await loggedIds(logFolder)).toHaveLength(20_000);
});

test.each([
  ['gives up between two batches', () => roundsOf(50, 8), 0, null],
  ['is killed within one that nothing can end, its log being written,', () => 1e9, null, 'SIGKILL'],
])('a server that is to end while a large request would go on for long %s', async (_, roundsOfRow, code, signal) => {
  const rounds = await roundsOfRow();
  const logFolder = temporaryFolder();
  const { child, url } = await standalone({ ...singleModelConfig('slow'), logFolder, batch: { rows: 8 } });
  expect((await predict(url, { row: { rounds: 0 }, id: 'before' })).status).toBe(200);
  const large = predict(url, { rows: new Array(20_000).fill({ rounds }) });
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  await expect.poll(metrics, { interval: 1 }).toMatch(/galley_batch_rows_count ([2-9]|\d\d)/);
  const asked = performance.now();
  child.kill('SIGTERM');
  const exited = once(child, 'exit');
  const { status, body } = await large;
  expect([status, body.error.code]).toEqual([503, 'serving.stopping']);
  expect(await exited).toEqual([code, signal]);
  expect(performance.now() - asked).toBeLessThan(5000);
  expect(await loggedIds(logFolder)).toEqual(['before']);
  expect(segmentNames(logFolder).every((name) => name.endsWith('.segment'))).toBe(true);
});

test.each([
  ['a config that does not fit', { model: 'riders' }, 2, /config does not fit/],
  ['a network address without a token', ridersConfig({ host: '0.0.0.0' }), 5, /neither token nor keys/],
])('%s ends it with its exit code', async (_, config, code, message) => {
  const { child, line } = await standalone(config);
  expect(line).toMatchObject({ level: 'error', message: expect.stringMatching(message) });
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(code);
});

function nextReport(child: ChildProcess): Promise<ServingReport> {
  return once(child, 'message').then(([report]) => report as ServingReport);
}

test('when its parent is gone it writes its log and ends', async () => {
  const logFolder = temporaryFolder();
  const child = fork(entry, [], { env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.send({ type: 'start', config: ridersConfig({ logFolder }) });
  const report = await nextReport(child);
  if (report.type !== 'ready') throw new Error(`it reported ${report.type}`);
  await predict(report.url, { row: ridersRow, id: 'last' });
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await loggedIds(logFolder)).toEqual(['last']);
});

test('messages that do not fit are refused', async () => {
  const child = fork(entry, [], { env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.send({ type: 'status', id: '1' });
  expect(await nextReport(child)).toMatchObject({ type: 'failed', id: '1', error: { code: 'serving.not_ready' } });
  child.send({ type: 'dance', id: '2' });
  expect(await nextReport(child)).toMatchObject({ type: 'failed', id: '2', error: { code: 'serving.invalid_config' } });
});
