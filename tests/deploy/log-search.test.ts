import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { LogFilter, LogPlace } from '../../engine/contract/deploy-log.ts';
import { uncollectedRows } from '../../engine/deploy/uncollected-rows.ts';
import { closedPath } from '../../engine/serving/log-folder.ts';
import { predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type OpenDeploy, openDeploy, quickBackOff, ridersRow, send } from './open-deploy.ts';

const golden = fileURLToPath(new URL('../fixtures/serving/golden.segment', import.meta.url));

const log = ({ deploy }: OpenDeploy, query: LogFilter & { limit?: number; after?: LogPlace } = {}) =>
  deploy.handlers.log({ deployment: 'riders', ...query });

const idsOf = async (open: OpenDeploy, query: LogFilter = {}) =>
  (await log(open, query)).rows.map(({ rowId }) => rowId);

/** Waits until a row that was answered is on the disk. */
async function logged(open: OpenDeploy, rowId: string): Promise<void> {
  await expect.poll(() => idsOf(open, { rowId }), { timeout: 5000, interval: 20 }).toEqual([rowId]);
}

test('a row is the same before and after it was collected, as it was answered', async () => {
  const open = openDeploy();
  const { url } = await open.deploy.handlers.start({ reference: 'riders@1' });
  const rows = [
    { temperature: null, rain: 90, holiday: true, line: 'odd "line"', day: '2004-03-01' },
    { temperature: 21.5, rain: 2, holiday: false, line: 'red', day: '0999-12-31' },
  ];
  await predict(url, { rows, ids: ['odd', 'plain'], event_times: ['2004-02-29T12:00:00Z', '2004-03-01'] });
  await logged(open, 'plain');
  const before = await log(open);
  expect(before.next).toBeNull();
  expect(before.rows).toHaveLength(2);
  expect(before.rows.find(({ rowId }) => rowId === 'odd')).toMatchObject({
    eventTime: '2004-02-29T12:00:00.000Z',
    version: 1,
    shadow: false,
    inputs: { temperature: null, rain: 90, holiday: true, line: 'odd "line"', day: '2004-03-01' },
    flags: [
      { field: 'rain', flag: 'out_of_range' },
      { field: 'line', flag: 'unseen_category' },
    ],
  });
  await open.deploy.collect('riders');
  expect(await log(open)).toEqual({ ...before, searchedAt: expect.any(String) });
});

test('a classification has its label and probabilities in both', async () => {
  const open = openDeploy();
  const { url } = await open.deploy.handlers.start({ reference: 'spam@1' });
  const { body } = await predict(url, { row: { free: 2, length: 10 }, id: 'mail' });
  const search = () => open.deploy.handlers.log({ deployment: 'spam' });
  await expect.poll(async () => (await search()).rows, { timeout: 5000 }).toHaveLength(1);
  const before = await search();
  expect(before.rows[0]?.outputs).toEqual({ label: body.label, probabilities: body.probabilities });
  await open.deploy.collect('spam');
  expect(await search()).toEqual({ ...before, searchedAt: expect.any(String) });
});

test('rows are found by id, request, version, flag, text, inputs and time, collected or not', async () => {
  const open = openDeploy();
  const { url } = await open.deploy.handlers.start({ reference: 'riders@1' });
  await predict(url, { row: ridersRow(20), id: 'first' });
  await predict(url, { row: { ...ridersRow(30), line: "it's 100% Blue" }, id: 'second' });
  await open.deploy.handlers.start({ reference: 'riders@2' });
  await predict(url, { row: { ...ridersRow(20), rain: 90 }, id: 'third' });
  await logged(open, 'third');
  const [third, second, first] = (await log(open)).rows;
  const look = async () => {
    expect(await idsOf(open, { rowId: 'second' })).toEqual(['second']);
    expect(await idsOf(open, { requestId: first?.requestId as string })).toEqual(['first']);
    expect(await idsOf(open, { version: 2 })).toEqual(['third']);
    expect(await idsOf(open, { flag: 'out_of_range' })).toEqual(['third']);
    expect(await idsOf(open, { flag: 'any' })).toEqual(['third', 'second']);
    expect(await idsOf(open, { flag: 'masked' })).toEqual([]);
    expect(await idsOf(open, { text: "it's 100% BLUE" })).toEqual(['second']);
    expect(await idsOf(open, { text: 'FIRS' })).toEqual(['first']);
    expect(await idsOf(open, { text: '2004-02' })).toHaveLength(3);
    expect(await idsOf(open, { inputs: { temperature: 20 } })).toEqual(['third', 'first']);
    expect(await idsOf(open, { inputs: { temperature: 20, rain: 90, holiday: false } })).toEqual(['third']);
    expect(await idsOf(open, { inputs: { day: '2004-02-29', line: 'red' } })).toEqual(['third', 'first']);
    expect(await idsOf(open, { inputs: { line: 7 } })).toEqual([]);
    expect(await idsOf(open, { inputs: { temperature: null } })).toEqual([]);
    expect(await idsOf(open, { inputs: { unknown: 1 } })).toEqual([]);
    expect(await idsOf(open, { until: third?.receivedAt as string })).not.toContain('third');
    expect(await idsOf(open, { since: second?.receivedAt as string })).not.toContain('first');
    expect(await idsOf(open)).toEqual(['third', 'second', 'first']);
  };
  await look();
  await open.deploy.collect('riders');
  await look();
});

