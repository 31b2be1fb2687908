import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import type { LogLimits } from '../../engine/contract/serving.ts';
import { defaultLogLimits } from '../../engine/serving/config.ts';
import { openSegment } from '../../engine/serving/log-reader.ts';
import { PredictionLog } from '../../engine/serving/prediction-log.ts';
import { fixedClock } from '../support/fixed.ts';
import { needsPlatform, needsRoot } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const golden = fileURLToPath(new URL('../fixtures/serving/golden.segment', import.meta.url));

async function openLog(folder: string, limits: LogLimits = {}, clock = systemClock, diskBytes = 0) {
  const log = await PredictionLog.open({
    folder,
    deployment: 'riders-live',
    model: 'riders',
    limits: { ...defaultLogLimits, flushMilliseconds: 5, ...limits },
    diskBytes,
    clock,
  });
  onTestFinished(() => log.close());
  return log;
}

const record = (id: string) => JSON.stringify({ row_id: id, inputs: { text: 'Orée 東京 🚇' } });

async function idsOf(path: string): Promise<string[]> {
  const segment = await openSegment(path);
  const ids = [...(segment?.records() ?? [])].map(({ row_id }) => row_id);
  expect(segment?.tornTail).toBeNull();
  return ids;
}

test('the golden segment is read', async () => {
  const segment = await openSegment(golden);
  expect(segment?.header).toEqual({ format: 1, deployment: 'riders-live', model: 'riders', created_at: 1735689600000 });
  const records = [...(segment?.records() ?? [])];
  expect(segment?.tornTail).toBeNull();
  expect(records.map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(records[0]).toEqual({
    row_id: '2025-01-01/Orée',
    request_id: 'req_1',
    event_time: 1735603200000,
    received_at: 1735689600000,
    version: 1,
    inputs: { temperature: 21.5, rain: 2, holiday: true, line: 'Orée', day: '2004-02-29' },
    outputs: { prediction: 347 },
    latency: 1.25,
    flags: [],
  });
  expect(records[2]?.outputs).toEqual({ label: 'ham', probabilities: { ham: 0.75, spam: 0.25 } });
});

test('the golden segment is what the writer writes', async () => {
  const folder = temporaryFolder();
  const log = await openLog(folder, {}, fixedClock());
  for (const each of (await openSegment(golden))?.records() ?? []) log.append(JSON.stringify(each));
  const [path] = await log.rotate();
  expect(readFileSync(path as string)).toEqual(readFileSync(golden));
});

test.each([1, 7, 8, 9, 100])('a tail that lacks %i bytes is reported and the rest is read', async (missing) => {
  const path = join(temporaryFolder(), 'torn.segment');
  const whole = readFileSync(golden);
  writeFileSync(path, whole.subarray(0, whole.length - missing));
  const segment = await openSegment(path);
  expect([...(segment?.records() ?? [])].map(({ version }) => version)).toEqual([1, 2]);
  const { offset, bytes, reason } = segment?.tornTail ?? {};
  expect(reason).toBe('cut');
  expect((offset as number) + (bytes as number)).toBe(whole.length - missing);
});

test('a changed byte ends the reading before it', async () => {
  const path = join(temporaryFolder(), 'damaged.segment');
  const bytes = readFileSync(golden);
  const place = bytes.indexOf('"version":2');
  bytes[place + 10] = 0x39;
  writeFileSync(path, bytes);
  const segment = await openSegment(path);
  expect([...(segment?.records() ?? [])]).toHaveLength(1);
  expect(segment?.tornTail?.reason).toBe('checksum');
});

test('zeros behind the last record are a torn tail', async () => {
  const path = join(temporaryFolder(), 'zeros.segment');
  writeFileSync(path, Buffer.concat([readFileSync(golden), Buffer.alloc(4096)]));
  const segment = await openSegment(path);
  expect([...(segment?.records() ?? [])]).toHaveLength(3);
  expect(segment?.tornTail).toMatchObject({ reason: 'length', bytes: 4096 });
});

test('a file without a whole header has no records, another file is refused', async () => {
  const path = join(temporaryFolder(), 'some.segment');
  for (const length of [0, 5, 12, 20]) {
    writeFileSync(path, readFileSync(golden).subarray(0, length));
    expect(await openSegment(path)).toBeNull();
  }
  writeFileSync(path, 'row_id,version\n1,2\n');
  await expect(openSegment(path)).rejects.toMatchObject({ code: 'serving.log_format' });
});

test('records are on the disk soon after they were appended, in their order', async () => {
  const folder = temporaryFolder();
  const log = await openLog(folder, { flushMilliseconds: 100 });
  const ids = Array.from({ length: 500 }, (_, index) => `row-${index}`);
  for (const id of ids) log.append(record(id));
  expect(log.status()).toMatchObject({ pendingRows: 500, writtenRows: 0 });
  await expect.poll(() => log.status().writtenRows, { timeout: 10_000, interval: 5 }).toBe(500);
  const [name] = readdirSync(folder);
  expect(await idsOf(join(folder, name as string))).toEqual(ids);
  expect(log.status()).toMatchObject({ pendingRows: 0, lagMilliseconds: 0, lostRows: 0, lastError: null });
});

test('rotating closes the segment with everything in it; without records there is none', async () => {
  const log = await openLog(temporaryFolder());
  expect(await log.rotate()).toEqual([]);
  log.append(record('a'));
  const [first] = await log.rotate();
  log.append(record('b'));
  const paths = await log.rotate();
  expect(paths).toHaveLength(2);
  expect(paths[0]).toBe(first);
  expect(await Promise.all(paths.map(idsOf))).toEqual([['a'], ['b']]);
});

test('a segment is closed when it is large enough', async () => {
  const folder = temporaryFolder();
  const log = await openLog(folder, { segmentBytes: 1024 });
  const ids: string[] = [];
  for (let group = 0; group < 4; group++) {
    for (let row = 0; row < 20; row++) {
      ids.push(`${group}-${row}`);
      log.append(record(`${group}-${row}`));
    }
    await expect.poll(() => log.status().pendingRows, { interval: 2, timeout: 10_000 }).toBe(0);
  }
  const paths = await log.rotate();
  expect(paths).toHaveLength(4);
  expect((await Promise.all(paths.map(idsOf))).flat()).toEqual(ids);
});

test('a segment is closed when it is old enough', async () => {
  const folder = temporaryFolder();
  const log = await openLog(folder, { segmentMilliseconds: 100 });
  log.append(record('a'));
  await expect
    .poll(() => readdirSync(folder).some((name) => name.endsWith('.segment')), { interval: 10, timeout: 10_000 })
    .toBe(true);
});

test('closing writes what is pending', async () => {
  const folder = temporaryFolder();
  const log = await openLog(folder, { flushMilliseconds: 10_000 });
  log.append(record('a'));
  await log.close();
  const names = readdirSync(folder);
  expect(names).toEqual([expect.stringMatching(/^\d{13}-\d+-000001\.segment$/)]);
  expect(await idsOf(join(folder, names[0] as string))).toEqual(['a']);
});

test('a segment that a dead server left open is closed as it is; one of a live server is left alone', async () => {
  const folder = temporaryFolder();
  const dead = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  const torn = readFileSync(golden).subarray(0, -10);
  writeFileSync(join(folder, `1735689600000-${dead}-000001.open`), torn);
  writeFileSync(join(folder, `1735689600000-${process.ppid}-000001.open`), torn);
  await openLog(folder);
  expect(readdirSync(folder).sort()).toEqual(
    [`1735689600000-${dead}-000001.segment`, `1735689600000-${process.ppid}-000001.open`].sort(),
  );
  expect(readFileSync(join(folder, `1735689600000-${dead}-000001.segment`))).toEqual(torn);
});

test('a folder that cannot be made stops the log', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await expect(openLog(join(file, 'logs'))).rejects.toMatchObject({ code: 'store.not_writable' });
});

test('while the folder is away records wait; what is too much is lost and counted; then they are written', async () => {
  const parent = temporaryFolder();
  const folder = join(parent, 'logs');
  const log = await openLog(folder, { pendingBytes: 1024 });
  renameSync(folder, join(parent, 'away'));
  for (let row = 0; row < 100; row++) log.append(record(`row-${row}`));
  await expect.poll(() => log.status().lastError, { interval: 5, timeout: 10_000 }).toMatch(/ENOENT/);
  const { lostRows, pendingRows } = log.status();
  expect(lostRows).toBeGreaterThan(0);
  expect(lostRows + pendingRows).toBe(100);
  renameSync(join(parent, 'away'), folder);
  const [path] = await log.rotate();
  expect(await idsOf(path as string)).toHaveLength(pendingRows);
  expect(log.status()).toMatchObject({ lostRows, pendingRows: 0, writtenRows: pendingRows, lastError: null });
});

test('a full disk loses what it must, says so, and goes on when there is room', async (context) => {
  needsPlatform(context, 'linux');
  needsRoot(context);
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    context.skip('mounting a tmpfs is not allowed here');
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(40 * 1024));
  const log = await openLog(folder, { pendingBytes: 64 * 1024 });
  for (let row = 0; row < 100; row++) log.append(record(`row-${row}`).padEnd(1000));
  await expect.poll(() => log.status().lastError, { interval: 5, timeout: 10_000 }).toMatch(/ENOSPC/);
  const { lostRows, pendingRows, writtenRows } = log.status();
  expect(lostRows).toBeGreaterThan(0);
  expect(writtenRows + pendingRows + lostRows).toBe(100);
  rmSync(join(folder, 'ballast'));
  execFileSync('mount', ['-o', 'remount,size=1m', folder]);
  const paths = await log.rotate();
  const ids = (await Promise.all(paths.map(idsOf))).flat();
  expect(ids).toEqual(Array.from({ length: 100 - lostRows }, (_, row) => `row-${row}`));
});

test('a folder at its bound takes no more rows, says so, and goes on when segments were taken away', async () => {
  const folder = temporaryFolder();
  const bound = 20 * 1024;
  const log = await openLog(folder, { segmentBytes: 4096, pendingBytes: 8 * 1024 }, systemClock, bound);
  for (let row = 0; row < 100; row++) {
    log.append(record(`row-${row}`).padEnd(1000));
    await log.flush();
  }
  const { lastError, lostRows, pendingRows, writtenRows } = log.status();
  expect(lastError).toMatch(/at its bound of 20480 bytes/);
  expect(lostRows).toBeGreaterThan(0);
  expect(pendingRows).toBeGreaterThan(0);
  expect(lostRows + pendingRows + writtenRows).toBe(100);
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeLessThanOrEqual(bound);
  expect(bytes).toBeGreaterThan(bound / 2);
  for (const path of await log.rotate()) rmSync(path);
  await log.flush();
  expect(log.status()).toMatchObject({
    lostRows,
    pendingRows: 0,
    writtenRows: writtenRows + pendingRows,
    lastError: null,
  });
});

test('another bound holds at once', async () => {
  const log = await openLog(temporaryFolder(), {}, systemClock, 1);
  log.append(record('a'));
  expect(await log.flush()).toBe(false);
  log.diskBytes = 0;
  expect(await log.flush()).toBe(true);
});