test('pages follow one another without a row twice or left out, over parts and segments', async () => {
  const open = openDeploy();
  const { url } = await open.deploy.handlers.start({ reference: 'riders@1' });
  const ids = Array.from({ length: 25 }, (_, index) => `row-${String(index).padStart(2, '0')}`);
  for (const from of [0, 10]) {
    await send(url, ids.slice(from, from + 10));
    await open.deploy.collect('riders');
  }
  await send(url, ids.slice(20));
  await logged(open, 'row-24');
  const all = (await log(open, { limit: 1000 })).rows;
  expect(all).toHaveLength(25);
  const paged: unknown[] = [];
  for (let after: Awaited<ReturnType<typeof log>>['next'] | undefined; after !== null; ) {
    const page = await open.deploy.handlers.log({ deployment: 'riders', limit: 4, ...(after ? { after } : {}) });
    expect(page.rows.length).toBe(page.next ? 4 : 1);
    paged.push(...page.rows);
    after = page.next;
  }
  expect(paged).toEqual(all);
});

test('what the log has masked stays masked', async () => {
  const marks = { of: () => ({ line: 'personal' as const }), key: () => Buffer.alloc(32, 7) };
  const open = openDeploy(undefined, { backOff: quickBackOff }, marks);
  const { url } = await open.deploy.handlers.start({ reference: 'riders@1', maskLog: 'drop' });
  await predict(url, { row: ridersRow(20), id: 'masked' });
  await logged(open, 'masked');
  const look = async () => {
    const [row] = (await log(open, { flag: 'masked' })).rows;
    expect(row).toMatchObject({ inputs: { line: null, rain: 1 }, flags: [{ field: 'line', flag: 'masked' }] });
    expect(await idsOf(open, { text: 'red' })).toEqual([]);
  };
  await look();
  await open.deploy.collect('riders');
  await look();
});

test('a deployment that never ran has an empty log', async () => {
  const open = openDeploy();
  await open.deploy.handlers.start({ reference: 'riders@1' });
  expect(await log(open)).toMatchObject({ deployment: 'riders', rows: [], next: null, skipped: [] });
  await expect(open.deploy.handlers.log({ deployment: 'nobody' })).rejects.toMatchObject({ code: 'deploy.not_found' });
});

test("a shadow's answers are there and said to be such, collected or not", async () => {
  const open = openDeploy();
  const { url } = await open.deploy.handlers.start({ reference: 'riders@1', shadow: 2 });
  await predict(url, { row: ridersRow(20), id: 'twice' });
  const look = async () => (await log(open, { rowId: 'twice' })).rows.map(({ version, shadow }) => [version, shadow]);
  await expect.poll(look, { timeout: 5000 }).toHaveLength(2);
  const both = await look();
  expect(both.sort()).toEqual([
    [1, false],
    [2, true],
  ]);
  const pages = async () => {
    const first = await log(open, { rowId: 'twice', limit: 1 });
    const second = await log(open, { rowId: 'twice', limit: 1, after: first.next ?? undefined });
    return [...first.rows, ...second.rows].map(({ version, requestId }) => [version, requestId]);
  };
  const [[, requestId] = []] = await pages();
  const bySide = [
    [2, requestId],
    [1, requestId],
  ];
  expect(await pages()).toEqual(bySide);
  await open.deploy.collect('riders');
  expect((await look()).sort()).toEqual(both);
  expect(await pages()).toEqual(bySide);
});

test('a segment that is closed while it is searched is searched all the same', async () => {
  const folder = temporaryFolder();
  const open = join(folder, '1735689600000-1-000001.open');
  copyFileSync(golden, open);
  const isTaken = () => {
    if (existsSync(open)) renameSync(open, closedPath(open));
    return false;
  };
  const { rows, skipped } = await uncollectedRows(folder, {}, isTaken);
  expect(rows.map(({ version }) => version)).toEqual([1, 2, 3]);
  expect(skipped).toEqual([]);
});

test('a damaged segment is named, and the others are searched', async () => {
  const open = openDeploy();
  const { url, id } = await open.deploy.handlers.start({ reference: 'riders@1' });
  await send(url, ['whole']);
  await logged(open, 'whole');
  const folder = join(open.context.project.path, 'logs', id);
  const none = '0000000000001-1-000001.segment';
  writeFileSync(join(folder, none), 'no segment at all');
  const bytes = readFileSync(golden);
  bytes[bytes.length - 1] = 0;
  const torn = '0000000000001-1-000002.segment';
  writeFileSync(join(folder, torn), bytes);
  const { rows, skipped } = await log(open, { version: 1 });
  expect(rows.map(({ rowId }) => rowId)).toEqual(['whole', '2025-01-01/Orée']);
  expect(skipped).toEqual([
    { segment: none, reason: expect.stringContaining('is not a segment') },
    { segment: torn, reason: expect.stringMatching(/damaged from byte \d+ on; the last \d+ bytes were skipped/) },
  ]);
});

test('what is older than the time from which on rows are wanted is not even opened', async () => {
  const open = openDeploy();
  const { url, id } = await open.deploy.handlers.start({ reference: 'riders@1' });
  await send(url, ['old']);
  await open.deploy.collect(id);
  const [part] = open.deploy.logParts(id, null, null);
  rmSync(part?.path as string);
  open.context.database.run('UPDATE log_parts SET last_received_at = last_received_at - 3600000');
  const segment = join(open.context.project.path, 'logs', id, '0000000000001-1-000001.segment');
  writeFileSync(segment, 'no segment at all');
  utimesSync(segment, 0, 0);
  await send(url, ['new']);
  const since = new Date(Date.now() - 60_000).toISOString();
  await expect.poll(() => idsOf(open, { since }), { timeout: 5000 }).toEqual(['new']);
  const { skipped, searchedAt } = await log(open, { since });
  expect(skipped).toEqual([]);
  expect(Date.parse(searchedAt)).toBeLessThanOrEqual(Date.now());
});
